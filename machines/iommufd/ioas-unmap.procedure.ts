import { setup } from 'xstate';

export const labels = [
  'att.ioas_unmap:begin',
  'att.pages.mutex_lock',
  'att.iommu.unmap',
  'att.pages.mutex_unlock',
  'att.release_pages:begin',
  'att.release_pages:end',
  'att.ioas_unmap:ok',
] as const;

/**
 * IOMMU_IOAS_UNMAP: the area leaves the domain and the tracker list under pages->mutex, and its
 * pages are released. It succeeds also when the mapping was revoked before.
 */
export function ioasUnmap() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'ioas_unmap',
    description: 'iopt_unmap_iova_range(), the last reference to the pages goes',
    meta: { labels, source: 'iopt_unmap_iova_range, iopt_area_unfill_domains, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.ioas_unmap:begin': 'lock' } },
      lock: { on: { 'att.pages.mutex_lock': 'unmap' } },
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
