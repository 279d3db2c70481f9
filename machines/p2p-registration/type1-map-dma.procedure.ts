// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = [
  'vma.map_dma:begin',
  'mm.mmap_lock.down_read',
  'vma.pin_longterm:-EFAULT',
  'mm.mmap_lock.up_read',
  'vma.map_dma:-EFAULT',
] as const;

/**
 * VFIO_IOMMU_MAP_DMA of a mapping of p2pmem: type1 pins for long and does not ask for P2P pages, which GUP
 * then refuses; and the mapping is no VM_PFNMAP, so that no PFN is read from it either. -EFAULT, mapped or
 * not: no pin outlives its I/O.
 */
export function type1MapDma() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'type1_map_dma',
    description: 'VFIO_IOMMU_MAP_DMA of p2pmem: vaddr_get_pfns(), drivers/vfio/vfio_iommu_type1.c',
    meta: {
      labels,
      source: 'vaddr_get_pfns, v7.3; follow_page_pte, mm/gup.c, v7.3; seen on 7.3.4: -EFAULT',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'vma.map_dma:begin': 'lock' } },
      lock: { on: { 'mm.mmap_lock.down_read': 'pin' } },
      pin: { on: { 'vma.pin_longterm:-EFAULT': 'unlock' } },
      unlock: { on: { 'mm.mmap_lock.up_read': 'return' } },
      return: { on: { 'vma.map_dma:-EFAULT': 'idle' } },
    },
  });
}
