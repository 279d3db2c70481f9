import { setup } from 'xstate';

export const labels = ['lock', 'unlock', 'wait'] as const;

/**
 * The reservation object of a dma-buf (`struct dma_resv`): a lock, and a wait for all fences
 * (`DMA_RESV_USAGE_BOOKKEEP`). No importer of this specification leaves a fence behind yet, so the
 * wait returns at once.
 */
export function dmaResv() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'dma_resv',
    description: 'include/linux/dma-resv.h: one holder; waiters queue',
    meta: { labels, source: 'include/linux/dma-resv.h, drivers/dma-buf/dma-resv.c' },
    initial: 'unlocked',
    states: {
      unlocked: {
        tags: ['quiescent'],
        on: { lock: 'locked', unlock: 'unbalanced', wait: 'unlocked' },
      },
      locked: { on: { unlock: 'unlocked', wait: 'locked' } },
      unbalanced: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is unlocked while it is not held' },
        on: { lock: 'locked', unlock: 'unbalanced', wait: 'unbalanced' },
      },
    },
  });
}
