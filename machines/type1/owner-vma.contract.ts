import { setup } from 'xstate';

export const labels = [
  'open:ok',
  'close:begin',
  'mmap:ok',
  'munmap:ok',
  'map_dma:ok',
  'map_dma:-EFAULT#no_vma',
  'map_dma:-EFAULT#sigbus',
  'map_dma:-EFAULT#low_power',
] as const;

/** The owner's mapping of the BAR of its device. The last one to go closes the device: a VMA holds its file. */
export const ownerVma = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'owner_vma',
  description: 'mmap() of a BAR through the device fd, and the file that the VMA holds',
  meta: { labels, source: 'vfio_pci_core_mmap, vfio_device_fops_release, v7.3' },
  initial: 'closed',
  states: {
    closed: {
      tags: ['quiescent'],
      on: { 'open:ok': 'open', 'map_dma:-EFAULT#no_vma': 'closed' },
    },
    open: {
      tags: ['quiescent'],
      on: { 'mmap:ok': 'mapped', 'close:begin': 'closed', 'map_dma:-EFAULT#no_vma': 'open' },
    },
    mapped: {
      tags: ['quiescent'],
      on: {
        'munmap:ok': 'open',
        'map_dma:ok': 'mapped',
        'map_dma:-EFAULT#sigbus': 'mapped',
        'map_dma:-EFAULT#low_power': 'mapped',
      },
    },
  },
});
