import type { SystemFamily } from 'xstate-check';
import { addressFamily } from './addresses.system.ts';
import { chunkFamily } from './chunks.system.ts';
import { entryFamily } from './entries.system.ts';
import { importerFamilies } from './importers.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

/** The systems about importers. */
export const families: readonly SystemFamily[] = [
  ...importerFamilies,
  addressFamily,
  chunkFamily,
  entryFamily,
];
