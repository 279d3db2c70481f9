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
        on: { ...ofNone('none'), reg_at_qid: 'of_the_queue', used: 'used_after_free' },
      },
      of_the_queue: {
        tags: ['quiescent'],
        initial: 'copy',
        states: {
          copy: {
            description: 'umem->zc is false: the driver is not told when it goes',
            on: { ...ofThis('copy'), 'zc:false': 'copy', 'zc.set': 'zero_copy' },
          },
          zero_copy: {
            on: { ...ofThis('zero_copy'), 'zc:true': 'zero_copy', 'zc.set': 'zero_copy' },
          },
        },
        on: { clear_at_qid: 'none', reg_at_qid: 'registered_twice' },
      },
      used_after_free: violation(
        'used_after_free',
        'is used after the core took it from its queue, and freed it',
      ),
      registered_twice: violation('registered_twice', 'takes the place of another at the queue'),
    },
  });
}

/** Where there is no pool at the queue: who asks is told so, and what is done to it does nothing. */
function ofNone(state: string) {
  const quiet = ['at_qid:false', 'zc:false', 'zc.set', 'warn', 'clear_at_qid', 'destroy'];
  return Object.fromEntries(quiet.map((label) => [label, state]));
}

/** A pool of before may be freed meanwhile. */
function ofThis(state: string) {
  const quiet = ['at_qid:true', 'warn', 'used', 'destroy'];
  return Object.fromEntries(quiet.map((label) => [label, state]));
}

function violation(state: string, finding: string) {
  return {
    tags: ['violation', 'quiescent'],
    meta: { finding },
    on: { ...ofNone(state), reg_at_qid: 'of_the_queue', used: state },
  };
}
