import type { SystemFamily } from 'xstate-check';
import { mapTypeFamily, mapTypeRevisions } from './map-type.system.ts';
import { pfnFamily, pfnRevisions } from './pfn.system.ts';
import { regionExportFamily, regionRevisions } from './region-export.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

/** Their columns beside the versions of the kernel. */
export const revisions = [...mapTypeRevisions, ...regionRevisions, ...pfnRevisions];

/** Which way there is from one device to the memory of another, whose provider says so, and who takes addresses. */
export const families: readonly SystemFamily[] = [mapTypeFamily, regionExportFamily, pfnFamily];
