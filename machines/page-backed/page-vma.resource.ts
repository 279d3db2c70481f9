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

const INSERT_PFN = 'vmf_insert_pfn_prot, mm/memory.c, v7.3';
const GUP = 'check_vma_flags, mm/gup.c, v7.3: -EFAULT for VM_IO and VM_PFNMAP';

/**
 * A mapping in user space, by what its flags say of its PTEs: pages (VM_MIXEDMAP), no pages
 * (VM_PFNMAP), or nothing. What is inserted has to be of the kind that the flags say.
 *
 * @param through - the file that it is a mapping of
 */
export function pageVma(through: 'dma_buf_fd' | 'vfio_fd' = 'dma_buf_fd') {
  return setup({
    types: {
      context: {} as { through: 'dma_buf_fd' | 'vfio_fd' },
      events: {} as { type: (typeof labels)[number] },
    },
  }).createMachine({
    id: 'page_vma',
    description: 'struct vm_area_struct, vm_flags',
    meta: { labels, source: `${INSERT_PFN}; vm_insert_page, v7.3` },
    context: { through },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'vm_flags_set(VM_MIXEDMAP)': 'mixedmap',
          'vm_flags_set(VM_PFNMAP)': 'pfnmap',
          'vm_flags_set(none)': 'unflagged',
          'find:none': 'none',
        },
      },
      mixedmap: {
        tags: ['quiescent'],
        on: {
          'find:ok': 'mixedmap',
          'check_vma_flags:ok': { target: 'mixedmap', meta: { source: GUP } },
          insert_page: 'mixedmap',
          'insert_pfn(page)': 'bug',
          'insert_pfn(no_page)': 'mixedmap',
          unlink: 'none',
        },
      },
      pfnmap: {
        tags: ['quiescent'],
        on: {
          'find:ok': 'pfnmap',
          'check_vma_flags:-EFAULT': { target: 'pfnmap', meta: { source: GUP } },
          insert_page: {
            target: 'bug',
            meta: { source: 'vm_insert_page, v7.3: BUG_ON(vma->vm_flags & VM_PFNMAP)' },
          },
          'insert_pfn(page)': 'pfnmap',
          'insert_pfn(no_page)': 'pfnmap',
          unlink: 'none',
        },
      },
      unflagged: {
        tags: ['quiescent'],
        on: {
          'find:ok': 'unflagged',
          'check_vma_flags:ok': { target: 'unflagged', meta: { source: GUP } },
          insert_page: 'bug',
          'insert_pfn(page)': 'bug',
          'insert_pfn(no_page)': 'bug',
          unlink: 'none',
        },
      },
      bug: {
        description:
          'BUG_ON(!(vm_flags & (VM_PFNMAP|VM_MIXEDMAP))), BUG_ON((vm_flags & VM_MIXEDMAP) && pfn_valid(pfn))',
        tags: ['violation', 'quiescent'],
        meta: { finding: 'a PTE is inserted of a kind that the flags of its VMA do not allow' },
        on: {
          'find:ok': 'bug',
          'check_vma_flags:ok': 'bug',
          insert_page: 'bug',
          'insert_pfn(page)': 'bug',
          'insert_pfn(no_page)': 'bug',
          unlink: 'none',
        },
      },
    },
  });
}
