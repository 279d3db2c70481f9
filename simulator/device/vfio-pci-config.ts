import { vfio_pci_dma_buf_move } from '../buffer/vfio-pci-dmabuf.ts';
import type { Ret } from '../kernel/errno.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { PowerState, VfioPciCoreDevice } from '../kernel/objects.ts';
import { POWER_STATES } from '../kernel/objects.ts';
import type { Kthread } from '../kernel/step.ts';
import { choose, step, test } from '../kernel/step.ts';
import { down_write, up_write } from '../locks/rwsem.ts';
import {
  pci_try_reset_function,
  vfio_pci_set_power_state,
  vfio_pci_zap_and_down_write_memory_lock,
} from './vfio-pci-core.ts';

/**
 * Writes to the config space that take the memory of a device away or give it back.
 * Source: drivers/vfio/pci/vfio_pci_config.c, v7.3.
 */

/** What __vfio_pci_memory_enabled() would answer; false where it would oops. */
export function memory_enabled_now(vdev: VfioPciCoreDevice): boolean {
  if (!vdev.vconfig) return false;
  const awake = POWER_STATES.indexOf(vdev.current_state) < POWER_STATES.indexOf('D3hot');
  return awake && (vdev.config.no_command_memory || vdev.vconfig.memory);
}

/**
 * Whether the device answers at its BARs. It does not look at `pm_runtime_engaged`, and D1 and D2
 * count as enabled (both open in v7.3). Source: __vfio_pci_memory_enabled, v7.3.
 */
export function __vfio_pci_memory_enabled(k: Kernel, vdev: VfioPciCoreDevice): boolean {
  k.traced('__vfio_pci_memory_enabled');
  if (!vdev.vconfig) {
    k.oops('NULL pointer dereference of vconfig in __vfio_pci_memory_enabled()');
  }
  return memory_enabled_now(vdev);
}

/** `dev[d].memory_enabled:true`, `:false`. */
export function* test_memory_enabled(k: Kernel, vdev: VfioPciCoreDevice): Kthread<boolean> {
  yield* test(`${vdev.label}.memory_enabled`, () => memory_enabled_now(vdev));
  return __vfio_pci_memory_enabled(k, vdev);
}

/** `if (__vfio_pci_memory_enabled(vdev)) vfio_pci_dma_buf_move(vdev, false);` and unlock. */
export function* unrevoke_and_unlock(k: Kernel, vdev: VfioPciCoreDevice): Kthread {
  if (yield* test_memory_enabled(k, vdev)) yield* vfio_pci_dma_buf_move(k, vdev, false);
  yield* up_write(vdev.memory_lock, { commits: `${vdev.label}.end` });
}

/** A write of PCI_COMMAND. Source: vfio_basic_config_write, v7.3. */
export function* vfio_basic_config_write(
  k: Kernel,
  vdev: VfioPciCoreDevice,
  mem: boolean,
): Kthread<'ok' | 'failed'> {
  k.traced('vfio_basic_config_write');
  if (mem) yield* down_write(vdev.memory_lock, { commits: `${vdev.label}.begin` });
  else {
    yield* vfio_pci_zap_and_down_write_memory_lock(k, vdev);
    yield* vfio_pci_dma_buf_move(k, vdev, true);
  }
  const MEM = `MEM=${mem ? 1 : 0}`;
  const written = yield* choose(`${vdev.label}.hw.command(${MEM})`, [
    { outcome: 'ok', commits: `${vdev.label}.memory(${mem ? 'on' : 'off'})` },
    { outcome: 'failed' },
  ]);
  if (written === 'failed') {
    yield* up_write(vdev.memory_lock, { commits: `${vdev.label}.end` });
    return 'failed';
  }
  if (!mem && !vdev.config.no_command_memory) k.checkAccess(vdev, 'COMMAND.MEM=0');
  yield* step(`${vdev.label}.vconfig.command(${MEM})`);
  vdev.vconfig!.memory = mem;
  yield* unrevoke_and_unlock(k, vdev);
  return 'ok';
}

/** A write of PM_CTRL. Source: vfio_pm_config_write, vfio_lock_and_set_power_state, v7.3. */
export function* vfio_lock_and_set_power_state(
  k: Kernel,
  vdev: VfioPciCoreDevice,
  state: PowerState,
): Kthread<Ret> {
  k.traced('vfio_lock_and_set_power_state');
  if (state === 'D3hot') {
    yield* vfio_pci_zap_and_down_write_memory_lock(k, vdev);
    yield* vfio_pci_dma_buf_move(k, vdev, true);
  } else yield* down_write(vdev.memory_lock, { commits: `${vdev.label}.begin` });
  yield* vfio_pci_set_power_state(k, vdev, state, { mayFail: true });
  yield* unrevoke_and_unlock(k, vdev);
  return 'ok';
}

/** The FLR bit of DEVCTL or of the AF capability; the result of the reset is ignored. */
export function* vfio_exp_config_write(k: Kernel, vdev: VfioPciCoreDevice): Kthread<Ret> {
  k.traced('vfio_exp_config_write');
  return yield* functionLevelReset(k, vdev);
}

/** Source: vfio_af_config_write, v7.3. */
export function* vfio_af_config_write(k: Kernel, vdev: VfioPciCoreDevice): Kthread<Ret> {
  k.traced('vfio_af_config_write');
  return yield* functionLevelReset(k, vdev);
}

function* functionLevelReset(k: Kernel, vdev: VfioPciCoreDevice): Kthread<Ret> {
  yield* vfio_pci_zap_and_down_write_memory_lock(k, vdev);
  yield* vfio_pci_dma_buf_move(k, vdev, true);
  yield* pci_try_reset_function(k, vdev);
  if (k.has('P1')) {
    if (yield* test_memory_enabled(k, vdev)) yield* vfio_pci_dma_buf_move(k, vdev, true);
    yield* up_write(vdev.memory_lock, { commits: `${vdev.label}.end` });
  } else yield* unrevoke_and_unlock(k, vdev);
  return 'ok';
}

/** vfio_pci_zap_bars(): unmap_mapping_range() over the BARs. */
export function* vfio_pci_zap_bars(k: Kernel, vdev: VfioPciCoreDevice): Kthread {
  yield* step(`${vdev.label}.zap_bars`);
  vdev.vma.pte = false;
  if (k.has('zap-heard')) k.dmas[vdev.index]!.mapped = false;
  k.traced('vfio_pci_zap_bars');
  k.traced('unmap_mapping_range');
}
