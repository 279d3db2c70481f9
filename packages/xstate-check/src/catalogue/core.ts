import type { Fault } from '../faults/fault.ts';
import type { SystemFamily } from '../specification/system.ts';
import type { Catalogue } from './catalogue.ts';
import type { SuiteSource } from './suites.ts';

/** A part of what a catalogue asks: systems, their faults, and suites. */
export interface Share {
  readonly families: readonly SystemFamily[];
  readonly faults: readonly Fault[];
  readonly suites: readonly SuiteSource[];
}

/** What is of the subjects that `start` asks in full, and what is left to other commands. */
export function coreOf({ core, families, faults, suites }: Catalogue): {
  readonly asked: Share;
  readonly left: Share;
} {
  const isCore = ({ subject }: { readonly subject?: string }) =>
    core === undefined || (subject !== undefined && core.includes(subject));
  const share = (isMeant: (isOfCore: boolean) => boolean): Share => {
    const own = families.filter((family) => isMeant(isCore(family)));
    return {
      families: own,
      faults: faults.filter(({ system }) => own.some(({ name }) => name === system)),
      suites: suites.filter((suite) => isMeant(isCore(suite))),
    };
  };
  return { asked: share((isOfCore) => isOfCore), left: share((isOfCore) => !isOfCore) };
}
