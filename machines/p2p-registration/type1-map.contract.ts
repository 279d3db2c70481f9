// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = [
  'type1.map_dma:ok#no_page',
  'type1.map_dma:ok#page',
  'type1.map_dma:-EFAULT#page',
  'type1.unmap_dma#no_page',
  'type1.unmap_dma#page',
] as const;

export const MAP = 'follow_fault_pfn, v7.3: the PFN out of the PTE of the VMA, nothing kept alive';
const NO_PAGE = 'is_invalid_reserved_pfn, v7.3: the PFN has no struct page, so nothing is pinned';
const RESERVED = '__init_zone_device_page, mm/mm_init.c, v7.3: sets PG_reserved';
const ZAP = 'follow_fault_pfn, v7.3: no zap, no munmap() and no close reaches the IOMMU entry';

/**
 * VFIO_IOMMU_MAP_DMA of a mapped BAR, in a container of type1: a PFN in the IOMMU and no reference
 * to any page. `#page` says that the PFN has a struct page as the call looks: the BAR is
 * registered, or its pages are not all back. The RFC does not touch it, so that an unmap looks at
 * the PFN once more, and PG_reserved of ZONE_DEVICE pages alone keeps it from unpinning.
 */
export const type1Map = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'type1_map',
  description: 'struct vfio_dma of a range of a mapped BAR',
  meta: { labels, unused: ['type1.map_dma:-EFAULT#page'], source: MAP },
  initial: 'none',
  states: {
    none: {
      tags: ['quiescent'],
      meta: { source: MAP },
      on: {
        'type1.map_dma:ok#no_page': to('mapped_without_ref', MAP),
        'type1.map_dma:ok#page': to('mapped_without_ref', RESERVED),
      },
    },
    mapped_without_ref: {
      description: 'the IOMMU reaches the BAR; it stays so when the VMA is zapped or gone',
      meta: { source: ZAP },
      on: {
        'type1.unmap_dma#no_page': to('none', NO_PAGE),
        'type1.unmap_dma#page': to('none', RESERVED),
      },
    },
  },
});

function to(target: string, source: string) {
  return { target, meta: { source } };
}
