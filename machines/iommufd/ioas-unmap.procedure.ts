import { setup } from 'xstate';

export const labels = [
  'att.ioas_unmap:begin',
  'att.pages.mutex_lock',
  'att.pages.revoked:true',
  'att.pages.revoked:false',
  'att.iommu.unmap',
  'att.pages.mutex_unlock',
  'att.release_pages:begin',
  'att.release_pages:end',
  'att.ioas_unmap:ok',
] as const;

/** What the C is taken for beyond its calls: one area, of pages of a dma-buf, in one domain. */
const ioasUnmapRows = [
  {
    c: 'iopt_area_iter_first($_, $_, $_)',
    is: '@att.area',
    because: 'the area is still there: user space does not race unmaps of one range here',
  },
  { c: 'iopt_area_iova($area)', is: '0', because: 'the range that is unmapped is the area' },
  { c: 'iopt_area_last_iova($area)', is: '1', because: 'the range that is unmapped is the area' },
  {
    c: '$area->num_accesses',
    is: '0',
    because: 'iopt_area_add_access() refuses pages of a dma-buf',
  },
  { c: '$area->num_locks', is: '0', because: 'iopt_area_add_access() refuses pages of a dma-buf' },
  {
    c: 'iopt_is_dmabuf($pages)',
    is: '1',
    because: 'the pages are those of a dma-buf, to which iopt_map_dmabuf() attached',
  },
  // Of pages of a dma-buf it warns where they are revoked, and unmaps the range.
  { c: '__iopt_area_unfill_domain($area, $pages, $_, $_)', label: '{att}.iommu.unmap' },
  {
    c: 'iopt_put_pages($pages)',
    label: '{att}.release_pages',
    returns: { end: 'void' },
    spans: true,
  },
] as const;

/**
 * IOMMU_IOAS_UNMAP: the area leaves the domain and the tracker list under pages->mutex, and its
 * pages are released. It succeeds also when the mapping was revoked before, whose entries are gone.
 */
export function ioasUnmap() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'ioas_unmap',
    description: 'iopt_unmap_iova_range(), the last reference to the pages goes',
    meta: {
      labels,
      c: {
        function: 'iopt_unmap_iova_range',
        file: 'drivers/iommu/iommufd/io_pagetable.c',
        also: ['drivers/iommu/iommufd/pages.c'],
        entries: [
          {
            begins: 'att.ioas_unmap:begin',
            parameters: { iopt: '@iopt', start: '0', last: '1' },
          },
        ],
        lists: [
          { head: '&$iopt->domains', of: 'domain', size: 1, link: 'xarray' },
          // One step of the machine is all that are on the list.
          { head: '&$pages->tracker', of: 'track', size: 1, link: 'elm' },
        ],
        leads: {
          'area.pages': '@att.pages',
          'area.iopt': '@iopt',
          'area.storage_domain': '@domain[0]',
          'pages.dmabuf': 'pages',
          'track.area': '@att.area',
        },
        rows: ioasUnmapRows,
      },
      source: 'iopt_unmap_iova_range, iopt_area_unfill_domain, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.ioas_unmap:begin': 'lock' } },
      lock: { on: { 'att.pages.mutex_lock': 'test' } },
      test: {
        meta: { source: 'iopt_area_unfill_domain, v7.3: if (iopt_dmabuf_revoked(pages)) return' },
        on: {
          'att.pages.revoked:false': 'unmap',
          'att.pages.revoked:true': { target: 'unlock', meta: { commits: 'att.ioas_unmap:ok' } },
        },
      },
      unmap: {
        on: { 'att.iommu.unmap': { target: 'unlock', meta: { commits: 'att.ioas_unmap:ok' } } },
      },
      unlock: { on: { 'att.pages.mutex_unlock': 'release' } },
      release: { on: { 'att.release_pages:begin': 'releasing' } },
      releasing: { on: { 'att.release_pages:end': 'return' } },
      return: { on: { 'att.ioas_unmap:ok': 'idle' } },
    },
  });
}
