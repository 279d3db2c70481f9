import { setup } from 'xstate';

export const labels = [
  'dev.touch_bar:begin',
  'dev.memory_lock.down_read',
  'dev.pm_runtime_engaged:true',
  'dev.pm_runtime_engaged:false',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.insert_pfn',
  'dev.memory_lock.up_read',
  'dev.touch_bar:ok',
  'dev.touch_bar:SIGBUS',
] as const;

/**
 * A CPU touches a BAR that is mapped and has no PTE (`vfio_pci_mmap_huge_fault()`): memory_lock for
 * reading, and no PTE while the device is in low power or memory is not enabled.
 */
export function pageFault() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'page_fault',
    description: 'vfio_pci_mmap_huge_fault(), drivers/vfio/pci/vfio_pci_core.c',
    meta: { labels, source: 'vfio_pci_mmap_huge_fault, vfio_pci_vmf_insert_pfn, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.touch_bar:begin': 'lock' } },
      lock: { on: { 'dev.memory_lock.down_read': 'low_power' } },
      low_power: {
        on: {
          'dev.pm_runtime_engaged:false': 'memory',
          'dev.pm_runtime_engaged:true': 'unlock_sigbus',
        },
      },
      memory: {
        on: { 'dev.memory_enabled:true': 'insert', 'dev.memory_enabled:false': 'unlock_sigbus' },
      },
      insert: { on: { 'dev.insert_pfn': 'unlock' } },
      unlock: { on: { 'dev.memory_lock.up_read': 'return' } },
      return: { on: { 'dev.touch_bar:ok': 'idle' } },
      unlock_sigbus: { on: { 'dev.memory_lock.up_read': 'return_sigbus' } },
      return_sigbus: { on: { 'dev.touch_bar:SIGBUS': 'idle' } },
    },
  });
}
