import { vfio_pci_dma_buf_cleanup, vfio_pci_dma_buf_move } from '../buffer/vfio-pci-dmabuf.ts';
import { vfio_pci_dev_set_try_reset } from '../hot-reset/vfio-pci-hot-reset.ts';
import type { Ret } from '../kernel/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { PowerState, VfioPciCoreDevice } from '../kernel/objects.ts';
import type { Kthread } from '../kernel/step.ts';
import { choose, step } from '../kernel/step.ts';
import { mutex_lock, mutex_unlock } from '../locks/mutex.ts';
import { down_read, down_write, up_read, up_write } from '../locks/rwsem.ts';
import { memory_enabled_now, unrevoke_and_unlock, vfio_pci_zap_bars } from './vfio-pci-config.ts';
import {
  pm_runtime_put,
  pm_runtime_resume,
  pm_runtime_resume_and_get,
  vfio_pci_runtime_pm_exit,
} from './vfio-pci-pm.ts';

/**
 * Open, close, reset of one device. Source: drivers/vfio/pci/vfio_pci_core.c, v7.3.
 */

/** vfio_pci_zap_and_down_write_memory_lock(). */
export function* vfio_pci_zap_and_down_write_memory_lock(
  k: Kernel,
  vdev: VfioPciCoreDevice,
): Kthread {
  k.traced('vfio_pci_zap_and_down_write_memory_lock');
  yield* down_write(vdev.memory_lock, { commits: `${vdev.label}.begin` });
  yield* vfio_pci_zap_bars(k, vdev);
}

/** A power state written to the hardware; any but D0 may be refused, and is where VFs are on. */
export function* vfio_pci_set_power_state(
  k: Kernel,
  vdev: VfioPciCoreDevice,
  state: PowerState,
  how: { readonly mayFail?: boolean } = {},
): Kthread<'ok' | 'failed'> {
  const name = `${vdev.label}.set_power_state(${state})`;
  const commits = `${vdev.label}.power(${state})`;
  let outcome: 'ok' | 'failed' = 'ok';
  if (state !== 'D0' && vdev.sriov_active) {
    yield* step(`${name}:failed`);
    outcome = 'failed';
  } else if (how.mayFail && state !== 'D0') {
    const taken = yield* choose(name, [{ outcome: '', commits }, { outcome: 'failed' }]);
    if (taken === 'failed') outcome = taken;
  } else yield* step(name, { commits });
  k.traced('vfio_pci_set_power_state');
  if (outcome === 'failed') return outcome;
  if (state === 'D3hot') k.checkAccess(vdev, 'D3hot');
  // pci_set_low_power_state(), v7.3: "if we're already in a low-power state, we can only go deeper".
  if (state === 'D0' || state > vdev.current_state) vdev.current_state = state;
  return outcome;
}

/** Resets one function; a device that was in D3hot comes back in D0. */
export function* pci_try_reset_function(
  k: Kernel,
  vdev: VfioPciCoreDevice,
): Kthread<'ok' | 'failed'> {
  const outcome = yield* choose(`${vdev.label}.pci_try_reset_function`, [
    { outcome: 'ok', commits: `${vdev.label}.reset:ok` },
    { outcome: 'failed', commits: `${vdev.label}.reset:failed` },
  ]);
  k.traced('pci_try_reset_function');
  k.traced('__pci_reset_function_locked');
  k.checkAccess(vdev, 'pci_try_reset_function');
  if (outcome === 'ok') vdev.current_state = 'D0';
  return outcome;
}

/** The first open. Source: vfio_df_open, vfio_pci_core_enable, v7.3. */
export function* vfio_pci_open_device(k: Kernel, vdev: VfioPciCoreDevice): Kthread<Ret> {
  yield* mutex_lock(k.dev_set.lock);
  yield* step(`${vdev.label}.core_enable`, { commits: `${vdev.label}.open:ok` });
  k.traced('vfio_pci_core_enable');
  vdev.current_state = 'D0';
  vdev.usage = 1;
  vdev.vconfig = { memory: true };
  vdev.open_count = 1;
  vdev.has_fd = true;
  yield* mutex_unlock(k.dev_set.lock);
  return 'ok';
}

/**
 * The last close. The buffers go before the device (d97708701434).
 * Source: vfio_df_group_close, vfio_df_unbind_iommufd, vfio_pci_core_close_device, v7.3.
 */
export function* vfio_device_fops_release(k: Kernel, vdev: VfioPciCoreDevice): Kthread<Ret> {
  vdev.has_fd = false;
  yield* mutex_lock(k.dev_set.lock);
  k.traced('vfio_pci_core_close_device');
  if (k.has('M5')) {
    yield* vfio_pci_core_disable(k, vdev);
    yield* vfio_pci_dma_buf_cleanup(k, vdev);
  } else {
    yield* vfio_pci_dma_buf_cleanup(k, vdev);
    yield* vfio_pci_core_disable(k, vdev);
  }
  yield* step(`${vdev.label}.open_count.dec`);
  vdev.open_count = 0;
  yield* mutex_unlock(k.dev_set.lock);
  return 'ok';
}

/**
 * Low power ends in a section of memory_lock; everything else happens outside of it, when nobody can
 * call any more, and is a part of what `disable` commits. Source: vfio_pci_core_disable, v7.3.
 */
function* vfio_pci_core_disable(k: Kernel, vdev: VfioPciCoreDevice): Kthread {
  const { label } = vdev;
  yield* step(`${label}.core_disable:begin`);
  k.traced('vfio_pci_core_disable');
  yield* vfio_pci_runtime_pm_exit(k, vdev);
  yield* resumeForClose(k, vdev);
  yield* step(`${label}.set_power_state(D0)`);
  k.traced('vfio_pci_set_power_state');
  vdev.current_state = 'D0';
  yield* step(`${label}.config_free`);
  vdev.vconfig = undefined;
  yield* step(`${label}.needs_reset.set`);
  vdev.needs_reset = true;
  yield* step(`${label}.hw.command(INTX_DISABLE)`);
  k.checkAccess(vdev, 'vfio_pci_core_disable');
  if (yield* resetForClose(k, vdev)) {
    yield* step(`${label}.needs_reset.clear`);
    vdev.needs_reset = false;
  }
  yield* step(`${label}.hw.restore_state`);
  yield* step(`${label}.hw.disable`, { commits: `${label}.disable` });
  yield* vfio_pci_dev_set_try_reset(k);
  // The PM core is in no hurry to suspend it: the next close finds it awake, as in the stock traces.
  yield* step(`${label}.pm_runtime_put`);
  vdev.usage -= 1;
  yield* step(`${label}.core_disable:end`);
}

/** Its answer is ignored. */
function* resumeForClose(k: Kernel, vdev: VfioPciCoreDevice): Kthread {
  const found = vdev.runtime_status === 'active' ? 'active' : 'suspended';
  const name = `${vdev.label}.pm_runtime_resume`;
  const outcome = yield* choose(name, [{ outcome: found }, { outcome: 'failed' }], { stop: false });
  if (outcome !== 'failed') yield* pm_runtime_resume(k, vdev);
}

/** The reset of the function, if there is one and its lock is to be had; whether it worked. */
function* resetForClose(k: Kernel, vdev: VfioPciCoreDevice): Kthread<boolean> {
  const works = `${vdev.label}.reset_works`;
  if (!vdev.config.reset_works) {
    yield* step(`${works}:false`);
    return false;
  }
  const chosen = [{ outcome: 'true' }, { outcome: 'false' }] as const;
  if ((yield* choose(works, chosen, { stop: false })) === 'false') return false;
  const lock = [{ outcome: '1' }, { outcome: '0' }] as const;
  const locked = yield* choose(`${vdev.label}.pci_dev_trylock`, lock, { stop: false });
  if (locked === '0') return false;
  const name = `${vdev.label}.__pci_reset_function_locked`;
  yield* step(`${name}:begin`);
  k.traced('__pci_reset_function_locked');
  k.checkAccess(vdev, '__pci_reset_function_locked');
  const reset = [{ outcome: 'ok' }, { outcome: 'failed' }] as const;
  return (yield* choose(name, reset, { stop: false })) === 'ok';
}

/**
 * VFIO_DEVICE_RESET: D0 before the revoke, as an importer may touch the device to clean up.
 * Source: vfio_pci_ioctl_reset, v7.3.
 */
export function* vfio_pci_ioctl_reset(k: Kernel, vdev: VfioPciCoreDevice): Kthread<Ret | 'failed'> {
  k.traced('vfio_pci_ioctl_reset');
  if (!vdev.config.reset_works) return '-EINVAL';
  yield* vfio_pci_zap_and_down_write_memory_lock(k, vdev);
  if (k.has('P22')) yield* vfio_pci_dma_buf_move(k, vdev, true);
  yield* vfio_pci_set_power_state(k, vdev, 'D0');
  if (!k.has('P22')) yield* vfio_pci_dma_buf_move(k, vdev, true);
  const ret = yield* pci_try_reset_function(k, vdev);
  yield* unrevoke_and_unlock(k, vdev);
  return ret;
}

/** A read of a BAR through the device fd, under memory_lock for reading. vfio_pci_bar_rw, v7.3. */
export function* vfio_pci_bar_rw(vdev: VfioPciCoreDevice): Kthread<Ret> {
  yield* down_read(vdev.memory_lock);
  const enabled = memory_enabled_now(vdev);
  yield* up_read(vdev.memory_lock);
  return enabled ? 'ok' : '-EIO';
}

/**
 * SR-IOV enable: D0 and `sriov_active` under memory_lock, the VFs without it, and no un-revoke (open
 * in v7.3). Source: vfio_pci_core_sriov_configure, v7.3.
 */
export function* vfio_pci_core_sriov_configure(
  k: Kernel,
  vdev: VfioPciCoreDevice,
): Kthread<Ret | 'failed'> {
  k.traced('vfio_pci_core_sriov_configure');
  const { label } = vdev;
  const status = vdev.runtime_status === 'active' ? 'active' : 'suspended';
  const gets = [{ outcome: status }, { outcome: 'failed' }] as const;
  const name = `${label}.pm_runtime_resume_and_get`;
  const got = yield* choose(name, gets, { stop: false });
  if (got !== 'failed') {
    yield* pm_runtime_resume_and_get(k, vdev);
    yield* down_write(vdev.memory_lock, { commits: `${label}.begin` });
    yield* vfio_pci_set_power_state(k, vdev, 'D0');
    yield* step(`${label}.sriov_active.set`);
    vdev.sriov_active = true;
    yield* up_write(vdev.memory_lock, { commits: `${label}.end` });
    const enabled = [{ outcome: 'ok' }, { outcome: 'failed' }] as const;
    if ((yield* choose(`${label}.pci_enable_sriov`, enabled, { stop: false })) === 'ok')
      return 'ok';
    yield* step(`${label}.pm_runtime_put`);
    pm_runtime_put(k, vdev);
  }
  yield* step(`${label}.sriov_active.clear`);
  vdev.sriov_active = false;
  return 'failed';
}

/** A reset through sysfs does not come through vfio and revokes nothing (open in v7.3). */
export function* reset_store(k: Kernel, vdev: VfioPciCoreDevice): Kthread<Ret> {
  yield* step(`${vdev.label}.pci_reset_function`);
  k.traced('pci_reset_function');
  k.checkAccess(vdev, 'pci_reset_function');
  vdev.current_state = 'D0';
  return 'ok';
}
