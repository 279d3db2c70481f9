import type { Anew } from '../anew.ts';

const LOCKED =
  'derived: the bit is tested, and the pages are made, in one section of memory_lock, as export tests the device';
const COUNTED = 'derived: a buffer takes a reference to each of its pages and puts it in the end';
const UNDONE = 'derived: what an export has taken it gives back where it fails';

/** The bit and the pages of a BAR are one section of memory_lock. */
export function admittedUnderLock(pages: readonly number[]): Anew {
  const first = pages.length > 0 ? 'count0' : 'export';
  return {
    states: {
      make: {
        description: 'vfio_pci_dma_buf_alloc_struct_pages() under memory_lock',
        meta: { source: LOCKED },
        initial: 'lock',
        states: {
          lock: { on: { 'dev.memory_lock.down_write': 'test' } },
          test: { on: { 'bar.page_backed:true': 'unlock', 'bar.page_backed:false': 'add' } },
          add: {
            on: {
              'bar.add_resource:ok': 'set',
              'bar.add_resource:conflict': 'unlock_conflicted',
              'bar.add_resource:-ENOMEM': 'unlock_fail',
            },
          },
          set: { on: { 'bar.page_backed.set': 'unlock' } },
          unlock: { on: { 'dev.memory_lock.up_write': `#page_export.${first}` } },
          unlock_conflicted: { on: { 'dev.memory_lock.up_write': '#page_export.conflicted' } },
          unlock_fail: { on: { 'dev.memory_lock.up_write': '#page_export.fail' } },
        },
      },
    },
  };
}

/** A reference to each page, instead of a count of 1. */
export function claims(pages: readonly number[]): Anew {
  const counted = (i: number) => (i < pages.length ? `count${i}` : 'export');
  return {
    labels: {
      'buf.dma_buf_export:ok': pages.map((page) => `page[${page}].claim`),
    },
    states: Object.fromEntries(
      pages.map((page, i) => [
        `count${i}`,
        {
          meta: { source: COUNTED },
          on: {
            [`page[${page}].set_page_count(1)`]: null,
            [`page[${page}].claim`]: counted(i + 1),
          },
        },
      ]),
    ),
  };
}

/** What a failing dma_buf_export() leaves is undone. */
export function givesBack(pages: readonly number[]): Anew {
  const undone = (i: number) => (i < pages.length ? `undo${i}` : 'fail');
  return {
    labels: { 'dev.memory_lock.down_write': pages.map((page) => `page[${page}].put`) },
    states: {
      export: { on: { 'buf.dma_buf_export:-ENOMEM': undone(0) } },
      ...Object.fromEntries(
        pages.map((page, i) => [
          `undo${i}`,
          { meta: { source: UNDONE }, on: { [`page[${page}].put`]: undone(i + 1) } },
        ]),
      ),
    },
  };
}

/** A reference to each page is put, instead of a count of 0. */
export function puts(pages: readonly number[]): Anew {
  const given = (i: number) => (i < pages.length ? `give${i}` : 'return');
  return {
    labels: { 'buf.release:end': pages.map((page) => `page[${page}].put`) },
    states: Object.fromEntries(
      pages.map((page, i) => [
        `give${i}`,
        {
          meta: { source: COUNTED },
          on: {
            [`page[${page}].set_page_count(0)`]: null,
            [`page[${page}].put`]: given(i + 1),
          },
        },
      ]),
    ),
  };
}
