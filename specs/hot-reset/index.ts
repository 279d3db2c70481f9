import type { Fault, SystemFamily } from 'xstate-check';
import { hotResetExportFaults } from './export-faults.ts';
import { hotResetFaults } from './faults.ts';
import { hotResetFamily } from './hot-reset.system.ts';
import { hotResetExportFamily } from './hot-reset-export.system.ts';

export { hotResetFindings as findings } from './findings.ts';

/** Hot reset against what else happens to the devices of the set. */
export const families: readonly SystemFamily[] = [hotResetFamily, hotResetExportFamily];

export const faults: readonly Fault[] = [...hotResetFaults, ...hotResetExportFaults];
