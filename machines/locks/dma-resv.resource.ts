import { assign, setup } from 'xstate';

export const labels = [
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
 * work (BOOKKEEP) pass. No exporter or importer here adds a KERNEL fence.
 *
 * @param most - most fences at a time, which bounds the count
 */
export function dmaResv(most = 0) {
  return setup({
    types: {
      context: {} as { fences: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      roomForFence: ({ context }) => context.fences < most,
      lastFence: ({ context }) => context.fences === 1,
      severalFences: ({ context }) => context.fences > 1,
    },
    actions: {
      add: assign({ fences: ({ context }) => context.fences + 1 }),
      drop: assign({ fences: ({ context }) => context.fences - 1 }),
    },
  }).createMachine({
    id: 'dma_resv',
    description: 'include/linux/dma-resv.h: one holder, waiters queue; fences by usage',
    meta: {
      labels,
      source: 'include/linux/dma-resv.h, drivers/dma-buf/dma-resv.c',
      ...(most === 0 && {
        unused: ['fence.add(BOOKKEEP)', 'fence.signal(BOOKKEEP)'],
        unreachable: ['fences.pending'],
      }),
    },
    context: { fences: 0 },
    type: 'parallel',
    states: {
      holder: {
        initial: 'unlocked',
        states: {
          unlocked: { tags: ['quiescent'], on: { lock: 'locked', unlock: 'unbalanced' } },
          locked: { meta: { held: true }, on: { unlock: 'unlocked' } },
          unbalanced: {
            tags: ['violation', 'quiescent'],
            meta: { finding: 'is unlocked while it is not held' },
            on: { lock: 'locked', unlock: 'unbalanced' },
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
              'fence.add(BOOKKEEP)': {
                guard: 'roomForFence',
                target: 'pending',
                actions: 'add',
                ...(most === 0 && { meta: { unused: true } }),
              },
            },
          },
          pending: {
            on: {
              'wait(KERNEL)': 'pending',
              'fence.add(BOOKKEEP)': {
                guard: 'roomForFence',
                target: 'pending',
                actions: 'add',
                ...(most < 2 && { meta: { unused: true } }),
              },
              'fence.signal(BOOKKEEP)': [
                { guard: 'lastFence', target: 'signalled', actions: 'drop' },
                {
                  guard: 'severalFences',
                  target: 'pending',
                  actions: 'drop',
                  ...(most < 2 && { meta: { unused: true } }),
                },
              ],
            },
          },
        },
      },
    },
  });
}
