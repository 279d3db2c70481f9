import { vfio_pci_dma_buf_move } from '../buffer/vfio-pci-dmabuf.ts';
import type { Ret } from '../kernel/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { VfioPciCoreDevice } from '../kernel/objects.ts';
import type { Kthread } from '../kernel/step.ts';
import { step, test } from '../kernel/step.ts';
import { down_write, up_write } from '../locks/rwsem.ts';
import { unrevoke_and_unlock } from './vfio-pci-config.ts';
import { vfio_pci_zap_and_down_write_memory_lock } from './vfio-pci-core.ts';

/**
 * Runtime power management. A device in low power suspends whenever nobody works on it.
 * Source: drivers/vfio/pci/vfio_pci_core.c, v7.3.
 */

/** VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY. A second one answers -EINVAL, and has revoked. */
export function* vfio_pci_runtime_pm_entry(
  k: Kernel,
  vdev: VfioPciCoreDevice,
  wakeup: boolean,
): Kthread<Ret> {
  k.traced('vfio_pci_runtime_pm_entry');
  yield* vfio_pci_zap_and_down_write_memory_lock(k, vdev);
  yield* vfio_pci_dma_buf_move(k, vdev, true);
  const name = `${vdev.label}.pm_runtime_engaged`;
  const engaged = yield* test(name, () => vdev.pm_runtime_engaged);
  if (!engaged) {
    yield* step(`${name}.set`, { commits: `${vdev.label}.low_power(enter)` });
    vdev.pm_runtime_engaged = true;
    vdev.pm_wake_eventfd = wakeup;
    vdev.usage -= 1;
  }
  yield* up_write(vdev.memory_lock, { commits: `${vdev.label}.end` });
  return engaged ? '-EINVAL' : 'ok';
}

/** Where nothing is engaged it does nothing. Source: __vfio_pci_runtime_pm_exit, v7.3. */
function* __vfio_pci_runtime_pm_exit(vdev: VfioPciCoreDevice): Kthread {
  const { label } = vdev;
  const commits = `${label}.low_power(exit)`;
  const engaged = yield* test(
    `${label}.pm_runtime_engaged`,
    () => vdev.pm_runtime_engaged,
    (value) => (value ? undefined : commits),
  );
  if (!engaged) return;
  yield* step(`${label}.pm_runtime_engaged.clear`, { commits });
  vdev.pm_runtime_engaged = false;
  yield* step(`${label}.pm_runtime_get_noresume`);
  vdev.usage += 1;
  if (yield* test(`${label}.pm_wake_eventfd`, () => vdev.pm_wake_eventfd)) {
    yield* step(`${label}.pm_wake_eventfd.clear`);
    vdev.pm_wake_eventfd = false;
  }
}

/** LOW_POWER_EXIT, and a part of vfio_pci_core_disable(). */
export function* vfio_pci_runtime_pm_exit(k: Kernel, vdev: VfioPciCoreDevice): Kthread<Ret> {
  k.traced('vfio_pci_runtime_pm_exit');
  yield* down_write(vdev.memory_lock, { commits: `${vdev.label}.begin` });
  yield* __vfio_pci_runtime_pm_exit(vdev);
  yield* unrevoke_and_unlock(k, vdev);
  return 'ok';
}

/**
 * The device resumes. With a wake-up eventfd it leaves low power here, without un-revoke (open in
 * v7.3). Source: vfio_pci_core_runtime_resume, v7.3.
 */
function* vfio_pci_core_runtime_resume(k: Kernel, vdev: VfioPciCoreDevice): Kthread {
  k.traced('vfio_pci_core_runtime_resume');
  yield* down_write(vdev.memory_lock, { hidden: 'both' });
  if (vdev.pm_wake_eventfd) {
    vdev.wake_signals += 1;
    yield* __vfio_pci_runtime_pm_exit(vdev);
  }
  yield* up_write(vdev.memory_lock, { hidden: 'both' });
}

/**
 * The device is about to be suspended. User space may have left it in D3hot; the PCI core chooses
 * the state that it sleeps in, and wants it in D0 for that. Source: vfio_pci_core_runtime_suspend,
 * v7.3.
 */
function* vfio_pci_core_runtime_suspend(k: Kernel, vdev: VfioPciCoreDevice): Kthread {
  k.traced('vfio_pci_core_runtime_suspend');
  yield* down_write(vdev.memory_lock, { hidden: 'both', stop: false });
  yield* step(`${vdev.label}.set_power_state(D0)`, { hidden: 'both' });
  k.traced('vfio_pci_set_power_state');
  vdev.current_state = 'D0';
  yield* up_write(vdev.memory_lock, { hidden: 'both' });
}

/** Keeps the device awake; resumes it if it sleeps. Source: pm_runtime_resume_and_get(). */
export function* pm_runtime_resume_and_get(k: Kernel, vdev: VfioPciCoreDevice): Kthread {
  vdev.usage += 1;
  yield* pm_runtime_resume(k, vdev);
}

/** Wakes a device that sleeps; who finds it half asleep waits. Source: rpm_resume(). */
export function* pm_runtime_resume(k: Kernel, vdev: VfioPciCoreDevice): Kthread {
  if (vdev.runtime_status === 'suspending') {
    const awaited = `${vdev.label}.runtime_status`;
    yield {
      hidden: 'both',
      options: () => [{ label: awaited }],
      ready: () => vdev.runtime_status !== 'suspending',
      waitsFor: () => `${vdev.label} is being suspended`,
    };
  }
  if (vdev.runtime_status !== 'suspended') return;
  vdev.runtime_status = 'active';
  yield* vfio_pci_core_runtime_resume(k, vdev);
}

/** The last reference queues the suspend; a worker carries it out. Source: pm_runtime_put(). */
export function pm_runtime_put(k: Kernel, vdev: VfioPciCoreDevice): void {
  vdev.usage -= 1;
  if (vdev.usage > 0 || vdev.open_count === 0) return;
  k.scheduler.spawn(`${vdev.label}${WORKER}`, `${vdev.label}.rpm_suspend`, () =>
    rpm_suspend(k, vdev),
  );
}

/** Void where somebody works on the device again, or it sleeps already. Source: rpm_suspend(). */
function* rpm_suspend(k: Kernel, vdev: VfioPciCoreDevice): Kthread<string> {
  yield* step(`${vdev.label}.rpm_suspend`, { hidden: 'both' });
  if (vdev.usage > 0 || vdev.runtime_status !== 'active') return '-EAGAIN';
  vdev.runtime_status = 'suspending';
  yield* vfio_pci_core_runtime_suspend(k, vdev);
  vdev.runtime_status = 'suspended';
  k.checkAccess(vdev, 'runtime suspend');
  return 'ok';
}

const WORKER = '.pm_wq';

/** The workqueue of the PM core gets its turn: everything on it runs as far as it can. */
export function runPmWorkqueue(k: Kernel): void {
  for (const thread of k.scheduler.threads.filter(({ name }) => name.endsWith(WORKER))) {
    while (thread.ready) k.scheduler.resume(thread, thread.pending!.options()[0]!);
  }
}
