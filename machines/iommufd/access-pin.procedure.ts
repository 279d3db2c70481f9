import { setup } from 'xstate';

export const labels = [
  'att.access_pin:begin',
  'att.pages.is_dmabuf:true',
  'att.access_pin:ok',
  'att.access_pin:-EINVAL',
] as const;

/**
 * iommufd_access_pin_pages() on a range that was mapped from a dma-buf, which has no struct page to
 * give: it is refused before pages->mutex is taken.
 */
export function accessPin() {
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
      unused: ['att.access_pin:ok'],
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.access_pin:begin': 'test' } },
      test: { on: { 'att.pages.is_dmabuf:true': 'return' } },
      return: { on: { 'att.access_pin:-EINVAL': 'idle' } },
    },
  });
}
