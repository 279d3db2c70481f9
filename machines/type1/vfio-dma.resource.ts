import { setup } from 'xstate';

export const labels = [
  'find_dma:true',
  'find_dma:false',
  'kzalloc:ok',
  'kzalloc:-ENOMEM',
  'iommu_map:ok',
  'iommu_map:-ENOMEM',
  'iommu_unmap',
  'kfree',
] as const;

/** A range that type1 has mapped (`struct vfio_dma`), and its entry in the IOMMU. */
export function vfioDma() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'vfio_dma',
    description: 'struct vfio_dma, in iommu->dma_list; iommu_map(), iommu_unmap() of its range',
    meta: { labels, source: 'vfio_dma_do_map, vfio_remove_dma, vfio_iommu_type1.c, v7.3' },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'find_dma:false': 'none',
          'kzalloc:ok': 'listed',
          'kzalloc:-ENOMEM': 'none',
          'iommu_map:ok': 'misused',
          'iommu_map:-ENOMEM': 'none',
          iommu_unmap: 'misused',
          kfree: 'misused',
        },
      },
      listed: {
        description: 'without an entry, or no longer with one',
        on: {
          'find_dma:true': 'listed',
          'kzalloc:ok': 'misused',
          'kzalloc:-ENOMEM': 'listed',
          'iommu_map:ok': 'mapped',
          'iommu_map:-ENOMEM': 'listed',
          iommu_unmap: 'misused',
          kfree: 'none',
        },
      },
      mapped: {
        description: 'DMA of the container reaches the BAR',
        tags: ['quiescent'],
        on: {
          'find_dma:true': 'mapped',
          'kzalloc:ok': 'misused',
          'kzalloc:-ENOMEM': 'mapped',
          'iommu_map:ok': 'misused',
          'iommu_map:-ENOMEM': 'mapped',
          iommu_unmap: 'listed',
          kfree: 'misused',
        },
      },
      misused: {
        tags: ['violation', 'quiescent'],
        meta: {
          finding: 'is made twice, or freed with its entry in the IOMMU or without being there',
        },
        on: Object.fromEntries(labels.map((label) => [label, 'misused'])),
      },
    },
  });
}
