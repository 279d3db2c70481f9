import { assign, setup } from 'xstate';

export const labels = ['forgotten', 'release'] as const;

/** Buffers that are counted one by one; of more nothing is said. */
const COUNTED = 4;

/**
 * Buffers of a closed device whose file is still open: off the list and dead for ever, so that all
 * that is left to them is to be released. Which is which does not matter any more.
 */
export function leftovers() {
  return setup({
    types: {
      context: {} as { count: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      isLast: ({ context }) => context.count === 1,
      isCounted: ({ context }) => context.count < COUNTED,
    },
    actions: {
      more: assign({ count: ({ context }) => context.count + 1 }),
      fewer: assign({ count: ({ context }) => context.count - 1 }),
      none: assign({ count: 0 }),
    },
  }).createMachine({
    id: 'leftovers',
    description: 'buffers that were cleaned up, and that the trace does not name any more',
    meta: { labels, source: 'vfio_pci_dma_buf_cleanup, vfio_pci_dma_buf_release, v7.3' },
    context: { count: 0 },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: { forgotten: { target: 'some', actions: 'more' } },
      },
      some: {
        tags: ['quiescent'],
        on: {
          forgotten: [
            { guard: 'isCounted', target: 'some', actions: 'more' },
            { target: 'uncounted', actions: 'none' },
          ],
          release: [
            { guard: 'isLast', target: 'none', actions: 'none' },
            { target: 'some', actions: 'fewer' },
          ],
        },
      },
      uncounted: {
        description: 'more buffers than are counted',
        tags: ['quiescent'],
        on: { forgotten: 'uncounted', release: 'uncounted' },
      },
    },
  });
}
