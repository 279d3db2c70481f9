import { setup } from 'xstate';

export const labels = [
  'comp.init',
  'kref.put:last',
  'comp.wait',
  'comp.wait_timeout:done',
  'comp.wait_timeout:timeout',
  'comp.reinit',
] as const;

/**
 * The completion of a buffer's drain (`struct completion`). The last put of the buffer's kref
 * completes it (`vfio_pci_dma_buf_done`); a wait consumes it. In zeroed memory its list of waiters
 * is NULL: complete() and a wait that has to sleep dereference it, reinit_completion() does not.
 *
 * @param initially - `uninitialised` where the system starts before init_completion()
 */
export function completion(initially: 'uninitialised' | 'pending' = 'pending') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'completion',
    description: 'kernel/sched/completion.c: complete, wait_for_completion, reinit_completion',
    meta: {
      labels,
      source:
        'kernel/sched/completion.c, kernel/sched/swait.c, include/linux/completion.h; vfio_pci_dma_buf_done, v7.3',
      unreachable: initially === 'uninitialised' ? [] : ['uninitialised', 'oops'],
    },
    initial: initially,
    states: {
      uninitialised: {
        description: 'zeroed memory: done is 0, the list of waiters is NULL',
        tags: ['quiescent'],
        on: {
          'comp.init': 'pending',
          'kref.put:last': 'oops',
          'comp.wait': 'oops',
          'comp.wait_timeout:timeout': 'oops',
          'comp.reinit': 'uninitialised',
        },
      },
      pending: {
        tags: ['quiescent'],
        on: {
          'comp.init': 'pending',
          'kref.put:last': 'done',
          'comp.wait_timeout:timeout': 'pending',
          'comp.reinit': 'pending',
        },
      },
      done: {
        on: {
          'comp.init': 'pending',
          'comp.wait': 'pending',
          'comp.wait_timeout:done': 'pending',
          'comp.reinit': 'pending',
          'kref.put:last': 'done',
        },
      },
      oops: {
        description:
          'BUG: kernel NULL pointer dereference in swake_up_locked() or prepare_to_swait()',
        tags: ['violation'],
        meta: { finding: 'is completed or waited for before init_completion()' },
        on: {
          'comp.init': 'pending',
          'kref.put:last': 'oops',
          'comp.wait': 'oops',
          'comp.wait_timeout:timeout': 'oops',
          'comp.reinit': 'oops',
        },
      },
    },
  });
}
