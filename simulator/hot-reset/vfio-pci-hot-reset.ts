import { vfio_pci_dma_buf_move } from '../buffer/vfio-pci-dmabuf.ts';
import { test_memory_enabled, vfio_pci_zap_bars } from '../device/vfio-pci-config.ts';
import { vfio_pci_set_power_state } from '../device/vfio-pci-core.ts';
import { pm_runtime_put, pm_runtime_resume_and_get } from '../device/vfio-pci-pm.ts';
import type { Errno, Ret } from '../kernel/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { VfioPciCoreDevice } from '../kernel/objects.ts';
import type { Kthread } from '../kernel/step.ts';
import { choose, step, test } from '../kernel/step.ts';
import { mutex_lock, mutex_unlock } from '../locks/mutex.ts';
import { down_write_trylock, up_write } from '../locks/rwsem.ts';

/**
 * The reset of a whole set of devices. Source: drivers/vfio/pci/vfio_pci_core.c, v7.3.
 */

/** What the caller of a hot reset can show for itself. */
export interface HotResetOwnership {
  /** Whether the caller owns a device: by its group or its iommufd. */
  owns(vdev: VfioPciCoreDevice): boolean;
  /** Whether the slot or bus can be reset and every function on it is in the set. */
  readonly resettable: boolean;
}

const OWNS_ALL: HotResetOwnership = { owns: () => true, resettable: true };
const RETURNS_EINVAL = (label: string) => label === 'bus.hot_reset:-EINVAL';

/** vfio_pci_dev_set_resettable(). */
function* vfio_pci_dev_set_resettable(k: Kernel, owner: HotResetOwnership): Kthread<boolean> {
  if (!owner.resettable) {
    yield* step('dev_set.resettable:false');
    k.traced('vfio_pci_dev_set_resettable');
    return false;
  }
  const outcome = yield* choose('dev_set.resettable', [
    { outcome: 'true' },
    { outcome: 'false', leadsTo: RETURNS_EINVAL },
  ]);
  k.traced('vfio_pci_dev_set_resettable');
  return outcome === 'true';
}

/**
 * Wakes every device, or none; what a device that stays asleep answers is handed on.
 * Source: vfio_pci_dev_set_pm_runtime_get, v7.3.
 */
function* vfio_pci_dev_set_pm_runtime_get(k: Kernel): Kthread<'ok' | 'failed'> {
  k.traced('vfio_pci_dev_set_pm_runtime_get');
  const awake: VfioPciCoreDevice[] = [];
  for (const vdev of k.devices) {
    const got = yield* choose(`${vdev.label}.pm_runtime_get`, [
      { outcome: 'ok' },
      { outcome: 'failed', leadsTo: (label) => label === 'bus.hot_reset:failed' },
    ]);
    if (got === 'failed') {
      yield* putAll(k, awake.reverse());
      return 'failed';
    }
    yield* pm_runtime_resume_and_get(k, vdev);
    awake.push(vdev);
  }
  return 'ok';
}

function* putAll(k: Kernel, devices: readonly VfioPciCoreDevice[]): Kthread {
  for (const vdev of devices) {
    yield* step(`${vdev.label}.pm_runtime_put`);
    pm_runtime_put(k, vdev);
  }
}

/** The ownership test; refusing is the environment's choice where the caller does not say. */
function* owned(k: Kernel, vdev: VfioPciCoreDevice, owner: HotResetOwnership): Kthread<boolean> {
  if (!owner.owns(vdev)) {
    yield* step(`${vdev.label}.owned:false`);
    return false;
  }
  const done = k.devices.slice(0, vdev.index);
  const undoes = (label: string) =>
    done.some(
      (one) =>
        label === `${one.label}.end` || one.dmabufs.some((b) => label === `${b.label}.unrevoke`),
    );
  const outcome = yield* choose(`${vdev.label}.owned`, [
    { outcome: 'true' },
    {
      outcome: 'false',
      leadsTo: (label) =>
        RETURNS_EINVAL(label) || (vdev.memory_lock.state === 'free' && undoes(label)),
    },
  ]);
  return outcome === 'true';
}

/** Locks, revokes and zaps one device after the other. */
function* lockAndRevoke(
  k: Kernel,
  owner: HotResetOwnership,
  locked: VfioPciCoreDevice[],
): Kthread<Ret> {
  for (const vdev of k.devices) {
    if (!(yield* owned(k, vdev, owner))) return '-EINVAL';
    if (!(yield* down_write_trylock(vdev.memory_lock, `${vdev.label}.begin`))) return '-EBUSY';
    locked.push(vdev);
    if (!k.has('P2') && !k.has('T1')) yield* vfio_pci_dma_buf_move(k, vdev, true);
    yield* vfio_pci_zap_bars(k, vdev);
  }
  return 'ok';
}

/** pci_reset_bus(), for every device of the set at once. */
function* pci_reset_bus(k: Kernel): Kthread<Ret> {
  yield* step('bus.pci_reset_bus:begin');
  const ret = yield* choose('bus.pci_reset_bus', [
    { outcome: 'ok', commits: 'bus.reset:ok' },
    { outcome: '-ENOTTY', commits: 'bus.reset:-ENOTTY' },
    // The slot, the bus or a device of it is locked: nothing is reset.
    { outcome: '-EAGAIN' },
  ]);
  if (ret === '-EAGAIN') return ret;
  k.traced('pci_reset_bus');
  for (const vdev of k.devices) k.checkAccess(vdev, 'pci_reset_bus');
  return ret;
}

/**
 * err_undo, which success shares: backwards from the last locked device, un-revoke what is open and
 * has memory, and unlock.
 */
function* err_undo(k: Kernel, locked: readonly VfioPciCoreDevice[], reset: boolean): Kthread {
  if (k.has('P5') && locked.length > 0) yield* restoreAll(k);
  if (k.has('P4') && locked.length > 0) return;
  for (const vdev of [...locked].reverse()) {
    const silent = k.has('P5') || (k.has('P3') && !reset);
    if (!silent && (yield* isOpen(k, vdev)) && (yield* test_memory_enabled(k, vdev))) {
      yield* vfio_pci_dma_buf_move(k, vdev, false);
    }
    yield* up_write(vdev.memory_lock, { commits: `${vdev.label}.end` });
  }
}

/** `vdev->vdev.open_count &&`, stable under dev_set->lock. */
function* isOpen(k: Kernel, vdev: VfioPciCoreDevice): Kthread<boolean> {
  if (k.has('P6')) return true;
  return yield* test(`${vdev.label}.open_count`, () => vdev.open_count > 0);
}

/** The separate loop of v6, over the whole set (P5). */
function* restoreAll(k: Kernel): Kthread {
  for (const vdev of k.devices) {
    if ((yield* isOpen(k, vdev)) && (yield* test_memory_enabled(k, vdev))) {
      yield* vfio_pci_dma_buf_move(k, vdev, false);
    }
  }
}

/** Sets D0 and resets, with every memory_lock of the set held. */
function* resetLocked(k: Kernel): Kthread<Ret> {
  for (const vdev of k.devices) {
    yield* vfio_pci_set_power_state(k, vdev, 'D0');
    if (k.has('P2')) yield* vfio_pci_dma_buf_move(k, vdev, true);
  }
  return yield* pci_reset_bus(k);
}

/** VFIO_DEVICE_PCI_HOT_RESET behind its front ends. Source: vfio_pci_dev_set_hot_reset, v7.3. */
export function* vfio_pci_dev_set_hot_reset(
  k: Kernel,
  owner: HotResetOwnership = OWNS_ALL,
): Kthread<Ret | 'failed'> {
  k.traced('vfio_pci_dev_set_hot_reset');
  yield* mutex_lock(k.dev_set.lock);
  let ret: Ret | 'failed' = (yield* vfio_pci_dev_set_resettable(k, owner)) ? 'ok' : '-EINVAL';
  if (ret === 'ok') ret = yield* vfio_pci_dev_set_pm_runtime_get(k);
  if (ret === 'ok') {
    const locked: VfioPciCoreDevice[] = [];
    ret = yield* lockAndRevoke(k, owner, locked);
    const reset = ret === 'ok';
    if (reset) ret = yield* resetLocked(k);
    yield* err_undo(k, locked, reset);
    yield* putAll(k, k.devices);
  }
  yield* mutex_unlock(k.dev_set.lock);
  return ret;
}

/**
 * The bus reset at the last close of a set of which a device is dirty: it was closed and has no reset
 * of its own, or one that did not work. Nothing is revoked here, as nothing is open.
 * Source: vfio_pci_dev_set_try_reset, v7.3.
 */
export function* vfio_pci_dev_set_try_reset(k: Kernel): Kthread {
  yield* step('dev_set.try_reset:begin');
  k.traced('vfio_pci_dev_set_try_reset');
  if (yield* vfio_pci_dev_set_needs_reset(k)) yield* resetSet(k);
  yield* step('dev_set.try_reset:end');
}

/** The device that is closing still counts as open. Source: vfio_pci_dev_set_needs_reset, v7.3. */
function* vfio_pci_dev_set_needs_reset(k: Kernel): Kthread<boolean> {
  k.traced('vfio_pci_dev_set_needs_reset');
  const others = k.devices.filter(({ open_count }) => open_count > 0).length > 1;
  yield* step(`dev_set.open_count:${others ? 'more' : 'one'}`);
  if (others) return false;
  let needs = false;
  for (const vdev of k.devices) {
    if (yield* test(`${vdev.label}.needs_reset`, () => vdev.needs_reset)) needs = true;
  }
  return needs;
}

function* resetSet(k: Kernel): Kthread {
  const resettable = [{ outcome: 'true' }, { outcome: 'false' }] as const;
  const found = yield* choose('dev_set.resettable', resettable, { stop: false });
  k.traced('vfio_pci_dev_set_resettable');
  if (found === 'false') return;
  k.traced('vfio_pci_dev_set_pm_runtime_get');
  const awake: VfioPciCoreDevice[] = [];
  for (const vdev of k.devices) {
    const status = vdev.runtime_status === 'active' ? 'active' : 'suspended';
    const outcomes = [{ outcome: status }, { outcome: 'failed' }] as const;
    const name = `${vdev.label}.pm_runtime_resume_and_get`;
    if ((yield* choose(name, outcomes, { stop: false })) === 'failed') {
      return yield* putAll(k, awake.reverse());
    }
    yield* pm_runtime_resume_and_get(k, vdev);
    awake.push(vdev);
  }
  yield* step('bus.pci_reset_bus:begin');
  k.traced('pci_reset_bus');
  for (const vdev of k.devices) k.checkAccess(vdev, 'pci_reset_bus');
  const reset = [{ outcome: 'ok' }, { outcome: '-ENOTTY' }] as const;
  const ret = yield* choose('bus.pci_reset_bus', reset, { stop: false });
  for (const vdev of k.devices) {
    if (ret === 'ok') {
      yield* step(`${vdev.label}.needs_reset.clear`);
      vdev.needs_reset = false;
    }
    yield* step(`${vdev.label}.pm_runtime_put`);
    pm_runtime_put(k, vdev);
  }
}

/** The argument of VFIO_DEVICE_PCI_HOT_RESET as far as it is checked. */
export interface HotResetArgument {
  readonly argsz: number;
  readonly flags: number;
  readonly count: number;
  /** Each fd: which devices its group has, or why it is no group. */
  readonly group_fds: readonly (readonly number[] | 'not-a-group' | 'bad-fd')[] | undefined;
}

const HOT_RESET_MINSZ = 12;

/**
 * The front end: what the caller shows decides who owns what.
 * Source: vfio_pci_ioctl_pci_hot_reset, vfio_pci_ioctl_pci_hot_reset_groups, v7.3.
 */
export function* vfio_pci_ioctl_pci_hot_reset(
  k: Kernel,
  arg: HotResetArgument | undefined,
  caller: {
    readonly cdev_opened: boolean;
    readonly bus_reset: boolean;
    readonly resettable: boolean;
    /** cdev: devices of groups that the caller's iommufd owns. */
    readonly iommufd_owns: readonly number[];
    /** Functions on the slot or bus, whoever drives them. */
    readonly functions: number;
  },
): Kthread<Ret | 'failed'> {
  k.traced('vfio_pci_ioctl_pci_hot_reset');
  if (!arg) return '-EFAULT';
  if (arg.argsz < HOT_RESET_MINSZ || arg.flags !== 0) return '-EINVAL';
  if (arg.count > 0 === caller.cdev_opened) return '-EINVAL';
  if (!caller.bus_reset) return '-ENODEV';
  let owns = new Set(caller.iommufd_owns);
  if (!caller.cdev_opened) {
    const groups = groupsOf(arg, caller.functions);
    if (!(groups instanceof Set)) return groups;
    owns = groups;
  }
  const { resettable } = caller;
  return yield* vfio_pci_dev_set_hot_reset(k, { resettable, owns: (v) => owns.has(v.index) });
}

function groupsOf(arg: HotResetArgument, functions: number): Set<number> | Errno {
  if (arg.count > functions) return '-EINVAL';
  if (!arg.group_fds || arg.group_fds.length < arg.count) return '-EFAULT';
  const owns = new Set<number>();
  for (const fd of arg.group_fds.slice(0, arg.count)) {
    if (fd === 'bad-fd') return '-EBADF';
    if (fd === 'not-a-group') return '-EINVAL';
    for (const device of fd) owns.add(device);
  }
  return owns;
}
