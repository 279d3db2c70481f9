import { InputError } from 'xstate-check';
import type { Guest } from './guest.ts';

/** The functions that `docs/traces.md` has traced. */
export const FUNCTIONS = [
  ...['vfio_*', '__vfio_pci_memory_enabled', 'dma_buf_*', 'dma_resv_wait_timeout'],
  ...['iommufd_ioas_*', 'pci_reset_bus', 'pci_try_reset_function'],
  ...['down_write', 'down_write_trylock', 'up_write', 'ww_mutex_lock', 'ww_mutex_unlock'],
];

/**
 * The probes of `docs/traces.md`. A call that waits at a gate has not returned: there must be room
 * for more of them than the kernel makes by itself.
 */
export const PROBES = [
  'p:down_write down_write sem=$arg1',
  'p:up_write up_write sem=$arg1',
  'p:down_write_trylock down_write_trylock sem=$arg1',
  'r32:down_write_trylock_ret down_write_trylock ret=$retval:u8',
  'p:vfio_pci_dma_buf_move vfio_pci_dma_buf_move vdev=$arg1 revoked=$arg2:u8',
  'r32:__vfio_pci_memory_enabled_ret __vfio_pci_memory_enabled ret=$retval:u8',
  'r32:vfio_pci_dma_buf_map_ret vfio_pci_dma_buf_map ret=$retval',
  'r32:vfio_pci_dma_buf_iommufd_map_ret vfio_pci_dma_buf_iommufd_map ret=$retval:s32',
];

/** What a kernel without iommufd, or one that inlines, does not have. */
const OPTIONAL =
  /iommufd|vfio_lock_and_set_power_state|vfio_exp_config|vfio_af_config|vfio_pm_config/;

/**
 * Has the kernel trace itself from here on, as a user would by hand.
 *
 * @throws InputError where it cannot
 */
export async function startTracing(guest: Guest): Promise<void> {
  const write = async (file: string, text: string) => {
    const result = await guest.writeTrace(file, text);
    if (result < 0 && !OPTIONAL.test(text)) {
      throw new InputError(
        `Linux ${guest.kernelRelease} cannot trace: writing '${text}' to ${file} fails (${result})`,
      );
    }
  };
  await write('tracing_on', '0');
  await write('buffer_size_kb', '4096');
  for (const name of FUNCTIONS) await write('set_ftrace_filter', name);
  await write('current_tracer', 'function');
  for (const probe of PROBES) await write('kprobe_events', probe);
  await write('events/kprobes/enable', '1');
  await write('events/dma_buf/enable', '1');
}
