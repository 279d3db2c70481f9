import { setup } from 'xstate';

export const labels = [
  'type1.map_dma:ok#no_page',
  'type1.map_dma:ok#page',
  'type1.map_dma:-EFAULT#page',
  'type1.unmap_dma#no_page',
  'type1.unmap_dma#page',
] as const;

/** What the IOMMU driver of type1 knows of a PFN that it took from a VMA of a BAR. */
export interface Type1Policy {
  /**
   * How unmap decides whether there is a page to unpin: it looks at the PFN once more, or it
   * remembers for each map that none was pinned.
   */
  readonly type1: 're_evaluates' | 'remembers';
  /**
   * Whether the struct pages of a registered BAR are PG_reserved. That bit alone then keeps an
   * unmap that looks at the PFN once more from unpinning.
   */
  readonly zoneDevicePages: 'reserved' | 'not_reserved';
}

const MAP = 'follow_fault_pfn, v7.3: the PFN out of the PTE of the VMA, nothing kept alive';
const NO_PAGE = 'is_invalid_reserved_pfn, v7.3: the PFN has no struct page, so nothing is pinned';
const PAGE =
  'derived: vaddr_get_pfns of recent kernels takes a PFN out of a PTE only where is_invalid_reserved_pfn(), and answers -EFAULT otherwise; v7.3 was not read';
const UNMAP = 'put_pfn, v7.3: is_invalid_reserved_pfn() is asked again at unmap';
const REMEMBERS = 'derived: a map that pinned nothing unpins nothing';
const RESERVED =
  'derived: __init_zone_device_page of recent kernels sets PG_reserved; v7.3 was not read';
const ZAP = 'follow_fault_pfn, v7.3: no zap, no munmap() and no close reaches the IOMMU entry';

/**
 * VFIO_IOMMU_MAP_DMA of a mapped BAR, in a container of type1: a PFN in the IOMMU and no reference
 * to any page. `#page` says that the PFN has a struct page as the call looks: the BAR is
 * registered, or its pages are not all back.
 */
export function type1Map({ type1, zoneDevicePages }: Type1Policy) {
  const reserved = zoneDevicePages === 'reserved';
  const maps = {
    'type1.map_dma:ok#no_page': to('mapped_without_ref', MAP),
    ...(reserved && { 'type1.map_dma:ok#page': to('mapped_without_ref', RESERVED) }),
  };
  const fails = (state: string) =>
    reserved ? {} : { 'type1.map_dma:-EFAULT#page': to(state, PAGE) };
  const unpins = type1 === 're_evaluates' && !reserved;
  const unused = [
    reserved ? 'type1.map_dma:-EFAULT#page' : 'type1.map_dma:ok#page',
  ] satisfies (typeof labels)[number][];
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'type1_map',
    description: 'struct vfio_dma of a range of a mapped BAR',
    meta: { labels, unused, source: MAP },
    initial: 'none',
    states: {
      none: { tags: ['quiescent'], meta: { source: MAP }, on: { ...maps, ...fails('none') } },
      mapped_without_ref: {
        description: 'the IOMMU reaches the BAR; it stays so when the VMA is zapped or gone',
        meta: { source: ZAP },
        on: {
          'type1.unmap_dma#no_page': to('none', NO_PAGE),
          'type1.unmap_dma#page': unpins
            ? to('never_pinned_unpinned', UNMAP)
            : to('none', type1 === 'remembers' ? REMEMBERS : RESERVED),
        },
      },
      ...(unpins && {
        never_pinned_unpinned: {
          description: 'a page of the BAR has lost a reference that somebody else holds',
          tags: ['violation', 'quiescent'],
          meta: {
            source: UNMAP,
            finding: 'unpins a page that was never pinned: put_pfn()',
          },
          on: { ...maps, ...fails('never_pinned_unpinned') },
        },
      }),
    },
  });
}

function to(target: string, source: string) {
  return { target, meta: { source } };
}
