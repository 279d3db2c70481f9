import type { MachineEntry } from 'xstate-check';
import { barClaim } from '../../machines/device/bar-claim.resource.ts';
import { close } from '../../machines/device/close.procedure.ts';
import { commandWrite } from '../../machines/device/command-write.procedure.ts';
import { coreDisable } from '../../machines/device/core-disable.procedure.ts';
import { device } from '../../machines/device/device.contract.ts';
import { deviceCall } from '../../machines/device/device-call.procedure.ts';
import { deviceFile } from '../../machines/device/device-file.resource.ts';
import { deviceReset } from '../../machines/device/device-reset.procedure.ts';
import { errorRecovery } from '../../machines/device/error-recovery.procedure.ts';
import { functionReset } from '../../machines/device/function-reset.procedure.ts';
import { lowPower } from '../../machines/device/low-power.resource.ts';
import { lowPowerEntry } from '../../machines/device/low-power-entry.procedure.ts';
import { lowPowerExit } from '../../machines/device/low-power-exit.procedure.ts';
import { memory } from '../../machines/device/memory.contract.ts';
import { needsReset } from '../../machines/device/needs-reset.resource.ts';
import { openCount } from '../../machines/device/open-count.resource.ts';
import { openFile } from '../../machines/device/open-file.resource.ts';
import { owner } from '../../machines/device/owner.contract.ts';
import { p2pdma } from '../../machines/device/p2pdma.resource.ts';
import { pageFault } from '../../machines/device/page-fault.procedure.ts';
import { pciCommand } from '../../machines/device/pci-command.resource.ts';
import { pciOps } from '../../machines/device/pci-ops.resource.ts';
import { pciPower } from '../../machines/device/pci-power.resource.ts';
import { pciRegister } from '../../machines/device/pci-register.resource.ts';
import { pciReset } from '../../machines/device/pci-reset.resource.ts';
import { pmCore } from '../../machines/device/pm-core.procedure.ts';
import { powerWrite } from '../../machines/device/power-write.procedure.ts';
import { probe } from '../../machines/device/probe.procedure.ts';
import { ptes } from '../../machines/device/ptes.resource.ts';
import { registration } from '../../machines/device/registration.resource.ts';
import { runtimePm } from '../../machines/device/runtime-pm.resource.ts';
import { runtimeResume } from '../../machines/device/runtime-resume.procedure.ts';
import { sriov } from '../../machines/device/sriov.resource.ts';
import { sriovConfigure } from '../../machines/device/sriov-configure.procedure.ts';
import { sysfsReset } from '../../machines/device/sysfs-reset.procedure.ts';
import { unregister } from '../../machines/device/unregister.procedure.ts';
import { vdev } from '../../machines/device/vdev.resource.ts';
import { base } from '../revisions/index.ts';
import { entry } from '../shared/entry.ts';

/** What a device is made of and what is done to it, as of the newest released kernel. */
export const machines: readonly MachineEntry[] = [
  entry('contract', device()),
  entry('contract', memory({ lowPower: 'ignored' })),
  entry('contract', owner()),
  entry('procedure', commandWrite()),
  entry('procedure', close()),
  entry('procedure', coreDisable()),
  entry('resource', pciCommand('on')),
  entry('resource', pciPower()),
  entry('resource', pciReset()),
  entry('resource', pciRegister({ register: 'memory', fromD3hot: 'kept' })),
  entry('resource', vdev('closed')),
  entry('resource', deviceFile()),
  entry('resource', needsReset()),
  entry('resource', openCount(2)),
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
  entry('procedure', errorRecovery()),
  entry('procedure', sriovConfigure()),
  entry('resource', runtimePm(2)),
  entry('resource', lowPower()),
  entry('resource', sriov()),
  entry('procedure', probe(base.export)),
  entry('procedure', unregister()),
  entry('resource', registration(1)),
  entry('resource', openFile(2)),
  entry('resource', pciOps('unset')),
  entry('resource', p2pdma('none', base.export)),
  entry('resource', barClaim('not_open')),
  entry('resource', ptes()),
];
