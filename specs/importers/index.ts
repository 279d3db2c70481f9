import type { SystemFamily } from 'xstate-check';
import { addressFamily } from './addresses.system.ts';
import { entryFamily } from './entries.system.ts';
import { importerFamilies } from './importers.system.ts';

export { importerFaults as faults } from './faults.ts';
export { importerFindings as findings } from './findings.ts';
export { importerMachines as machines } from './machines.ts';

/** The systems about importers. */
export const families: readonly SystemFamily[] = [...importerFamilies, addressFamily, entryFamily];
