import type { System } from 'xstate-check';
import type { Design } from '../revisions/index.ts';
import { atMostOne, range } from '../shared/contract.ts';
import {
  importersOf,
  type OperationName,
  ownerParts,
  pageFaultPart,
  pmCoreParts,
  withResources,
} from './parts.ts';
import type { Cast } from './rules.ts';

/** A device that runtime PM may suspend, with the threads of a scope. */
export function withRuntimePm(
  scope: System['scope'],
  operations: readonly OperationName[],
  design: Design,
): { cast: Cast; parts: ReturnType<typeof withResources> } {
  atMostOne(scope, 'cpus');
  const importers = importersOf(scope.importers);
  const owners = range(scope.owners ?? 1).map((o) => `owner[${o}]`);
  const cast: Cast = { owners, importers, cpus: scope.cpus ?? 0 };
  const parts = withResources(
    [
      ...owners.flatMap((owner) => ownerParts(owner, operations, importers, design)),
      ...pmCoreParts(),
      ...(cast.cpus > 0 ? [pageFaultPart()] : []),
    ],
    importers,
    owners,
    design,
  );
  return { cast, parts };
}
