import { Bases, placeOf } from '../faults/bases.ts';
import { checkFault, type Fault, type FaultResult } from '../faults/fault.ts';
import type { Catalogue } from './catalogue.ts';
import { familyOf, statesAt } from './judge-place.ts';
import { plainTask, type Work } from './work.ts';

/** What was found of a fault, without the runs. */
export type Caught = Omit<FaultResult, 'counterexamples'>;

/** The names of faults that are put into one system, which is explored once for all of them. */
export type OfOnePlace = readonly string[];

/** Checks the faults of one place. */
export const checkFaults = plainTask({
  name: 'faults',
  about: aboutFaults,
  size: sizeOfFaults,
  of({ catalogue, bounds, progress }, ids: OfOnePlace) {
    const faults = faultsNamed(catalogue, ids);
    const bases = new Bases(faults, bounds);
    return faults.map((fault): Omit<Caught, 'fault'> => {
      progress(`fault ${fault.id} …`);
      const family = familyOf(catalogue, fault.system);
      const { caughtBy, brokenAnyway } = checkFault(family, fault, bounds, bases);
      return { caughtBy, brokenAnyway };
    });
  },
});

/** Checks faults of the catalogue, all of them where nothing else is said. */
export async function faultResults(
  work: Work,
  faults: readonly Fault[] = work.means.catalogue.faults,
): Promise<Caught[]> {
  const places = byPlace(faults);
  const answers = await work.all(checkFaults, places);
  const found = new Map(answers.flat().map((one, i) => [places.flat()[i]!, one]));
  return faults.map((fault) => ({ fault, ...found.get(fault.id)! }));
}

export function byPlace(faults: readonly Fault[]): OfOnePlace[] {
  const places = new Map<string, string[]>();
  for (const fault of faults) {
    const here = places.get(placeOf(fault));
    if (here === undefined) places.set(placeOf(fault), [fault.id]);
    else here.push(fault.id);
  }
  return [...places.values()];
}

export function faultsNamed({ faults }: Catalogue, ids: OfOnePlace): Fault[] {
  return faults.filter(({ id }) => ids.includes(id));
}

export function aboutFaults(_: Catalogue, ids: OfOnePlace): string {
  return `the ${ids.length === 1 ? 'fault' : 'faults'} ${ids.join(', ')}`;
}

/** A fault is looked for in the system without it and in the one with it. */
export function sizeOfFaults(catalogue: Catalogue, ids: OfOnePlace): number {
  const [{ system, base, scope } = catalogue.faults[0]!] = faultsNamed(catalogue, ids);
  return statesAt(catalogue, { system, revision: base, scope }) * (ids.length + 1);
}
