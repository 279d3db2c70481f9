import { setup } from 'xstate';

const labelsOf = (pages: readonly number[]) =>
  [
    'buf.export:begin',
    'bar.page_backed:false',
    'bar.page_backed:true',
    'bar.add_resource:ok',
    'bar.add_resource:conflict',
    'bar.add_resource:-ENOMEM',
    'bar.page_backed.set',
    ...pages.map((page) => `page[${page}].set_page_count(1)`),
    'buf.dma_buf_export:ok',
    'buf.dma_buf_export:-ENOMEM',
    'dev.memory_lock.down_write',
    'buf.list_add',
    'dev.memory_lock.up_write',
    'buf.fd_install',
    'buf.export:ok',
    'buf.export:-ENOMEM',
  ] as const;

/** Of the commit of that tree the file says what is cited of it, and no posting. */
export const POC =
  'derived from the proof of concept of [RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10, <20260610151853.3608948-1-praan@google.com>: pran005/linux, vfio_pci_dmabuf.c@f4500bece98c';

/**
 * VFIO_DEVICE_FEATURE_DMA_BUF with VFIO_DMA_BUF_FLAG_ALLOC_STRUCT_PAGES, as the proof of concept has
 * it: pages for the whole BAR where a bit says that there are none, then a count of 1 for each page
 * of the buffer, then the export.
 *
 * @param pages - those of the BAR that the buffer is made of
 */
export function pageExport(pages: readonly number[]) {
  const labels = labelsOf(pages);
  const counted = (i: number) => (i < pages.length ? `count${i}` : 'export');
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'page_export',
    description: 'vfio_pci_core_feature_dma_buf() with VFIO_DMA_BUF_FLAG_ALLOC_STRUCT_PAGES',
    meta: { labels, source: `${POC}, vfio_pci_core_feature_dma_buf` },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'buf.export:begin': 'make' } },
      make: {
        description: 'vfio_pci_dma_buf_alloc_struct_pages(), which takes no lock',
        meta: { source: `${POC}, vfio_pci_dma_buf_alloc_struct_pages` },
        initial: 'test',
        states: {
          test: {
            on: {
              'bar.page_backed:true': `#page_export.${counted(0)}`,
              'bar.page_backed:false': 'add',
            },
          },
          add: {
            on: {
              'bar.add_resource:ok': 'set',
              'bar.add_resource:conflict': {
                target: '#page_export.conflicted',
                meta: { source: `${POC}: -EEXIST would go on, and it is -ENOMEM` },
              },
              'bar.add_resource:-ENOMEM': '#page_export.fail',
            },
          },
          set: { on: { 'bar.page_backed.set': `#page_export.${counted(0)}` } },
        },
      },
      ...Object.fromEntries(
        pages.map((page, i) => [
          `count${i}`,
          { on: { [`page[${page}].set_page_count(1)`]: counted(i + 1) } },
        ]),
      ),
      export: {
        on: { 'buf.dma_buf_export:ok': 'list.lock', 'buf.dma_buf_export:-ENOMEM': 'fail' },
      },
      list: {
        description:
          'vfio_pci_dmabuf_export(), without the dma_resv of a buffer that nobody has yet',
        initial: 'lock',
        states: {
          lock: { on: { 'dev.memory_lock.down_write': 'add' } },
          add: {
            on: { 'buf.list_add': { target: 'unlock', meta: { commits: 'buf.export:ok' } } },
          },
          unlock: { on: { 'dev.memory_lock.up_write': '#page_export.install' } },
        },
      },
      install: { on: { 'buf.fd_install': 'return' } },
      return: { on: { 'buf.export:ok': 'exported' } },
      exported: { tags: ['quiescent', 'exported'] },
      conflicted: {
        description: 'there are pages, and the export fails for want of them',
        tags: ['conflicted'],
        on: {
          'buf.export:-ENOMEM': { target: 'failed', meta: { commits: 'buf.export:-ENOMEM' } },
        },
      },
      fail: {
        description: 'err_free_phys, err_free_priv, err_free_ranges: memory, and nothing else',
        on: {
          'buf.export:-ENOMEM': { target: 'failed', meta: { commits: 'buf.export:-ENOMEM' } },
        },
      },
      failed: { tags: ['quiescent', 'failed'] },
    },
  });
}
