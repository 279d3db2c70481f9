import { setup } from 'xstate';

export const labels = [
  'att.access_pin:begin',
  'att.pages.is_dmabuf:true',
  'att.pages.mutex_lock',
  'mm.mmap_lock.down_read',
  'mm.mmap_lock.up_read',
  'att.pages.mutex_unlock',
  'att.access_pin:ok',
  'att.access_pin:-EINVAL',
  'att.access_pin:-EFAULT',
] as const;

export interface AccessPinVariation {
  /**
   * Whether pages of a dma-buf are `refused` before pages->mutex is taken (5f3fc0ad9a41: 7.2), or
   * `pinned` as if they were user memory.
   */
  readonly dmabuf: 'refused' | 'pinned';
}

/**
 * iommufd_access_pin_pages() on a range that was mapped from a dma-buf, which has no struct page to
 * give. Before it was refused, it took mmap_lock with pages->mutex held.
 */
export function accessPin({ dmabuf }: AccessPinVariation) {
  const refused = dmabuf === 'refused';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'access_pin',
    description: 'iopt_area_add_access(), drivers/iommu/iommufd/pages.c',
    meta: {
      labels,
      c: {
        function: 'iopt_area_add_access',
        file: 'drivers/iommu/iommufd/pages.c',
        entries: [
          {
            begins: 'att.access_pin:begin',
            parameters: { area: '@att.area' },
          },
        ],
        leads: { 'area.pages': '@att.pages' },
        rows: [
          {
            c: 'iopt_is_dmabuf($pages)',
            label: '{pages}.is_dmabuf',
            returns: { true: '1' },
            because: 'the pages are those of a dma-buf, to which iopt_map_dmabuf() attached',
          },
        ],
      },
      source:
        'Peiyang He, "iommufd: Reject DMABUF pages from the access pin path", 2026-07-09, <CD68F549BF3761B7+20260709050800.520607-1-peiyang_he@smail.nju.edu.cn>',
      unused: [
        'att.access_pin:ok',
        ...(refused
          ? [
              'att.pages.mutex_lock',
              'mm.mmap_lock.down_read',
              'mm.mmap_lock.up_read',
              'att.pages.mutex_unlock',
              'att.access_pin:-EFAULT',
            ]
          : ['att.pages.is_dmabuf:true', 'att.access_pin:-EINVAL']),
      ],
    },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'att.access_pin:begin': refused ? 'test' : 'lock' },
      },
      ...(refused
        ? {
            test: {
              description: 'before pages->mutex is taken',
              on: { 'att.pages.is_dmabuf:true': 'return' },
            },
            return: { on: { 'att.access_pin:-EINVAL': 'idle' } },
          }
        : {
            lock: { on: { 'att.pages.mutex_lock': 'lock_mm' } },
            lock_mm: {
              description: 'pin_user_pages_remote() of the range, read as a user address',
              on: { 'mm.mmap_lock.down_read': 'unlock_mm' },
            },
            unlock_mm: { on: { 'mm.mmap_lock.up_read': 'unlock' } },
            unlock: { on: { 'att.pages.mutex_unlock': 'return' } },
            return: { on: { 'att.access_pin:-EFAULT': 'idle' } },
          }),
    },
  });
}
