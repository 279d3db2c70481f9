import { setup } from 'xstate';

export const labels = ['close'] as const;

/** The fd of a dma-buf that a VMM exported: open, until it is closed. */
export function regionFd() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'region_fd',
    description: 'the fd of the dma-buf of a region',
    meta: { labels, source: 'derived: close(2); VFIO_DEVICE_FEATURE_DMA_BUF returns one fd' },
    initial: 'open',
    states: {
      open: { tags: ['quiescent'], on: { close: 'closed' } },
      closed: { tags: ['quiescent'], on: { close: 'closed_twice' } },
      closed_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is closed twice: by now the number may be that of another file' },
        on: { close: 'closed_twice' },
      },
    },
  });
}
