import { setup } from 'xstate';

export const labels = [
  'dma.map_dma:begin',
  'iommu.lock.mutex_lock',
  'dma.find_dma:true',
  'dma.find_dma:false',
  'dma.kzalloc:ok',
  'dma.kzalloc:-ENOMEM',
  'vma.get_pfns:begin',
  'vma.get_pfns:ok',
  'vma.get_pfns:-EINVAL',
  'vma.get_pfns:-EFAULT',
  'dma.iommu_map:ok',
  'dma.iommu_map:-ENOMEM',
  'dma.kfree',
  'iommu.lock.mutex_unlock',
  'dma.map_dma:ok',
  'dma.map_dma:-EEXIST',
  'dma.map_dma:-EINVAL',
  'dma.map_dma:-EFAULT',
  'dma.map_dma:-ENOMEM',
] as const;

/** VFIO_IOMMU_MAP_DMA of a page of a mapped BAR: the PFN as it is found, into the IOMMU, under iommu->lock alone. */
export function type1DoMap() {
  const failed = (errno: string) => ({
    [`remove_${errno}`]: {
      meta: { source: 'vfio_remove_dma, vfio_iommu_type1.c:1233, v7.3' },
      on: { 'dma.kfree': `unlock_${errno}` },
    },
    [`unlock_${errno}`]: { on: { 'iommu.lock.mutex_unlock': `return_${errno}` } },
    [`return_${errno}`]: { on: { [`dma.map_dma:-${errno}`]: 'idle' } },
  });
  return setup({}).createMachine({
    id: 'type1_do_map',
    description: 'vfio_dma_do_map(), vfio_pin_map_dma(), drivers/vfio/vfio_iommu_type1.c',
    meta: {
      labels,
      source: 'vfio_dma_do_map, vfio_pin_map_dma, vfio_iommu_type1.c:1580-1801, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dma.map_dma:begin': 'lock' } },
      lock: { on: { 'iommu.lock.mutex_lock': 'find' } },
      find: { on: { 'dma.find_dma:false': 'alloc', 'dma.find_dma:true': 'unlock_EEXIST' } },
      alloc: { on: { 'dma.kzalloc:ok': 'pfns', 'dma.kzalloc:-ENOMEM': 'unlock_ENOMEM' } },
      pfns: {
        meta: { source: 'vfio_pin_pages_remote, vfio_iommu_type1.c:675, v7.3' },
        on: { 'vma.get_pfns:begin': 'getting' },
      },
      getting: {
        on: {
          'vma.get_pfns:ok': 'map',
          'vma.get_pfns:-EINVAL': 'remove_EINVAL',
          'vma.get_pfns:-EFAULT': 'remove_EFAULT',
        },
      },
      map: {
        description: 'whatever became of the PTE since it was read',
        meta: { source: 'vfio_iommu_map, vfio_iommu_type1.c:1553, v7.3' },
        on: { 'dma.iommu_map:ok': 'unlock', 'dma.iommu_map:-ENOMEM': 'remove_ENOMEM' },
      },
      unlock: { on: { 'iommu.lock.mutex_unlock': 'return' } },
      return: { on: { 'dma.map_dma:ok': 'idle' } },
      unlock_EEXIST: { on: { 'iommu.lock.mutex_unlock': 'return_EEXIST' } },
      return_EEXIST: { on: { 'dma.map_dma:-EEXIST': 'idle' } },
      ...failed('EINVAL'),
      ...failed('EFAULT'),
      ...failed('ENOMEM'),
    },
  });
}
