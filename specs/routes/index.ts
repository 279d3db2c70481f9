import type { SystemFamily } from 'xstate-check';
import { mapTypeFamily } from './map-type.system.ts';
import { pfnFamily } from './pfn.system.ts';
import { regionExportFamily } from './region-export.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

/** Which way there is from one device to the memory of another, whose provider says so, and who takes addresses. */
export const families: readonly SystemFamily[] = [mapTypeFamily, regionExportFamily, pfnFamily];
