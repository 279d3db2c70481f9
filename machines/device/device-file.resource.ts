import { setup } from 'xstate';

export const labels = ['call', 'return', 'close'] as const;

/** The open device file: it is closed for the last time only when no call on it is under way. */
export function deviceFile() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'device_file',
    description: 'struct file of the device: a call holds a reference',
    meta: { labels, source: 'fs/file_table.c: __fput() runs when the last reference is dropped' },
    initial: 'open',
    states: {
      open: { tags: ['quiescent'], on: { call: 'in_call', close: 'closed' } },
      in_call: { on: { return: 'open' } },
      closed: { tags: ['quiescent'] },
    },
  });
}
