import { setup } from 'xstate';

export const labels = [
  'at_qid:true',
  'at_qid:false',
  'reg_at_qid',
  'clear_at_qid',
  'zc:true',
  'zc:false',
  'zc.set',
  'warn',
  'used',
  'destroy',
] as const;

/**
 * The pool of a queue, from the bind that makes it until the core takes it away and frees it, which a work
 * does a little later, when there may be another one already: whether the core has it down as zero copy.
 */
export function xskBuffPool() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'xsk_buff_pool',
    description: 'struct xsk_buff_pool, net/xdp/xsk_buff_pool.c',
    meta: { labels, source: 'xp_assign_dev, xp_clear_dev, xp_destroy, xsk_buff_pool.c, v7.3' },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'at_qid:false': 'none',
          reg_at_qid: 'of_the_queue',
          used: 'used_after_free',
          destroy: 'none',
        },
      },
      of_the_queue: {
        tags: ['quiescent'],
        initial: 'copy',
        states: {
          copy: {
            description: 'umem->zc is false: the driver is not told when it goes',
            on: {
              'at_qid:true': 'copy',
              'zc:false': 'copy',
              'zc.set': 'zero_copy',
              used: 'copy',
              destroy: 'copy',
            },
          },
          zero_copy: {
            on: {
              'at_qid:true': 'zero_copy',
              'zc:true': 'zero_copy',
              warn: 'zero_copy',
              used: 'zero_copy',
              destroy: 'zero_copy',
            },
          },
        },
        on: { clear_at_qid: 'none' },
      },
      used_after_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used after the core took it from its queue, and freed it' },
        on: {
          'at_qid:false': 'used_after_free',
          reg_at_qid: 'of_the_queue',
          used: 'used_after_free',
          destroy: 'used_after_free',
        },
      },
    },
  });
}
