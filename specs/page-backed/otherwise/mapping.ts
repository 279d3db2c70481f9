import type { MachineChanges, StepsAnew } from '../../written-anew.ts';

const FAULTED =
  'derived: PTEs are made by the fault handler alone, which reads the status under memory_lock';
const PAGE = 'derived: vmf_insert_page_mkwrite, v7.3, where the buffer has pages';

/** mmap() makes a VMA and no PTE, and leaves the status to the fault handler. */
export function insertsInFault(pages: readonly number[]): MachineChanges {
  return {
    steps: {
      'page_mapping.lock': { on: { 'mm.mmap_lock.down_write': 'flags' } },
      'page_mapping.test': null,
      'page_mapping.flags': flagged('VM_MIXEDMAP', FAULTED),
      ...Object.fromEntries(pages.map((_, i) => [`page_mapping.insert${i}`, null])),
      'page_mapping.unlock_revoked': null,
      'page_mapping.put_revoked': null,
      'page_mapping.return_revoked': null,
      'page_mapping.refused': null,
      'page_mapping.return_refused': null,
    },
  };
}

function flagged(flags: string, source: string): StepsAnew {
  return {
    meta: { source },
    on: {
      'vma.vm_flags_set(VM_MIXEDMAP)': null,
      [`vma.vm_flags_set(${flags})`]: { target: 'unlock', meta: { commits: 'buf.mmap:ok' } },
    },
  };
}

/** The mapping of what gives special PTEs: of a buffer without pages, or through the other fd. */
export function withFlags(
  flags: 'VM_PFNMAP' | 'none',
  pages: readonly number[],
  source: string,
): MachineChanges {
  const last =
    pages.length === 0
      ? 'vma.vm_flags_set(VM_MIXEDMAP)'
      : `page[${pages.at(-1)}].insert_page:-EINVAL`;
  return {
    labels: { page_mapping: [last, `vma.vm_flags_set(${flags})`] },
    steps: { 'page_mapping.flags': flagged(flags, source) },
  };
}

/**
 * The fault handler inserts a page, which takes a reference.
 *
 * @param fault - its state, of the machine that faults
 * @param behind - the label of that machine behind which the insertion stands
 */
export function insertsPage(
  page: number,
  fault: `page_${'touch' | 'o_direct'}.${string}`,
  behind: string,
): MachineChanges {
  const [machine = ''] = fault.split('.');
  return {
    labels: {
      [machine]: [behind, `page[${page}].insert_page:ok`, `page[${page}].insert_page:-EINVAL`],
    },
    steps: {
      [`${fault}.insert`]: {
        meta: { source: PAGE },
        on: {
          [`page[${page}].insert_pfn`]: null,
          [`page[${page}].insert_page:ok`]: {
            target: 'unlock',
            meta: { commits: `page[${page}].insert` },
          },
          [`page[${page}].insert_page:-EINVAL`]: 'unlock_sigbus',
        },
      },
    },
  };
}

/** A buffer that has no pages: the PTE is of a PFN that has none either. */
export function touchesNoPage(page: number): MachineChanges {
  return {
    labels: { page_touch: [`page[${page}].insert_pfn`, 'vma.insert_pfn(no_page)'] },
    steps: {
      'page_touch.find': { on: { 'vma.find:ok': 'fault' } },
      'page_touch.walk': null,
      'page_touch.fault.insert': {
        on: { [`page[${page}].insert_pfn`]: null, 'vma.insert_pfn(no_page)': 'unlock' },
      },
    },
  };
}
