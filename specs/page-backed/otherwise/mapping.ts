import type { Anew } from '../anew.ts';

const FAULTED =
  'derived: PTEs are made by the fault handler alone, which reads the status under memory_lock';
const PAGE = 'derived: vmf_insert_page_mkwrite, v7.3, where the buffer has pages';

/** mmap() makes a VMA and no PTE, and leaves the status to the fault handler. */
export function insertsInFault(pages: readonly number[]): Anew {
  return {
    states: {
      lock: { on: { 'mm.mmap_lock.down_write': 'flags' } },
      test: null,
      flags: flagged('VM_MIXEDMAP', FAULTED),
      ...Object.fromEntries(pages.map((_, i) => [`insert${i}`, null])),
      unlock_revoked: null,
      put_revoked: null,
      return_revoked: null,
      refused: null,
      return_refused: null,
    },
  };
}

function flagged(flags: string, source: string) {
  return {
    meta: { source },
    on: {
      'vma.vm_flags_set(VM_MIXEDMAP)': null,
      [`vma.vm_flags_set(${flags})`]: { target: 'unlock', meta: { commits: 'buf.mmap:ok' } },
    },
  };
}

/** The mapping of what gives special PTEs: of a buffer without pages, or through the other fd. */
export function withFlags(flags: 'VM_PFNMAP' | 'none', source: string): Anew {
  return {
    labels: {
      'mm.mmap_lock.up_write':
        flags === 'none' || flags === 'VM_PFNMAP' ? [`vma.vm_flags_set(${flags})`] : [],
    },
    states: { flags: flagged(flags, source) },
  };
}

/** The fault handler inserts a page, which takes a reference. */
export function insertsPage(page: number, path: readonly string[]): Anew {
  const insert = {
    meta: { source: PAGE },
    on: {
      [`page[${page}].insert_pfn`]: null,
      [`page[${page}].insert_page:ok`]: {
        target: 'unlock',
        meta: { commits: `page[${page}].insert` },
      },
      [`page[${page}].insert_page:-EINVAL`]: 'unlock_sigbus',
    },
  };
  return {
    labels: {
      [`page[${page}].insert_pfn`]: [
        `page[${page}].insert_page:ok`,
        `page[${page}].insert_page:-EINVAL`,
      ],
    },
    states: nested(path, { states: { insert } }),
  };
}

/** A buffer that has no pages: the PTE is of a PFN that has none either. */
export function touchesNoPage(page: number): Anew {
  return {
    labels: { 'dev.memory_lock.up_read': ['vma.insert_pfn(no_page)'] },
    states: {
      find: { on: { 'vma.find:ok': 'fault' } },
      walk: null,
      fault: {
        states: {
          insert: {
            on: {
              [`page[${page}].insert_pfn`]: null,
              'vma.insert_pfn(no_page)': 'unlock',
            },
          },
        },
      },
    },
  };
}

function nested(path: readonly string[], anew: Anew): NonNullable<Anew['states']> {
  const [first, ...rest] = path;
  const inner = rest.length === 0 ? anew : { states: nested(rest, anew) };
  return { [first!]: inner };
}
