import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'dma_resv_init',
  'dma_resv_fini',
  'lock',
  'unlock',
  'fence.add(BOOKKEEP)',
  'fence.signal(BOOKKEEP)',
  'wait(BOOKKEEP)',
  'wait(KERNEL)',
] as const;

/**
 * The reservation object of a dma-buf (`struct dma_resv`): a lock, and the fences of those who
 * still use the buffer. A wait for BOOKKEEP is for every fence; one for KERNEL lets those of user
 * work (BOOKKEEP) pass. No exporter or importer here adds a KERNEL fence. It is made with the dma-buf
 * and goes with it, and there is no other way to it than through the dma-buf.
 *
 * @param most - most fences that all who are here can have at once; one more stands for any number,
 * of which some never signal
 * @param initially - `none` where the system starts before dma_buf_export()
 */
export const dmaResv = madeOnce(function dmaResv(
  most: number = 0,
  initially: 'none' | 'unlocked' = 'unlocked',
) {
  return setup({
    types: {
      context: {} as { fences: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: { lastFence: ({ context }) => most > 0 && context.fences === 1 },
    actions: {
      add: assign({ fences: ({ context }) => Math.min(context.fences, most) + 1 }),
      drop: assign({ fences: ({ context: { fences } }) => (fences > most ? fences : fences - 1) }),
    },
  }).createMachine({
    id: 'dma_resv',
    description: 'include/linux/dma-resv.h: one holder, waiters queue; fences by usage',
    meta: {
      labels,
      source:
        'include/linux/dma-resv.h, drivers/dma-buf/dma-resv.c; dma_buf_export, dma_buf_release, v7.3',
      unreachable: initially === 'none' ? [] : ['holder.none', 'holder.used_before_init'],
    },
    context: { fences: 0 },
    type: 'parallel',
    states: {
      holder: {
        initial: initially,
        on: { dma_resv_init: '.unlocked' },
        states: {
          none: {
            description: 'there is no dma-buf that it is a part of',
            tags: ['quiescent'],
            on: {
              dma_resv_fini: 'none',
              lock: 'used_before_init',
              unlock: 'used_before_init',
            },
          },
          unlocked: {
            tags: ['quiescent'],
            on: { dma_resv_fini: 'finished', lock: 'locked', unlock: 'unbalanced' },
          },
          locked: {
            meta: { held: true },
            on: { dma_resv_fini: 'finished_while_locked', unlock: 'unlocked' },
          },
          finished: {
            description: 'dma_resv_fini(), and kfree() of the dma-buf that it is a part of',
            tags: ['quiescent'],
            on: { dma_resv_fini: 'finished', lock: 'used_after_fini', unlock: 'used_after_fini' },
          },
          used_before_init: {
            tags: ['violation', 'quiescent'],
            meta: { finding: 'is locked or unlocked before dma_resv_init()' },
            on: {
              dma_resv_fini: 'finished',
              lock: 'used_before_init',
              unlock: 'used_before_init',
            },
          },
          used_after_fini: {
            tags: ['violation', 'quiescent'],
            meta: { finding: 'is locked or unlocked after dma_resv_fini(), in freed memory' },
            on: { dma_resv_fini: 'finished', lock: 'used_after_fini', unlock: 'used_after_fini' },
          },
          finished_while_locked: {
            tags: ['violation', 'quiescent'],
            meta: { finding: 'goes with its dma-buf while it is locked' },
            on: { dma_resv_fini: 'finished', lock: 'used_after_fini', unlock: 'used_after_fini' },
          },
          unbalanced: {
            tags: ['violation', 'quiescent'],
            meta: { finding: 'is unlocked while it is not held' },
            on: { dma_resv_fini: 'finished', lock: 'locked', unlock: 'unbalanced' },
          },
        },
      },
      fences: {
        initial: 'signalled',
        states: {
          signalled: {
            on: {
              'wait(BOOKKEEP)': 'signalled',
              'wait(KERNEL)': 'signalled',
              'fence.add(BOOKKEEP)': { target: 'pending', actions: 'add' },
              'fence.signal(BOOKKEEP)': 'signalled',
            },
          },
          pending: {
            on: {
              'wait(KERNEL)': 'pending',
              'fence.add(BOOKKEEP)': { target: 'pending', actions: 'add' },
              'fence.signal(BOOKKEEP)': [
                {
                  guard: 'lastFence',
                  target: 'signalled',
                  actions: 'drop',
                  meta: { unused: most === 0 },
                },
                { target: 'pending', actions: 'drop' },
              ],
            },
          },
        },
      },
    },
  });
});
