import type { SystemFamily } from 'xstate-check';
import { hotResetFamily } from './hot-reset.system.ts';
import { hotResetExportFamily } from './hot-reset-export.system.ts';
import { hotResetOrderFamily } from './hot-reset-order.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

/** Hot reset against what else happens to the devices of the set, and alone. */
export const families: readonly SystemFamily[] = [
  hotResetFamily,
  hotResetExportFamily,
  hotResetOrderFamily,
];
