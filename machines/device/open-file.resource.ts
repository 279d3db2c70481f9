import { assign, setup } from 'xstate';

export const labels = ['call', 'return', 'close'] as const;

/**
 * The open device file where several threads may call at once: it is closed for the last time only
 * when no call on it is under way.
 *
 * @param most - most calls at a time
 */
export function openFile(most: number) {
  /** A second call neither comes nor goes. */
  const oneCall = most < 2 && { meta: { unused: true } };
  return setup({
    types: {
      context: {} as { calls: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      roomForOne: ({ context }) => context.calls < most,
      several: ({ context }) => context.calls > 1,
    },
    actions: {
      one: assign({ calls: 1 }),
      add: assign({ calls: ({ context }) => context.calls + 1 }),
      drop: assign({ calls: ({ context }) => context.calls - 1 }),
    },
  }).createMachine({
    id: 'open_file',
    description: 'struct file of the device: each call holds a reference',
    meta: { labels, source: 'fs/file_table.c: __fput() runs when the last reference is dropped' },
    context: { calls: 0 },
    initial: 'open',
    states: {
      open: {
        tags: ['quiescent'],
        on: { call: { target: 'in_call', actions: 'one' }, close: 'closed' },
      },
      in_call: {
        on: {
          call: { guard: 'roomForOne', target: 'in_call', actions: 'add', ...oneCall },
          return: [
            { guard: 'several', target: 'in_call', actions: 'drop', ...oneCall },
            { target: 'open', actions: 'drop' },
          ],
        },
      },
      closed: { tags: ['quiescent'] },
    },
  });
}
