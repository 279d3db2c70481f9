import { setup } from 'xstate';

export const labels = [
  'map_dma:ok',
  'map_dma:-EFAULT#no_vma',
  'map_dma:-EFAULT#sigbus',
  'map_dma:-EFAULT#low_power',
  'map_dma:-EEXIST',
  'unmap_dma:ok',
] as const;

/**
 * A range of a mapped BAR in the IOMMU of a container (VFIO_IOMMU_MAP_DMA). Nothing that its device does
 * is among its labels, because nothing of it is heard.
 */
export const type1Dma = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'type1_dma',
  description: 'struct vfio_dma of a range of a mapped BAR, as its user knows it',
  meta: { labels, source: 'vfio_dma_do_map, vfio_dma_do_unmap, vfio_iommu_type1.c, v7.3' },
  initial: 'none',
  states: {
    none: {
      tags: ['quiescent'],
      meta: { shows: { state: 'none' }, source: 'vfio_remove_dma, v7.3' },
      on: {
        'map_dma:ok': {
          target: 'mapped',
          meta: { source: 'follow_fault_pfn, v7.3: the PFN out of the PTE, nothing kept alive' },
        },
        'map_dma:-EFAULT#no_vma': 'none',
        'map_dma:-EFAULT#sigbus': {
          target: 'none',
          meta: { source: 'follow_fault_pfn, v7.3: fixup_user_fault()' },
        },
        'map_dma:-EFAULT#low_power': {
          target: 'none',
          meta: { source: 'vfio_pci_mmap_huge_fault, v7.3: pm_runtime_engaged' },
        },
        'unmap_dma:ok': 'none',
      },
    },
    mapped: {
      description: 'it stays until the user takes it away, or closes the container',
      tags: ['quiescent'],
      meta: { shows: { state: 'mapped' }, source: 'vfio_dma_do_map, v7.3' },
      on: {
        'map_dma:-EEXIST': 'mapped',
        'unmap_dma:ok': {
          target: 'none',
          meta: { source: 'vfio_remove_dma, v7.3' },
        },
      },
    },
  },
});
