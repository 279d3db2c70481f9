import { setup } from 'xstate';

export const labels = [
  'export:ok',
  'export:-ENOMEM',
  'mmap:ok',
  'mmap:-ENODEV',
  'insert',
  'sigbus',
  'map:ok',
  'map:-ENODEV',
  'unmap',
  'revoke(TEMP_REVOKED)',
  'revoke(PERM_REVOKED)',
  'unrevoke',
  'settled',
  'cut',
  'release',
] as const;

const STATUS =
  'derived: enum vfio_pci_dma_buf_status of the series that adds mmap() to dma-bufs, v2 8/9, 2026-05-27, <20260527102319.100128-9-mattev@meta.com>';

/**
 * A page-backed buffer, as its users know it: PTEs are made and importers served while it is live
 * and no longer. `cut` is the device that stops answering, `settled` that a revoke for good has
 * returned.
 *
 * @param initially - `live` where the system starts with the buffer exported
 */
export function pagedBuffer(initially: 'none' | 'live' = 'none') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'paged_buffer',
    description: 'a dma-buf of a BAR with struct pages: from export to release',
    meta: { labels, source: STATUS },
    initial: initially,
    states: {
      none: {
        tags: ['quiescent'],
        on: { 'export:ok': 'live', 'export:-ENOMEM': 'failed', cut: 'none' },
      },
      failed: { tags: ['quiescent'], on: { cut: 'failed' } },
      live: {
        tags: ['quiescent'],
        meta: { shows: { status: 'OK' } },
        on: {
          'mmap:ok': 'live',
          insert: 'live',
          'map:ok': 'live',
          unmap: 'live',
          'revoke(TEMP_REVOKED)': 'temporarily_revoked',
          'revoke(PERM_REVOKED)': 'permanently_revoked',
          release: 'released',
        },
      },
      temporarily_revoked: {
        tags: ['quiescent'],
        meta: { shows: { status: 'TEMP_REVOKED' } },
        on: {
          'mmap:ok': 'temporarily_revoked',
          'mmap:-ENODEV': 'temporarily_revoked',
          sigbus: 'temporarily_revoked',
          'map:-ENODEV': 'temporarily_revoked',
          unmap: 'temporarily_revoked',
          cut: 'temporarily_revoked',
          unrevoke: 'live',
          'revoke(PERM_REVOKED)': 'permanently_revoked',
          release: 'released',
        },
      },
      permanently_revoked: {
        tags: ['quiescent'],
        meta: { shows: { status: 'PERM_REVOKED' } },
        on: {
          'mmap:ok': 'permanently_revoked',
          'mmap:-ENODEV': 'permanently_revoked',
          sigbus: 'permanently_revoked',
          'map:-ENODEV': 'permanently_revoked',
          unmap: 'permanently_revoked',
          cut: 'permanently_revoked',
          settled: 'permanently_revoked',
          release: 'released',
        },
      },
      released: { tags: ['quiescent'], on: { cut: 'released', settled: 'released' } },
    },
  });
}
