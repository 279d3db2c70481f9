import type { SystemFamily } from 'xstate-check';
import { failingConfigWriteFamily, virtualFunctionFamily } from './config-access.system.ts';
import { functionResetOrderFamily } from './function-reset-order.system.ts';
import { closeInLowPowerFamily, lastCloseFamily } from './last-close.system.ts';
import { lowPowerFamily, wakeUpFamily } from './low-power.system.ts';
import { sriovFamily, sysfsResetFamily } from './outside-vfio.system.ts';
import { pageFaultsFamily } from './page-faults.system.ts';
import { registersFamily } from './registers.system.ts';
import { transitionsFamily } from './transitions.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

export const families: readonly SystemFamily[] = [
  transitionsFamily,
  lowPowerFamily,
  wakeUpFamily,
  lastCloseFamily,
  closeInLowPowerFamily,
  pageFaultsFamily,
  sysfsResetFamily,
  sriovFamily,
  failingConfigWriteFamily,
  virtualFunctionFamily,
  functionResetOrderFamily,
  registersFamily,
];
