import { setup } from 'xstate';

export const labels = [
  'att.release_pages:begin',
  'buf.resv.lock',
  'att.unpin',
  'buf.resv.unlock',
  'att.detach:begin',
  'att.detach:ok',
  'att.pages.mutex_destroy',
  'att.pages.kfree',
  'att.release_pages:end',
] as const;

/** `iopt_release_pages()` of a dma-buf: unpin, detach, destroy, free. */
export function releasePages() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'release_pages',
    description: 'iopt_release_pages(), drivers/iommu/iommufd/pages.c',
    meta: {
      labels,
      c: {
        function: 'iopt_release_pages',
        file: 'drivers/iommu/iommufd/pages.c',
        entries: [{ begins: 'att.release_pages:begin', parameters: { kref: '@att.pages' } }],
        // Every domain was left before: nobody is on it.
        lists: [{ head: '&$pages->tracker', of: 'track', size: 0, link: 'elm' }],
        leads: { 'pages.dmabuf': 'pages', 'pages.attach': '@att' },
        rows: [
          {
            c: 'iopt_is_dmabuf($pages)',
            is: '1',
            because: 'the pages are those of a dma-buf, to which iopt_map_dmabuf() attached',
          },
        ],
      },
      source: 'iopt_release_pages, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.release_pages:begin': 'lock' } },
      lock: { on: { 'buf.resv.lock': 'unpin' } },
      unpin: { on: { 'att.unpin': 'unlock' } },
      unlock: { on: { 'buf.resv.unlock': 'detach' } },
      detach: { on: { 'att.detach:begin': 'detaching' } },
      detaching: { on: { 'att.detach:ok': 'destroy' } },
      destroy: {
        description: 'by now the exporter cannot call back any more',
        on: { 'att.pages.mutex_destroy': 'kfree' },
      },
      kfree: { on: { 'att.pages.kfree': 'return' } },
      return: { on: { 'att.release_pages:end': 'idle' } },
    },
  });
}
