import { count } from '../base/terminal.ts';
import { heard, type ToldResult, toldOf } from '../check/told.ts';
import type { Bounds } from '../explore/explore.ts';
import type { Scope, SystemFamily } from '../specification/system.ts';
import { type Catalogue, findByName } from './catalogue.ts';
import { type Judged, judge } from './judge.ts';
import { isSameScope } from './known.ts';
import { type Means, statesOf, type Task } from './work.ts';

/** A system at a revision and scope. */
export interface Place {
  /** Its place among the families: of the files of users two may have one name. */
  readonly family: number;
  readonly revision: string;
  readonly scope: Scope;
}

/** These systems, each where it is said to be looked at. */
export function placesIn(
  { families: all }: Pick<Catalogue, 'families'>,
  families: readonly SystemFamily[],
  placesOfOne: (family: SystemFamily) => readonly Omit<Place, 'family'>[],
): Place[] {
  return families.flatMap((one) => {
    const family = all.indexOf(one);
    return placesOfOne(one).map((place) => ({ ...place, family }));
  });
}

export type ToldJudged = Omit<Judged, 'family' | 'result'> & { readonly result: ToldResult };

/** Judges a system at one place. */
export const judgePlace: Task<Place, Judged, ToldJudged> = {
  name: 'judge',
  about: ({ families }, { family, revision }) => `${families[family]!.name} ${revision}`,
  size: (catalogue, { family, ...place }) =>
    statesAt(catalogue, { system: catalogue.families[family]!.name, ...place }),
  of({ catalogue, bounds, progress }, place) {
    const what = judgePlace.about(catalogue, place);
    progress(`${what} …`);
    const told = { ...bounds, progress: progressOf(what, progress) };
    return judge(catalogue, catalogue.families[place.family]!, place, told);
  },
  tell: toldJudged,
  hear: heardJudged,
};

/** Says how far a check is and how fast it goes. */
export function progressOf(
  what: string,
  say: (text: string) => void,
): NonNullable<Bounds['progress']> {
  const start = performance.now();
  return (states, depth) => {
    const rate = Math.round((states * 1000) / Math.max(1, performance.now() - start));
    const far = depth === 0 ? '' : `, depth ${depth}`;
    say(`${what}: ${count(states)} states${far}, ${count(rate)} states/s`);
  };
}

export function toldJudged({ family: _, result, ...rest }: Judged): ToldJudged {
  return { ...rest, result: toldOf(result) };
}

export function heardJudged({ catalogue, bounds }: Means, place: Place, told: ToldJudged): Judged {
  const family = catalogue.families[place.family]!;
  return { ...told, family, result: heard(told.result, () => family.build(place), bounds) };
}

/** How many states are expected at a place; where the manifest does not know it, at the others. */
export function statesAt(
  catalogue: Catalogue,
  { system, revision, scope }: { readonly system: string } & Omit<Place, 'family'>,
): number {
  const here = statesOf(
    catalogue,
    (one) => one.system === system && one.revision === revision && isSameScope(one.scope, scope),
  );
  return here > 0
    ? here
    : statesOf(catalogue, (one) => one.system === system && one.revision === revision);
}

export function familyOf({ families }: Pick<Catalogue, 'families'>, system: string): SystemFamily {
  return findByName('system', system, families, ({ name }) => name);
}
