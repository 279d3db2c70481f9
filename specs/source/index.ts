import type { AnyStateMachine } from 'xstate';
import { type CSpecification, kernelDialect } from 'xstate-check/kernel';
import { cleanup } from '../../machines/buffer/cleanup.procedure.ts';
import { exportBuffer } from '../../machines/buffer/export.procedure.ts';
import { fput } from '../../machines/buffer/fput.procedure.ts';
import { move } from '../../machines/buffer/move.procedure.ts';
import { release } from '../../machines/buffer/release.procedure.ts';
import { close } from '../../machines/device/close.procedure.ts';
import { commandWrite } from '../../machines/device/command-write.procedure.ts';
import { coreDisable } from '../../machines/device/core-disable.procedure.ts';
import { deviceCall } from '../../machines/device/device-call.procedure.ts';
import { deviceReset } from '../../machines/device/device-reset.procedure.ts';
import { functionReset } from '../../machines/device/function-reset.procedure.ts';
import { lowPowerEntry } from '../../machines/device/low-power-entry.procedure.ts';
import { lowPowerExit } from '../../machines/device/low-power-exit.procedure.ts';
import { pageFault } from '../../machines/device/page-fault.procedure.ts';
import { pmCore } from '../../machines/device/pm-core.procedure.ts';
import { powerWrite } from '../../machines/device/power-write.procedure.ts';
import { probe } from '../../machines/device/probe.procedure.ts';
import { runtimeResume } from '../../machines/device/runtime-resume.procedure.ts';
import { sriovConfigure } from '../../machines/device/sriov-configure.procedure.ts';
import { sysfsReset } from '../../machines/device/sysfs-reset.procedure.ts';
import { unregister } from '../../machines/device/unregister.procedure.ts';
import { hotReset } from '../../machines/hot-reset/hot-reset.procedure.ts';
import { tryReset } from '../../machines/hot-reset/try-reset.procedure.ts';
import { munmap } from '../../machines/mmap/munmap.procedure.ts';
import { nvgraceRead } from '../../machines/mmap/nvgrace-read.procedure.ts';
import { addResource } from '../../machines/p2p-registration/add-resource.procedure.ts';
import { allocMmap } from '../../machines/p2p-registration/alloc-mmap.procedure.ts';
import { folioFree } from '../../machines/p2p-registration/folio-free.procedure.ts';
import { memunmapPages } from '../../machines/p2p-registration/memunmap-pages.procedure.ts';
import { p2pdmaRelease } from '../../machines/p2p-registration/p2pdma-release.procedure.ts';
import { sizeShow } from '../../machines/p2p-registration/size-show.procedure.ts';
import { corePhys } from '../../machines/routes/core-phys.procedure.ts';
import { hostBridgeWhitelist } from '../../machines/routes/host-bridge-whitelist.procedure.ts';
import { mapType } from '../../machines/routes/map-type.procedure.ts';
import { nvgracePhys } from '../../machines/routes/nvgrace-phys.procedure.ts';
import { vaddrGetPfns } from '../../machines/type1/vaddr-get-pfns.procedure.ts';
import { exportCalls } from '../buffer/calls.ts';
import { transitionCalls } from '../device/calls.ts';
import { operations } from '../operations/index.ts';
import { asOf, base, type Design } from '../revisions/index.ts';
import { accepted } from './accepted.ts';
import { exits } from './exits.ts';
import {
  importerDifferences,
  importerLeads,
  importerMachines,
  importerSourceCalls,
} from './importers.ts';
import { outside } from './outside.ts';
import { versionsOf } from './versions.ts';

export { notYetRead } from './not-yet-read.ts';

const SIZES = [1, 2, 3];

/** Every call that has C, once: subjects share the calls of vfio-pci. */
const calls = [
  ...new Map(
    [...exportCalls, ...transitionCalls, ...importerSourceCalls]
      .filter(({ c }) => c !== undefined)
      .map((call) => [call.name, call]),
  ).values(),
];

/** The machines as a version of the design has them, and what they are held against. */
const specificationOf = (base: Design): CSpecification => ({
  dialect: kernelDialect,
  machines: [
    ...SIZES.map((devices) => hotReset(devices)),
    ...SIZES.map((buffers) => move(buffers)),
    ...SIZES.map((buffers) => cleanup(buffers)),
    commandWrite({ function: 'physical', access: 'may_fail' }),
    commandWrite({ function: 'virtual', access: 'may_fail' }),
    powerWrite(),
    deviceReset(),
    functionReset('exp'),
    functionReset('af'),
    lowPowerEntry({ wakeup: 'none' }),
    lowPowerEntry({ wakeup: 'eventfd' }),
    lowPowerExit(),
    pmCore(),
    runtimeResume(),
    close(),
    coreDisable(),
    ...SIZES.map((devices) => tryReset(devices)),
    pageFault(),
    sriovConfigure(),
    sysfsReset(),
    unregister(),
    release(),
    exportBuffer,
    fput('file'),
    fput('o_path'),
    munmap(),
    probe(base.export),
    deviceCall(),
    nvgraceRead('memory'),
    nvgraceRead('memory_or_bar'),
    addResource(),
    allocMmap(1, 1),
    folioFree(1, 1),
    memunmapPages(),
    p2pdmaRelease(),
    sizeShow(),
    mapType(),
    hostBridgeWhitelist(1),
    corePhys(false),
    nvgracePhys(false),
    vaddrGetPfns(),
    ...importerMachines,
  ].map((machine) => asOf(base, machine)),
  calls,
  leads: {
    'dev.vdev': 'dev',
    'dev.pdev': 'dev',
    'dev.dev': 'dev',
    'dev.dev_set': '@dev_set',
    'buf.dmabuf': 'buf',
    'buf.priv': 'buf',
    'buf.vdev': '@dev',
    ...importerLeads,
  },
  headers: ['include/linux', 'include/uapi/linux'],
  accepted: [...accepted, ...importerDifferences],
  versions: (machine) => versionsOf(machine, machinesOf),
  outside,
  operations,
  exits,
});

/** The machines of a design, each made once. */
function machinesOf(design: Design): readonly AnyStateMachine[] {
  const key = JSON.stringify(design);
  const made = machinesByDesign.get(key) ?? specificationOf(design).machines;
  machinesByDesign.set(key, made);
  return made;
}

const machinesByDesign = new Map<string, readonly AnyStateMachine[]>();

/** What the machines of the newest kernel are held against. */
export const cSpecification: CSpecification = specificationOf(base);
machinesByDesign.set(JSON.stringify(base), cSpecification.machines);
