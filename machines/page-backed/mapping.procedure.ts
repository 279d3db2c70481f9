import { setup } from 'xstate';
import { POC } from './export.procedure.ts';

const labelsOf = (pages: readonly number[]) => [
  'buf.mmap:begin',
  'mm.mmap_lock.down_write',
  'buf.status:OK',
  'buf.status:TEMP_REVOKED',
  'buf.status:PERM_REVOKED',
  'vma.vm_flags_set(VM_MIXEDMAP)',
  ...pages.flatMap((page) => [`page[${page}].insert_page:ok`, `page[${page}].insert_page:-EINVAL`]),
  'mm.mmap_lock.up_write',
  'buf.fput',
  'buf.mmap:ok',
  'buf.mmap:-ENODEV',
  'buf.mmap:-EINVAL',
  'vma.munmap:begin',
  ...pages.map((page) => `page[${page}].zap`),
  'vma.unlink',
  'vma.munmap:ok',
];

const MUNMAP = 'unmap_region, remove_vma, mm/vma.c, v7.3: PTEs, then the file of the VMA';

/**
 * mmap() of the fd of a page-backed buffer and its munmap(). As the proof of concept has it the
 * status is read without a lock, and every page is inserted at once.
 *
 * @param pages - those of the BAR that are mapped, from the first of the VMA on
 */
export function pageMapping(pages: readonly number[]) {
  const inserted = (i: number) => (i < pages.length ? `insert${i}` : 'unlock');
  const zapped = (i: number) => (i < pages.length ? `zap${i}` : 'unlink');
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'page_mapping',
    description: 'mmap() of a page-backed dma-buf, vfio_pci_dma_buf_mmap(), and munmap()',
    meta: { labels: labelsOf(pages), source: `${POC}, vfio_pci_dma_buf_mmap` },
    initial: 'unmapped',
    states: {
      unmapped: { tags: ['quiescent'], on: { 'buf.mmap:begin': 'lock' } },
      lock: { on: { 'mm.mmap_lock.down_write': 'test' } },
      test: {
        description: 'the file has been taken hold of; memory_lock has not',
        on: {
          'buf.status:OK': { target: 'flags', meta: { commits: 'buf.mmap:ok' } },
          'buf.status:TEMP_REVOKED': {
            target: 'unlock_revoked',
            meta: { commits: 'buf.mmap:-ENODEV' },
          },
          'buf.status:PERM_REVOKED': {
            target: 'unlock_revoked',
            meta: { commits: 'buf.mmap:-ENODEV' },
          },
        },
      },
      flags: { on: { 'vma.vm_flags_set(VM_MIXEDMAP)': inserted(0) } },
      ...Object.fromEntries(
        pages.map((page, i) => [
          `insert${i}`,
          {
            on: {
              [`page[${page}].insert_page:ok`]: {
                target: inserted(i + 1),
                meta: { commits: `page[${page}].insert` },
              },
              [`page[${page}].insert_page:-EINVAL`]: 'refused',
            },
          },
        ]),
      ),
      unlock: { on: { 'mm.mmap_lock.up_write': 'return' } },
      return: { on: { 'buf.mmap:ok': 'mapped' } },
      unlock_revoked: { on: { 'mm.mmap_lock.up_write': 'put_revoked' } },
      put_revoked: { on: { 'buf.fput': 'return_revoked' } },
      return_revoked: { on: { 'buf.mmap:-ENODEV': 'unmapped' } },
      refused: undoing(pages),
      return_refused: { on: { 'buf.mmap:-EINVAL': 'unmapped' } },
      mapped: { tags: ['quiescent'], on: { 'vma.munmap:begin': 'munmap' } },
      munmap: {
        meta: { source: MUNMAP },
        initial: 'lock',
        states: {
          lock: { on: { 'mm.mmap_lock.down_write': zapped(0) } },
          ...zaps(pages, zapped),
          unlink: { on: { 'vma.unlink': 'unlock' } },
          unlock: { on: { 'mm.mmap_lock.up_write': 'put' } },
          put: { on: { 'buf.fput': '#page_mapping.unmapped_now' } },
        },
      },
      unmapped_now: { on: { 'vma.munmap:ok': 'unmapped' } },
    },
  });
}

/** An mmap() that the driver refuses: what is inserted goes with the VMA. */
function undoing(pages: readonly number[]) {
  const zapped = (i: number) => (i < pages.length ? `zap${i}` : 'unlink');
  return {
    description: '__mmap_region(), unmap_region(), where .mmap of the file fails',
    meta: { source: `${MUNMAP}; vm_insert_page, v7.3: -EINVAL of a page of count 0` },
    initial: zapped(0),
    states: {
      ...zaps(pages, zapped),
      unlink: { on: { 'vma.unlink': 'unlock' } },
      unlock: { on: { 'mm.mmap_lock.up_write': 'put' } },
      put: { on: { 'buf.fput': '#page_mapping.return_refused' } },
    },
  };
}

function zaps(pages: readonly number[], zapped: (i: number) => string) {
  return Object.fromEntries(
    pages.map((page, i) => [
      `zap${i}`,
      {
        on: {
          [`page[${page}].zap`]: {
            target: zapped(i + 1),
            meta: { commits: `page[${page}].zap` },
          },
        },
      },
    ]),
  );
}
