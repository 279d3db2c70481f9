import { setup } from 'xstate';

export const labels = [
  'kref.put:last',
  'comp.wait',
  'comp.wait_timeout:done',
  'comp.wait_timeout:timeout',
  'comp.reinit',
] as const;

/**
 * The completion of a buffer's drain (`struct completion`). The last put of the buffer's kref
 * completes it (`vfio_pci_dma_buf_done`); a wait consumes it.
 */
export function completion() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'completion',
    description: 'kernel/sched/completion.c: complete, wait_for_completion, reinit_completion',
    meta: { labels, source: 'kernel/sched/completion.c; vfio_pci_dma_buf_done, v7.3' },
    initial: 'pending',
    states: {
      pending: {
        tags: ['quiescent'],
        on: {
          'kref.put:last': 'done',
          'comp.wait_timeout:timeout': 'pending',
          'comp.reinit': 'pending',
        },
      },
      done: {
        on: {
          'comp.wait': 'pending',
          'comp.wait_timeout:done': 'pending',
          'comp.reinit': 'pending',
          'kref.put:last': 'done',
        },
      },
    },
  });
}
