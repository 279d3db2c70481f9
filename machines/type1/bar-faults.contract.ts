import { setup } from 'xstate';

export const labels = [
  'low_power(enter)',
  'low_power(exit)',
  'map_dma:ok',
  'map_dma:-EFAULT#sigbus',
  'map_dma:-EFAULT#low_power',
] as const;

/**
 * What the fault handler of a BAR asks beside __vfio_pci_memory_enabled(), and an export does not: in low
 * power it inserts no PTE, whatever memory is.
 */
export const barFaults = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'bar_faults',
  description: 'whether a fault in a BAR gets a PTE as far as low power goes',
  meta: { labels, source: 'vfio_pci_mmap_huge_fault, v7.3: pm_runtime_engaged' },
  initial: 'awake',
  states: {
    awake: {
      tags: ['quiescent'],
      on: {
        'low_power(enter)': 'asleep',
        'low_power(exit)': 'awake',
        'map_dma:ok': 'awake',
        'map_dma:-EFAULT#sigbus': 'awake',
      },
    },
    asleep: {
      tags: ['quiescent'],
      on: {
        'low_power(exit)': 'awake',
        'map_dma:-EFAULT#sigbus': 'asleep',
        'map_dma:-EFAULT#low_power': 'asleep',
      },
    },
  },
});
