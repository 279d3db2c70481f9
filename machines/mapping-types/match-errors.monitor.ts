import { setup } from 'xstate';

export const labels = ['skip', 'abort', 'next', 'found', 'returned'] as const;

/** Whether -EOPNOTSUPP of a match goes on with the next pair, and any other error ends the search. */
export const matchErrors = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'match_errors',
  description: '0, -EOPNOTSUPP and other errors of match() of a type',
  meta: {
    labels,
    source: 'Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types", 2026-02-17: 1',
  },
  initial: 'searching',
  states: {
    searching: {
      tags: ['quiescent'],
      on: {
        skip: 'skipped',
        abort: 'aborted',
        next: 'searching',
        found: 'searching',
        returned: 'searching',
      },
    },
    skipped: {
      on: {
        skip: 'skipped',
        abort: 'aborted',
        next: 'searching',
        found: 'wrong',
        returned: 'wrong',
      },
    },
    aborted: {
      on: {
        skip: 'wrong',
        abort: 'aborted',
        next: 'wrong',
        found: 'wrong',
        returned: 'searching',
      },
    },
    wrong: {
      tags: ['violation', 'quiescent'],
      meta: { finding: 'takes "not this pair" for an error, or an error for "not this pair"' },
      on: { skip: 'wrong', abort: 'wrong', next: 'wrong', found: 'wrong', returned: 'searching' },
    },
  },
});
