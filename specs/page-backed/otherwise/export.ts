import type { MachineChanges } from '../../written-anew.ts';

const LOCKED =
  'derived: the bit is tested, and the pages are made, in one section of memory_lock, as export tests the device';
const COUNTED = 'derived: a buffer takes a reference to each of its pages and puts it in the end';
const UNDONE = 'derived: what an export has taken it gives back where it fails';

/** The bit and the pages of a BAR are one section of memory_lock. */
export function admittedUnderLock(pages: readonly number[]): MachineChanges {
  const first = pages.length > 0 ? 'count0' : 'export';
  return {
    states: {
      'page_export.make': {
        description: 'vfio_pci_dma_buf_alloc_struct_pages() under memory_lock',
        meta: { source: LOCKED },
        initial: 'lock',
        states: {
          test: { on: { 'bar.page_backed:true': 'unlock', 'bar.page_backed:false': 'add' } },
          add: {
            on: {
              'bar.add_resource:ok': 'set',
              'bar.add_resource:conflict': 'unlock_conflicted',
              'bar.add_resource:-ENOMEM': 'unlock_fail',
            },
          },
          set: { on: { 'bar.page_backed.set': 'unlock' } },
          lock: { on: { 'dev.memory_lock.down_write': 'test' } },
          unlock: { on: { 'dev.memory_lock.up_write': `#page_export.${first}` } },
          unlock_conflicted: { on: { 'dev.memory_lock.up_write': '#page_export.conflicted' } },
          unlock_fail: { on: { 'dev.memory_lock.up_write': '#page_export.fail' } },
        },
      },
    },
  };
}

/** A reference to each page, instead of a count of 1. */
export function claims(pages: readonly number[]): MachineChanges {
  const counted = (i: number) => (i < pages.length ? `count${i}` : 'export');
  return {
    labels: { page_export: behind(`page[${pages.at(-1)}].set_page_count(1)`, pages, 'claim') },
    steps: Object.fromEntries(
      pages.map((page, i) => [
        `page_export.count${i}`,
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
export function givesBack(pages: readonly number[]): MachineChanges {
  const undone = (i: number) => (i < pages.length ? `undo${i}` : 'fail');
  return {
    labels: { page_export: behind('buf.dma_buf_export:-ENOMEM', pages, 'put') },
    steps: { 'page_export.export': { on: { 'buf.dma_buf_export:-ENOMEM': undone(0) } } },
    states: Object.fromEntries(
      pages.map((page, i) => [
        `page_export.undo${i}`,
        { meta: { source: UNDONE }, on: { [`page[${page}].put`]: undone(i + 1) } },
      ]),
    ),
  };
}

/** A reference to each page is put, instead of a count of 0. */
export function puts(pages: readonly number[]): MachineChanges {
  const given = (i: number) => (i < pages.length ? `give${i}` : 'return');
  return {
    labels: { page_release: behind(`page[${pages.at(-1)}].set_page_count(0)`, pages, 'put') },
    steps: Object.fromEntries(
      pages.map((page, i) => [
        `page_release.give${i}`,
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

/** A step of each page, behind a label of the machine; none where there is no page. */
function behind(label: string, pages: readonly number[], step: string): string[] {
  return pages.length === 0 ? [] : [label, ...pages.map((page) => `page[${page}].${step}`)];
}
