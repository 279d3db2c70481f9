import { setup } from 'xstate';

export const labels = [
  'vm_flags_set(VM_MIXEDMAP)',
  'vm_flags_set(VM_PFNMAP)',
  'vm_flags_set(none)',
  'find:ok',
  'find:none',
  'check_vma_flags:ok',
  'check_vma_flags:-EFAULT',
  'insert_page',
  'insert_pfn(page)',
  'insert_pfn(no_page)',
  'unlink',
] as const;

const INSERT =
  'vmf_insert_pfn_prot, vm_insert_page, mm/memory.c, v7.3: four BUG_ON() of vm_flags and pfn_valid()';
const GUP = 'check_vma_flags, mm/gup.c, v7.3: -EFAULT for VM_IO and VM_PFNMAP';

/**
 * A mapping in user space, by what its flags say of its PTEs: pages (VM_MIXEDMAP), no pages
 * (VM_PFNMAP), or nothing. What is inserted has to be of the kind that the flags say.
 *
 * @param through - the file that it is a mapping of
 * @param initially - `mixedmap` where the system starts after the mmap()
 */
export function pageVma(
  through: 'dma_buf_fd' | 'vfio_fd' = 'dma_buf_fd',
  initially: 'none' | 'mixedmap' = 'none',
) {
  return setup({
    types: {
      context: {} as { through: 'dma_buf_fd' | 'vfio_fd' },
      events: {} as { type: (typeof labels)[number] },
    },
  }).createMachine({
    id: 'page_vma',
    description: 'struct vm_area_struct, vm_flags',
    meta: { labels, source: INSERT },
    context: { through },
    initial: initially,
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'vm_flags_set(VM_MIXEDMAP)': 'mixedmap',
          'vm_flags_set(VM_PFNMAP)': 'pfnmap',
          'vm_flags_set(none)': 'unflagged',
          'find:none': 'none',
          'check_vma_flags:-EFAULT': 'none',
          ...inserts('gone', 'gone', 'gone'),
          unlink: 'none',
        },
      },
      mixedmap: {
        tags: ['quiescent'],
        on: {
          'vm_flags_set(VM_MIXEDMAP)': 'mixedmap',
          'vm_flags_set(VM_PFNMAP)': 'both',
          'vm_flags_set(none)': 'mixedmap',
          'find:ok': 'mixedmap',
          'check_vma_flags:ok': { target: 'mixedmap', meta: { source: GUP } },
          ...inserts('mixedmap', 'bug', 'mixedmap'),
          unlink: 'none',
        },
      },
      pfnmap: {
        tags: ['quiescent'],
        on: {
          'vm_flags_set(VM_MIXEDMAP)': 'both',
          'vm_flags_set(VM_PFNMAP)': 'pfnmap',
          'vm_flags_set(none)': 'pfnmap',
          'find:ok': 'pfnmap',
          'check_vma_flags:-EFAULT': { target: 'pfnmap', meta: { source: GUP } },
          ...inserts('bug', 'pfnmap', 'pfnmap'),
          unlink: 'none',
        },
      },
      both: {
        description: 'BUG_ON() of both flags at once',
        tags: ['quiescent'],
        on: {
          ...flagged('both'),
          'find:ok': 'both',
          'check_vma_flags:-EFAULT': 'both',
          ...inserts('bug', 'bug', 'bug'),
          unlink: 'none',
        },
      },
      unflagged: {
        description: 'BUG_ON(!(vm_flags & (VM_PFNMAP|VM_MIXEDMAP)))',
        tags: ['quiescent'],
        on: {
          'vm_flags_set(VM_MIXEDMAP)': 'mixedmap',
          'vm_flags_set(VM_PFNMAP)': 'pfnmap',
          'vm_flags_set(none)': 'unflagged',
          'find:ok': 'unflagged',
          'check_vma_flags:ok': { target: 'unflagged', meta: { source: GUP } },
          ...inserts('bug', 'bug', 'bug'),
          unlink: 'none',
        },
      },
      bug: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'a PTE is inserted of a kind that the flags of its VMA do not allow' },
        on: {
          ...flagged('bug'),
          'find:ok': 'bug',
          'check_vma_flags:ok': 'bug',
          ...inserts('bug', 'bug', 'bug'),
          unlink: 'none',
        },
      },
      gone: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'a PTE is inserted into a VMA that is gone' },
        on: {
          ...flagged('gone'),
          'find:none': 'gone',
          'check_vma_flags:-EFAULT': 'gone',
          ...inserts('gone', 'gone', 'gone'),
          unlink: 'gone',
        },
      },
    },
  });
}

function flagged(state: 'both' | 'bug' | 'gone') {
  return {
    'vm_flags_set(VM_MIXEDMAP)': state,
    'vm_flags_set(VM_PFNMAP)': state,
    'vm_flags_set(none)': state,
  } as const;
}

type Kept = 'mixedmap' | 'pfnmap' | 'bug' | 'gone';

/** What becomes of the VMA where a page, the PFN of one, and the PFN of none are inserted. */
function inserts(page: Kept, pfn: Kept, noPage: Kept) {
  const of = (target: Kept) => ({ target, meta: { source: INSERT } });
  return {
    insert_page: of(page),
    'insert_pfn(page)': of(pfn),
    'insert_pfn(no_page)': of(noPage),
  } as const;
}
