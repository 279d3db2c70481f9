import { formatScope } from '../../catalogue/catalogue.ts';
import { isSameScope } from '../../catalogue/known.ts';
import { anchor, type Inline, joined, type Text } from '../document.ts';
import type { Review } from '../review.ts';

/** Where a run is shown. */
export function runAnchor(id: string): string {
  return anchor('run', id);
}

/** Of a fault, which may have the id of a finding. */
export function faultAnchor({ runs }: Review, id: string): string {
  const isFinding = runs.some((run) => run.id === id && run.kind !== 'fault');
  return isFinding ? anchor('run', id, 'fault') : runAnchor(id);
}

/** The scope, where a system is in the report at several and this is not its default one. */
function placeOf({ family, result }: Place): string[] {
  return isSameScope(result.scope, family.defaultScope) ? [] : [formatScope(result.scope)];
}

type Place = Pick<Review['judged'][number], 'family' | 'result'>;

export function systemAnchor(kind: 'system' | 'rules', place: Place): string {
  return anchor(kind, place.family.name, ...placeOf(place));
}

export function propertyAnchor(place: Place, property: string): string {
  return anchor('rule', place.family.name, property, ...placeOf(place));
}

/** The ids of runs, each leading to it where the report shows it. */
export function runLinks({ runs }: Review, ids: readonly string[]): Text {
  return joined(
    ids.map((id) =>
      runs.some((run) => run.id === id) ? [{ to: runAnchor(id), text: id }] : [{ code: id }],
    ),
  );
}

/** A property, leading to its sentence where the system has it at a scope of the report. */
export function propertyLink({ judged }: Review, system: string, property: string): Inline {
  const place = judged.find(
    ({ family, result }) =>
      family.name === system && result.properties.some((p) => p.property.id === property),
  );
  return place === undefined
    ? { code: property }
    : { to: propertyAnchor(place, property), text: property };
}
