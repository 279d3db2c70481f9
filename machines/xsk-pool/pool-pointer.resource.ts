import { setup } from 'xstate';

export const labels = [
  'xsk_pool:set',
  'xsk_pool:null',
  'xsk_pool.set',
  'xsk_pool.clear',
  'xsk_pool.use',
] as const;

/** A driver's pointer to the pool of a queue, which some of its readers read twice. */
export function poolPointer() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pool_pointer',
    description: 'rx_chn->xsk_pool, tx_chn->xsk_pool, ring->xsk_pool, rq->xsk_pool, sq->xsk_pool',
    meta: { labels, source: 'prueth_set_xsk_pool, icssg_prueth.c, v7.3' },
    initial: 'null',
    states: {
      null: {
        tags: ['quiescent'],
        on: {
          'xsk_pool:null': 'null',
          'xsk_pool.set': 'set',
          'xsk_pool.clear': 'null',
          'xsk_pool.use': 'dereferenced_null',
        },
      },
      set: {
        tags: ['quiescent'],
        on: {
          'xsk_pool:set': 'set',
          'xsk_pool.set': 'set',
          'xsk_pool.clear': 'null',
          'xsk_pool.use': 'set',
        },
      },
      dereferenced_null: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is read again after the test, and is NULL: an oops' },
        on: {
          'xsk_pool:null': 'dereferenced_null',
          'xsk_pool.set': 'set',
          'xsk_pool.clear': 'dereferenced_null',
          'xsk_pool.use': 'dereferenced_null',
        },
      },
    },
  });
}
