import { setup } from 'xstate';

export const labels = [
  'vma.get_pfns:begin',
  'mm.mmap_lock.down_read',
  'vma.pin_longterm:-EFAULT',
  'vma.pfnmap:true',
  'vma.pfnmap:false',
  'dev.follow_pfnmap:ok',
  'dev.follow_pfnmap:-EINVAL',
  'dev.touch_bar:begin',
  'dev.touch_bar:ok',
  'dev.touch_bar:SIGBUS',
  'mm.mmap_lock.up_read',
  'vma.get_pfns:ok',
  'vma.get_pfns:-EINVAL',
  'vma.get_pfns:-EFAULT',
] as const;

/**
 * The PFN that type1 maps, out of the PTE of a mapped BAR (`vaddr_get_pfns()`, `follow_fault_pfn()`): a BAR
 * has no pages that could be pinned, so the PTE is read, and faulted in first where there is none. With
 * mmap_lock, and the lock of the page table, goes all that keeps the PFN what it is.
 */
export function vaddrGetPfns() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'vaddr_get_pfns',
    description: 'vaddr_get_pfns(), follow_fault_pfn(), drivers/vfio/vfio_iommu_type1.c',
    meta: {
      labels,
      c: inC,
      source: 'vaddr_get_pfns, follow_fault_pfn, vfio_iommu_type1.c:540-636, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'vma.get_pfns:begin': 'lock' } },
      lock: { on: { 'mm.mmap_lock.down_read': 'pin' } },
      pin: {
        description: 'no struct page: what GUP refuses is read from the page table',
        meta: { source: 'pin_user_pages_remote, v7.3: VM_PFNMAP' },
        on: { 'vma.pin_longterm:-EFAULT': 'lookup' },
      },
      lookup: {
        description: 'what cannot be pinned and is no BAR either is refused',
        meta: { source: 'vaddr_get_pfns, vfio_iommu_type1.c:613, v7.3: VM_PFNMAP' },
        on: { 'vma.pfnmap:true': 'follow', 'vma.pfnmap:false': 'unlock_fault' },
      },
      follow: {
        meta: { source: 'follow_fault_pfn, vfio_iommu_type1.c:547, v7.3' },
        on: { 'dev.follow_pfnmap:ok': 'unlock', 'dev.follow_pfnmap:-EINVAL': 'fault' },
      },
      fault: {
        meta: { source: 'follow_fault_pfn, vfio_iommu_type1.c:551, v7.3: fixup_user_fault()' },
        on: { 'dev.touch_bar:begin': 'faulting' },
      },
      faulting: {
        on: { 'dev.touch_bar:ok': 'follow_again', 'dev.touch_bar:SIGBUS': 'unlock_fault' },
      },
      follow_again: {
        description: 'zapped since: no second fault is tried',
        meta: { source: 'follow_fault_pfn, vfio_iommu_type1.c:561, v7.3' },
        on: { 'dev.follow_pfnmap:ok': 'unlock', 'dev.follow_pfnmap:-EINVAL': 'unlock_none' },
      },
      unlock: { on: { 'mm.mmap_lock.up_read': 'return' } },
      return: { on: { 'vma.get_pfns:ok': 'idle' } },
      unlock_none: { on: { 'mm.mmap_lock.up_read': 'return_none' } },
      return_none: { on: { 'vma.get_pfns:-EINVAL': 'idle' } },
      unlock_fault: { on: { 'mm.mmap_lock.up_read': 'return_fault' } },
      return_fault: { on: { 'vma.get_pfns:-EFAULT': 'idle' } },
    },
  });
}

/** What its C is, for the comparison: one page of a BAR that is mapped. */
const inC = {
  function: 'vaddr_get_pfns',
  file: 'drivers/vfio/vfio_iommu_type1.c',
  entries: [
    {
      begins: 'vma.get_pfns:begin',
      parameters: { mm: '@mm', npages: '1', batch: '@batch' },
      returns: {
        'vma.get_pfns:ok': '1',
        'vma.get_pfns:-EINVAL': '-EINVAL',
        'vma.get_pfns:-EFAULT': '-EFAULT',
      },
    },
  ],
  inside: {
    labels: ['vma.pfnmap'],
    because: 'the reader has no values of vm_flags',
  },
  rows: [
    { c: 'min_t($rest)', is: '1', because: 'one page' },
    { c: 'mmap_read_lock($_)', label: 'mm.mmap_lock.down_read' },
    { c: 'mmap_read_unlock($_)', label: 'mm.mmap_lock.up_read' },
    {
      c: 'pin_user_pages_remote($_, $rest)',
      label: 'vma.pin_longterm',
      returns: { '-EFAULT': '-EFAULT' },
      because: 'a mapping of a BAR is VM_PFNMAP, which GUP refuses',
    },
    { c: 'args.writable', is: '1', because: 'the BAR is mapped writable' },
    {
      c: 'follow_pfnmap_start($_)',
      label: 'dev.follow_pfnmap',
      returns: { ok: '0', '-EINVAL': '-EINVAL' },
    },
    {
      c: 'fixup_user_fault($_, $rest)',
      label: 'dev.touch_bar',
      returns: { ok: '0', SIGBUS: '-EFAULT' },
      spans: true,
      because: 'vfio_pci_mmap_huge_fault() does not drop mmap_lock',
    },
    { c: 'is_invalid_reserved_pfn($_)', is: '1', because: 'the PFN of a BAR has no struct page' },
  ],
} as const;
