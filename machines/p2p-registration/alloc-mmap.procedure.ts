// Truth: the C of v7.3.
import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';
import { p2pdmaInC } from './in-c.ts';
import { spelt } from './spelt.ts';

export const labels = [
  'vma.alloc_mmap:begin',
  'vma.shared:true',
  'vma.shared:false',
  'vma.pgoff:0',
  'vma.pgoff:other',
  'rcu_read_lock',
  'dev.p2pdma:set',
  'dev.p2pdma:NULL',
  'bar[b].gen_pool_alloc_owner:ok',
  'dev.gen_pool_alloc_owner:NULL',
  'bar[b].pgmap.tryget_live:true',
  'bar[b].pgmap.tryget_live:false',
  'rcu_read_unlock',
  'bar[b].page[p].set_count(1)',
  'vma.bar[b].page[p].insert:ok',
  'vma.bar[b].page[p].insert:-ENOMEM',
  'bar[b].rest[p].gen_pool_free',
  'bar[b].page[p].set_count(0)',
  'bar[b].pgmap.get',
  'bar[b].page[p].put:more',
  'bar[b].page[p].put:last',
  'bar[b].page[p].folio_free:end',
  'bar[b].pgmap.put',
  'vma.alloc_mmap:ok',
  'vma.alloc_mmap:-EINVAL',
  'vma.alloc_mmap:-ENODEV',
  'vma.alloc_mmap:-ENOMEM',
] as const;

/**
 * `p2pmem_alloc_mmap()`: pages out of the pool of the device, under RCU until a reference to their pgmap is
 * held, then into the page table one by one. `p2pdma->pool` is not tested. Where a page cannot be
 * inserted, it and those behind it go back to the pool before its count is set to 0.
 *
 * @param bars - the BARs of the device, of one of which the pages are
 * @param pages - pages that are asked for, which are all that a BAR has
 */
export const allocMmap = madeOnce(function allocMmap(bars: number, pages: number) {
  const machine = setup({
    types: { context: {} as { b: number; p: number }, events: {} as { type: string } },
    guards: { more: ({ context }) => context.p < pages - 1 },
    actions: {
      ofBar: assign((_, b: number) => ({ b })),
      next: assign({ p: ({ context }) => context.p + 1 }),
      forget: assign({ b: 0, p: 0 }),
    },
  });
  return machine.createMachine({
    id: 'alloc_mmap',
    description: 'p2pmem_alloc_mmap(), drivers/pci/p2pdma.c',
    meta: {
      labels: spelt(labels, (label) => label.includes('gen_pool_alloc_owner'), { bars, pages }),
      c: inC,
      index: { b: bars, p: pages },
      source: 'p2pmem_alloc_mmap, v7.3',
    },
    context: { b: 0, p: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'vma.alloc_mmap:begin': 'check' } },
      check: {
        description: 'VM_MAYSHARE, vm_pgoff',
        initial: 'is_shared',
        states: {
          is_shared: {
            on: { 'vma.shared:true': 'offset', 'vma.shared:false': 'refuse' },
          },
          offset: { on: { 'vma.pgoff:0': '#alloc_mmap.reserve', 'vma.pgoff:other': 'refuse' } },
          refuse: { on: { 'vma.alloc_mmap:-EINVAL': '#alloc_mmap.idle' } },
        },
      },
      reserve: {
        description: 'under rcu_read_lock()',
        initial: 'lock',
        states: {
          lock: { on: { rcu_read_lock: 'p2pdma' } },
          p2pdma: { on: { 'dev.p2pdma:set': 'alloc', 'dev.p2pdma:NULL': 'unlock_no_device' } },
          alloc: {
            on: {
              ...Object.fromEntries(
                Array.from({ length: bars }, (_, b) => [
                  `bar[${b}].gen_pool_alloc_owner:ok`,
                  {
                    target: 'tryget',
                    actions: { type: 'ofBar', params: b } as const,
                    meta: { commits: `bar[${b}].allocate:ok` },
                  },
                ]),
              ),
              'dev.gen_pool_alloc_owner:NULL': 'unlock_no_memory',
            },
          },
          tryget: {
            on: {
              'bar[b].pgmap.tryget_live:true': 'unlock',
              'bar[b].pgmap.tryget_live:false': 'give_back',
            },
          },
          give_back: {
            on: {
              'bar[b].rest[p].gen_pool_free': {
                target: 'unlock_no_device',
                actions: 'forget',
                meta: { commits: 'bar[b].put' },
              },
            },
          },
          unlock: { on: { rcu_read_unlock: '#alloc_mmap.insert' } },
          unlock_no_device: { on: { rcu_read_unlock: '#alloc_mmap.no_device' } },
          unlock_no_memory: { on: { rcu_read_unlock: '#alloc_mmap.no_memory' } },
        },
      },
      insert: {
        description: 'for each page',
        initial: 'count',
        states: {
          count: { on: { 'bar[b].page[p].set_count(1)': 'insert' } },
          insert: {
            description: 'vm_insert_page(), which may have to allocate a page table',
            on: {
              'vma.bar[b].page[p].insert:ok': 'get',
              'vma.bar[b].page[p].insert:-ENOMEM': '#alloc_mmap.undo',
            },
          },
          get: { on: { 'bar[b].pgmap.get': 'put' } },
          put: {
            description: 'put_page(): the PTE has its own reference',
            on: { 'bar[b].page[p].put:more': 'next', 'bar[b].page[p].put:last': 'freeing' },
          },
          freeing: { on: { 'bar[b].page[p].folio_free:end': 'next' } },
          next: {
            always: [
              { guard: 'more', target: 'count', actions: 'next', meta: { unused: pages < 2 } },
              { target: '#alloc_mmap.put' },
            ],
          },
        },
      },
      undo: {
        description: 'this page and those behind it; those ahead of it stay in the page table',
        initial: 'pool',
        states: {
          pool: {
            on: {
              'bar[b].rest[p].gen_pool_free': { target: 'count', meta: { commits: 'bar[b].put' } },
            },
          },
          count: { on: { 'bar[b].page[p].set_count(0)': 'put' } },
          put: {
            on: { 'bar[b].pgmap.put': { target: '#alloc_mmap.no_memory', actions: 'forget' } },
          },
        },
      },
      put: { on: { 'bar[b].pgmap.put': { target: 'return', actions: 'forget' } } },
      return: { on: { 'vma.alloc_mmap:ok': 'idle' } },
      no_device: {
        description: 'pdev->p2pdma is NULL, or the pages of the BAR are going',
        on: { 'vma.alloc_mmap:-ENODEV': 'idle' },
      },
      no_memory: { on: { 'vma.alloc_mmap:-ENOMEM': 'idle' } },
    },
  });
});

/** What its C is, for the comparison. */
const inC = {
  function: 'p2pmem_alloc_mmap',
  file: 'drivers/pci/p2pdma.c',
  entries: [
    {
      begins: 'vma.alloc_mmap:begin',
      parameters: { kobj: '@dev', vma: '@vma' },
      returns: {
        'vma.alloc_mmap:ok': '0',
        'vma.alloc_mmap:-EINVAL': '-EINVAL',
        'vma.alloc_mmap:-ENODEV': '-ENODEV',
        'vma.alloc_mmap:-ENOMEM': '-ENOMEM',
      },
    },
  ],
  leads: p2pdmaInC.leads,
  inside: { labels: ['vma.shared'], because: 'the reader has no values of vm_flags' },
  rows: [
    ...p2pdmaInC.rows.filter(({ c }) => c !== '$dev->pool'),
    { c: 'kobj_to_dev($_)', is: '@dev', because: 'the file is that of the device' },
    { c: '$vma->vm_pgoff', label: '{vma}.pgoff', returns: { 0: '0', other: '1' }, tested: true },
    {
      c: 'gen_pool_alloc_owner($_, $_, $_)',
      label: 'gen_pool_alloc_owner',
      returns: { ok: '@page', NULL: 'NULL' },
      runs: { ok: ['bar[0].gen_pool_alloc_owner:ok'], NULL: ['dev.gen_pool_alloc_owner:NULL'] },
      because: 'of which BAR the pages are the pool decides',
    },
    {
      c: 'percpu_ref_tryget_live_rcu($_)',
      label: 'bar[0].pgmap.tryget_live',
      returns: { true: '1', false: '0' },
    },
    { c: 'percpu_ref_get($_)', label: 'bar[0].pgmap.get' },
    { c: 'percpu_ref_put($_)', label: 'bar[0].pgmap.put' },
    { c: 'virt_to_page($_)', is: '@page', because: 'the page of the address' },
    { c: 'set_page_count($_, 1)', label: 'bar[0].page[0].set_count(1)' },
    { c: 'set_page_count($_, 0)', label: 'bar[0].page[0].set_count(0)' },
    {
      c: 'vm_insert_page($_, $_, $_)',
      label: 'vma.bar[0].page[0].insert',
      returns: { ok: '0', '-ENOMEM': '-ENOMEM' },
    },
    { c: 'gen_pool_free($_, $_, $_)', label: 'bar[0].rest[0].gen_pool_free' },
    {
      c: 'put_page($_)',
      label: 'bar[0].page[0].put',
      returns: { more: 'void', last: 'void' },
      runs: {
        more: ['bar[0].page[0].put:more'],
        last: ['bar[0].page[0].put:last', 'bar[0].page[0].folio_free:end'],
      },
      because: 'the last reference leads to p2pdma_folio_free(), which is a machine of its own',
    },
    { c: '$vma->vm_start', is: '0', because: 'a mapping of one page' },
    { c: '$vma->vm_end', is: '1', because: 'a mapping of one page' },
    { c: 'VM_WARN_ON_ONCE_PAGE($rest)', because: 'the machine of the page says so itself' },
  ],
};
