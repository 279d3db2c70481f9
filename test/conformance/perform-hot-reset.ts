import { vfio_pci_ioctl_pci_hot_reset } from '../../simulator/hot-reset/vfio-pci-hot-reset.ts';
import { type SurfaceOptions, SyscallSurface } from '../../simulator/syscalls.ts';
import {
  countOf,
  type GroupFd,
  type HotResetSituation,
} from '../../specs/hot-reset/hot-reset-arguments.ts';
import { drive } from './drive.ts';

const FDS: Readonly<Record<GroupFd, readonly number[] | 'not-a-group' | 'bad-fd'>> = {
  'of both': [0, 1],
  'of the first': [0],
  foreign: [7],
  'not a group': 'not-a-group',
  'not an fd': 'bad-fd',
};

/** What the simulated kernel answers to a hot reset of two devices. */
export function performHotReset(situation: HotResetSituation): string {
  const { opened, busReset, wholeSet, contended } = situation;
  const options: SurfaceOptions = {
    devices: [{}, { driver: wholeSet ? 'vfio-pci' : 'none' }],
    interface: opened,
    bus_reset: busReset,
  };
  const surface = new SyscallSurface(options);
  for (const d of [0, 1]) opened === 'cdev' ? surface.bindIommufd(d, 1) : surface.open(d);
  if (contended !== 'none') surface.holdMemoryLock(contended);
  const arg = {
    argsz: situation.argsz,
    flags: situation.flags,
    count: countOf(situation),
    group_fds: situation.fdsReadable ? situation.fds.map((fd) => FDS[fd]) : [],
  };
  if (situation.readable && situation.resumes && situation.resetWorks && !situation.resetLocked) {
    return surface.hotReset(0, arg);
  }
  // The surface reads every argument, and nothing that the environment chooses fails on it.
  const failures = [
    ...(situation.resumes ? [] : ['dev[1].pm_runtime_get:failed']),
    ...(situation.resetWorks ? [] : ['bus.pci_reset_bus:-ENOTTY']),
    ...(situation.resetLocked ? ['bus.pci_reset_bus:-EAGAIN'] : []),
  ];
  return drive(
    surface.kernel,
    () =>
      vfio_pci_ioctl_pci_hot_reset(surface.kernel, situation.readable ? arg : undefined, {
        cdev_opened: opened === 'cdev',
        bus_reset: busReset,
        resettable: wholeSet,
        iommufd_owns: opened === 'cdev' ? [0, 1] : [],
        functions: 2,
      }),
    failures,
  );
}
