import { setup } from 'xstate';

export const labels = ['emptied', 'filled', 'failed', 'returned'] as const;

/** Whether a call gives up the buffers of a queue before it has those that take their place. */
export const givenUp = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'given_up',
  description: 'the old buffers of a queue are freed, and there is no memory for new ones',
  meta: {
    labels,
    source:
      'Jakub Kicinski, 2025-09-03, <20250903174847.5d8d1c9f@kernel.org>: "You must either pre-allocate or avoid freeing the memory"',
  },
  initial: 'has_them',
  states: {
    has_them: {
      tags: ['quiescent'],
      on: { emptied: 'emptied', filled: 'has_them', failed: 'has_them', returned: 'has_them' },
    },
    emptied: {
      on: { emptied: 'emptied', filled: 'has_them', failed: 'without', returned: 'has_them' },
    },
    without: {
      tags: ['violation'],
      meta: { finding: 'has given up the old buffers, and gets no new ones' },
      on: { emptied: 'without', filled: 'without', failed: 'without', returned: 'has_them' },
    },
  },
});
