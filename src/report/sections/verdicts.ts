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

export function propertyAnchor(system: string, property: string): string {
  return anchor('rule', system, property);
}

/** The ids of runs, each leading to it where the report shows it. */
export function runLinks({ runs }: Review, ids: readonly string[]): Text {
  return joined(
    ids.map((id) =>
      runs.some((run) => run.id === id) ? [{ to: runAnchor(id), text: id }] : [{ code: id }],
    ),
  );
}

/** A property, leading to its sentence where the system has it at the scope of the report. */
export function propertyLink({ judged }: Review, system: string, property: string): Inline {
  const isThere = judged.some(
    ({ family, result }) =>
      family.name === system && result.properties.some((p) => p.property.id === property),
  );
  return isThere ? { to: propertyAnchor(system, property), text: property } : { code: property };
}
