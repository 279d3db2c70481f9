import { setup } from 'xstate';

export const labels = [
  'bar.allocate:begin',
  'bar.p2pmem:absent',
  'bar.p2pmem:present',
  'bar.gen_pool_alloc:ok',
  'bar.gen_pool_alloc:none',
  'page[0].p2pmem.allocate',
  'bar.allocate:ok',
  'bar.allocate:-ENOENT',
  'bar.allocate:-ENOMEM',
  'bar.munmap:begin',
  'page[0].p2pmem.free',
  'bar.munmap:ok',
] as const;

/** Another process opens p2pmem/allocate in sysfs, maps a page of it, and unmaps it again. */
export function pageAllocate() {
  return setup({
    types: { events: {} as { type: (typeof labels)[number] } },
  }).createMachine({
    id: 'page_allocate',
    description: 'mmap() of /sys/bus/pci/devices/DEVICE/p2pmem/allocate, p2pmem_alloc_mmap()',
    meta: { labels, source: 'p2pmem_alloc_mmap, p2pdma_folio_free, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'bar.allocate:begin': 'open' } },
      open: { on: { 'bar.p2pmem:absent': 'return_absent', 'bar.p2pmem:present': 'allocate' } },
      allocate: {
        on: { 'bar.gen_pool_alloc:ok': 'insert', 'bar.gen_pool_alloc:none': 'return_full' },
      },
      insert: { on: { 'page[0].p2pmem.allocate': 'return' } },
      return: { on: { 'bar.allocate:ok': 'mapped' } },
      return_absent: { on: { 'bar.allocate:-ENOENT': 'idle' } },
      return_full: { on: { 'bar.allocate:-ENOMEM': 'idle' } },
      mapped: { tags: ['quiescent'], on: { 'bar.munmap:begin': 'free' } },
      free: { on: { 'page[0].p2pmem.free': 'return_unmapped' } },
      return_unmapped: { on: { 'bar.munmap:ok': 'idle' } },
    },
  });
}
