import { setup } from 'xstate';

export const labels = [
  'add_resource:ok',
  'p2pmem:absent',
  'p2pmem:present',
  'gen_pool_alloc:ok',
  'gen_pool_alloc:none',
  'p2pmem.free',
] as const;

/**
 * The pool of a device, from which sysfs gives memory to whoever may open p2pmem/allocate: the first
 * page of it, which is as much as anybody here asks for. Where nobody adds a BAR to it, there is none.
 */
export function pagePool() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'page_pool',
    description: 'struct pci_p2pdma, gen_pool and the sysfs file p2pmem/allocate',
    meta: { labels, source: 'pci_p2pdma_setup_pool, p2pmem_alloc_mmap, v7.3' },
    initial: 'none',
    states: {
      none: {
        on: {
          'add_resource:ok': 'free',
          'p2pmem:absent': 'none',
          'gen_pool_alloc:none': {
            target: 'oops',
            meta: { source: 'p2pmem_alloc_mmap, v7.3: p2pdma->pool is not tested' },
          },
          'p2pmem.free': 'none',
        },
      },
      free: {
        on: {
          'add_resource:ok': 'free',
          'p2pmem:present': 'free',
          'gen_pool_alloc:ok': 'given',
          'p2pmem.free': {
            target: 'free',
            meta: { source: 'gen_pool_free_owner, v7.3: BUG_ON(remain) is said of the page' },
          },
        },
      },
      given: {
        on: {
          'add_resource:ok': 'given',
          'p2pmem:present': 'given',
          'gen_pool_alloc:none': 'given',
          'p2pmem.free': 'free',
        },
      },
      oops: {
        description: 'gen_pool_alloc_owner() of NULL',
        tags: ['violation', 'oops'],
        meta: { finding: 'is asked for memory where there is no pool' },
      },
    },
  });
}
