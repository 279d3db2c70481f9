import { setup } from 'xstate';

export const labels = [
  'dma.unmap_dma:begin',
  'iommu.lock.mutex_lock',
  'dma.find_dma:true',
  'dma.find_dma:false',
  'dma.iommu_unmap',
  'dma.kfree',
  'iommu.lock.mutex_unlock',
  'dma.unmap_dma:ok',
] as const;

/** VFIO_IOMMU_UNMAP_DMA of that page: what takes the entry out of the IOMMU, and nothing else does. */
export function type1DoUnmap() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'type1_do_unmap',
    description: 'vfio_dma_do_unmap(), vfio_remove_dma(), drivers/vfio/vfio_iommu_type1.c',
    meta: {
      labels,
      source: 'vfio_dma_do_unmap, vfio_remove_dma, vfio_iommu_type1.c:1233-1551, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dma.unmap_dma:begin': 'lock' } },
      lock: { on: { 'iommu.lock.mutex_lock': 'find' } },
      find: {
        description: 'nothing there: 0, and a size of 0',
        on: { 'dma.find_dma:true': 'unmap', 'dma.find_dma:false': 'unlock' },
      },
      unmap: {
        meta: { source: 'vfio_unmap_unpin, vfio_iommu_type1.c:1147, v7.3' },
        on: { 'dma.iommu_unmap': 'free' },
      },
      free: { on: { 'dma.kfree': 'unlock' } },
      unlock: { on: { 'iommu.lock.mutex_unlock': 'return' } },
      return: { on: { 'dma.unmap_dma:ok': 'idle' } },
    },
  });
}
