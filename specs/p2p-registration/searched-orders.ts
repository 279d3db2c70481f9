import type { SearchedOrders } from '../shared/searched-orders.ts';

/** By question; a test of minutes finds them anew. */
export const searchedOrders: Readonly<Record<string, SearchedOrders>> = {
  'memory-off': {
    searched: 3,
    kept: [],
    broken: [
      {
        rule: 'no-mapping-while-off(vma[0])',
        orders: 3,
        order: ['clear MEM', 'lock', 'unlock'],
        between: ['dev[0].memory.off', 'vma[0].bar[0].page[0].insert:ok'],
        steps: 16,
      },
      {
        rule: 'reset-after-last-pin(io[0])',
        orders: 3,
        order: ['clear MEM', 'lock', 'unlock'],
        between: ['dev[0].memory.off', 'mm[0].mmap_lock.up_read'],
        steps: 26,
      },
    ],
  },
  remove: {
    searched: 60,
    kept: [],
    broken: [
      {
        rule: 'pool-is-there',
        orders: 60,
        order: [
          'clear the pool',
          'unmap and remove the file',
          'kill and wait for pages',
          'wait for readers',
          'destroy the pool',
          'remove the group',
        ],
        between: ['dev[0].pool.clear', 'dev[0].p2pdma:set'],
        steps: 19,
      },
      {
        rule: 'pool-outlives-references(bar[1].page[0])',
        orders: 60,
        order: [
          'clear the pool',
          'unmap and remove the file',
          'kill and wait for pages',
          'wait for readers',
          'destroy the pool',
          'remove the group',
        ],
        between: ['dev[0].pool.clear', 'bar[1].page[0].set_count(1)'],
        steps: 24,
      },
    ],
  },
};
