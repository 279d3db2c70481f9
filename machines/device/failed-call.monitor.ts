import { setup } from 'xstate';

export const labels = ['begin', 'change', 'ok', 'error', 'left'] as const;

/** A call that returns an error has changed nothing. */
export const failedCall = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'failed_call',
  meta: { labels, source: 'derived: what a caller takes from an errno' },
  initial: 'outside',
  states: {
    outside: {
      on: {
        begin: 'unchanged',
        change: 'outside',
        ok: 'outside',
        error: 'outside',
        left: 'outside',
      },
    },
    unchanged: {
      on: {
        begin: 'unchanged',
        change: 'changed',
        ok: 'outside',
        error: 'outside',
        left: 'outside',
      },
    },
    changed: {
      on: {
        begin: 'changed',
        change: 'changed',
        ok: 'outside',
        error: 'failed_and_changed',
        left: 'outside',
      },
    },
    failed_and_changed: {
      tags: ['violation'],
      meta: { finding: 'the call returns an error and has revoked' },
      on: {
        begin: 'unchanged',
        change: 'failed_and_changed',
        ok: 'failed_and_changed',
        error: 'failed_and_changed',
        left: 'outside',
      },
    },
  },
});
