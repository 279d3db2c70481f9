import { deviceCall } from '../../machines/device/device-call.procedure.ts';
import { deviceReset } from '../../machines/device/device-reset.procedure.ts';
import { functionReset } from '../../machines/device/function-reset.procedure.ts';
import { lowPower } from '../../machines/device/low-power.resource.ts';
import { lowPowerEntry } from '../../machines/device/low-power-entry.procedure.ts';
import { lowPowerExit } from '../../machines/device/low-power-exit.procedure.ts';
import { pageFault } from '../../machines/device/page-fault.procedure.ts';
import { pmCore } from '../../machines/device/pm-core.procedure.ts';
import { powerWrite } from '../../machines/device/power-write.procedure.ts';
import { runtimePm } from '../../machines/device/runtime-pm.resource.ts';
import { runtimeResume } from '../../machines/device/runtime-resume.procedure.ts';
import { sriov } from '../../machines/device/sriov.resource.ts';
import { sriovConfigure } from '../../machines/device/sriov-configure.procedure.ts';
import { sysfsReset } from '../../machines/device/sysfs-reset.procedure.ts';
import type { MachineEntry } from '../../src/catalogue/catalogue.ts';
import type { SystemFamily } from '../../src/specification/system.ts';
import { failingConfigWriteFamily, virtualFunctionFamily } from './config-access.system.ts';
import { closeInLowPowerFamily, lastCloseFamily } from './last-close.system.ts';
import { lowPowerFamily, wakeUpFamily } from './low-power.system.ts';
import { sriovFamily, sysfsResetFamily } from './outside-vfio.system.ts';
import { pageFaultsFamily } from './page-faults.system.ts';
import { transitionsFamily } from './transitions.system.ts';

export { transitionFaults as faults } from './faults.ts';
export { transitionFindings as findings } from './findings.ts';

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
];

function entry(kind: MachineEntry['kind'], machine: MachineEntry['machine']): MachineEntry {
  return { name: machine.id, kind, machine };
}

/** The machines of these systems that no other system has, as of the newest released kernel. */
export const machines: readonly MachineEntry[] = [
  entry('procedure', deviceCall()),
  entry('procedure', powerWrite()),
  entry('procedure', functionReset()),
  entry('procedure', deviceReset()),
  entry('procedure', lowPowerEntry({ wakeup: 'none' })),
  entry('procedure', lowPowerEntry({ wakeup: 'eventfd' })),
  entry('procedure', lowPowerExit()),
  entry('procedure', runtimeResume()),
  entry('procedure', pmCore()),
  entry('procedure', pageFault()),
  entry('procedure', sysfsReset()),
  entry('procedure', sriovConfigure()),
  entry('resource', runtimePm(2)),
  entry('resource', lowPower()),
  entry('resource', sriov()),
];
