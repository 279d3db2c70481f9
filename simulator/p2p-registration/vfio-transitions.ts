import { type Kthread, step } from '../kernel/step.ts';
import { down_write } from '../locks/rwsem.ts';
import type { P2pFaultId } from './faults.ts';
import { decodes, type P2pDevice } from './objects.ts';
import type { P2pKernel } from './p2p-kernel.ts';
import { unlist } from './vfio-bar.ts';
import { give_memory, take_memory, unregister_all } from './vfio-register.ts';

/** A call that takes memory away from the users of a device, or gives it back. */
interface Transition {
  /** What the call makes of the device, under memory_lock. */
  readonly leaves: Partial<P2pDevice>;
  /** Under which fault it leaves registrations as they are; absent where it takes nothing away. */
  readonly ignoredBy?: P2pFaultId;
}

/** The calls on one device, by name. Source: those of vfio_pci_core.c and vfio_pci_config.c, v7.3. */
const TRANSITIONS: Readonly<Record<string, Transition>> = {
  // vfio_pci_ioctl_reset() sets D0 first; pci_try_reset_function() restores COMMAND.
  device_reset: { leaves: { power: 'D0' }, ignoredBy: 'reset_ignored' },
  'write_command(MEM=0)': {
    leaves: { memory: false },
    ignoredBy: 'memory_disable_ignored',
  },
  'write_command(MEM=1)': { leaves: { memory: true } },
  'write_pmcsr(D3hot)': {
    leaves: { power: 'D3hot' },
    ignoredBy: 'd3hot_ignored',
  },
  'write_pmcsr(D0)': { leaves: { power: 'D0' } },
  low_power_entry: {
    leaves: { pm_runtime_engaged: true },
    ignoredBy: 'low_power_ignored',
  },
  low_power_exit: { leaves: { pm_runtime_engaged: false } },
  close: { leaves: { open: false }, ignoredBy: 'close_ignored' },
};

/** The names of the calls on one device that take memory_lock. */
export const transitions: readonly string[] = Object.keys(TRANSITIONS);

/** One of the calls on one device. */
export function* transition(k: P2pKernel, vdev: P2pDevice, name: string): Kthread<string> {
  const { leaves, ignoredBy } = TRANSITIONS[name]!;
  if (ignoredBy === undefined) yield* down_write(vdev.memory_lock);
  else {
    if (!k.has(ignoredBy)) yield* unregister_all(k, [vdev]);
    yield* take_memory(k, vdev);
  }
  yield* at_work();
  Object.assign(vdev, leaves);
  if (name === 'close') close_session(k, vdev);
  unrevoke(k, vdev);
  yield* give_memory(vdev);
  return 'ok';
}

/** What the call is made for, and giving access back, are not before somebody waits for its return. */
function* at_work(): Kthread {
  yield* step('the call is at work', { stop: true, hidden: 'procedure' });
}

/** vfio_pci_dev_set_hot_reset(), v7.3, for every device of the set, open or not. */
export function* hot_reset(k: P2pKernel): Kthread<string> {
  const { devices } = k;
  const torn = k.has('hot_reset_first_only') ? devices.slice(0, 1) : devices;
  if (!k.has('hot_reset_ignored')) yield* unregister_all(k, torn);
  for (const vdev of devices) yield* take_memory(k, vdev);
  yield* at_work();
  for (const vdev of devices) {
    vdev.power = 'D0';
    unrevoke(k, vdev);
    yield* give_memory(vdev);
  }
  return 'ok';
}

/**
 * vfio_pci_core_open_device(): a new session, with memory on and the device in D0.
 * Source: vfio_pci_core_enable(), v7.3.
 */
export function open(vdev: P2pDevice): void {
  Object.assign(vdev, { open: true, memory: true, power: 'D0', pm_runtime_engaged: false });
}

/** vfio_pci_dma_buf_move(false), v7.3: only where memory answers. */
function unrevoke(k: P2pKernel, vdev: P2pDevice): void {
  if (!decodes(vdev)) return;
  for (const priv of vdev.dmabufs) {
    priv.revoked = false;
    if (priv.bar.mark === 'registered') k.warn(`BUG: ${priv.label} is live on a registered BAR`);
  }
}

/** vfio_pci_dma_buf_cleanup(), v7.3: the buffers that are left have no device any more. */
function close_session(k: P2pKernel, vdev: P2pDevice): void {
  for (const priv of k.buffers) if (priv.bar.vdev === vdev) unlist(priv);
}
