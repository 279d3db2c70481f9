import { setup } from 'xstate';

export const labels = [
  'dev.touch_bar:begin',
  'mm.mmap_lock.down_read',
  'dev.memory_lock.down_read',
  'dev.pm_runtime_engaged:true',
  'dev.pm_runtime_engaged:false',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.insert_pfn',
  'dev.memory_lock.up_read',
  'mm.mmap_lock.up_read',
  'dev.touch_bar:ok',
  'dev.touch_bar:SIGBUS',
] as const;

/**
 * A CPU touches a BAR that is mapped and has no PTE (`vfio_pci_mmap_huge_fault()`): memory_lock for
 * reading, and no PTE while the device is in low power or memory is not enabled.
 *
 * @param mm - whether what it holds of the process is drawn: mmap_lock, or the lock of the VMA, for
 * which a writer of mmap_lock waits
 */
export function pageFault(mm: 'not_drawn' | 'mmap_lock' = 'not_drawn') {
  const drawn = mm === 'mmap_lock';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'page_fault',
    description: 'vfio_pci_mmap_huge_fault(), drivers/vfio/pci/vfio_pci_core.c',
    meta: {
      labels: labels.filter((label) => drawn || !label.startsWith('mm.')),
      c: {
        function: 'vfio_pci_mmap_huge_fault',
        file: 'drivers/vfio/pci/vfio_pci_core.c',
        entries: [
          {
            begins: 'dev.touch_bar:begin',
            parameters: { vmf: '@vmf', order: ['0', 'PMD_ORDER', 'PUD_ORDER'] },
            returns: {
              'dev.touch_bar:ok': 'VM_FAULT_NOPAGE',
              'dev.touch_bar:SIGBUS': 'VM_FAULT_SIGBUS',
            },
          },
        ],
        leads: { 'vmf.vma': '@vma', 'vma.vm_private_data': '@dev' },
        ...(drawn && {
          inside: {
            labels: ['mm.mmap_lock.down_read', 'mm.mmap_lock.up_read'],
            because: 'whoever calls the handler holds it, lock_mm_and_find_vma(), mm/mmap_lock.c',
          },
        }),
        rows: [
          {
            c: 'is_aligned_for_order($rest)',
            is: '1',
            because: 'an order that is not falls back to one page, which is',
          },
        ],
      },
      source: 'vfio_pci_mmap_huge_fault, vfio_pci_vmf_insert_pfn, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.touch_bar:begin': drawn ? 'lock_mm' : 'lock' } },
      ...(drawn && { lock_mm: { on: { 'mm.mmap_lock.down_read': 'lock' } } }),
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
      unlock: { on: { 'dev.memory_lock.up_read': drawn ? 'unlock_mm' : 'return' } },
      ...(drawn && { unlock_mm: { on: { 'mm.mmap_lock.up_read': 'return' } } }),
      return: { on: { 'dev.touch_bar:ok': 'idle' } },
      unlock_sigbus: {
        on: { 'dev.memory_lock.up_read': drawn ? 'unlock_mm_sigbus' : 'return_sigbus' },
      },
      ...(drawn && { unlock_mm_sigbus: { on: { 'mm.mmap_lock.up_read': 'return_sigbus' } } }),
      return_sigbus: { on: { 'dev.touch_bar:SIGBUS': 'idle' } },
    },
  });
}
