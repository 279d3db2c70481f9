import { setup } from 'xstate';

export const labels = ['begin', 'done', 'ok', 'other'] as const;

/** A call that answers ok has done what it is for. */
export const answer = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'answer',
  meta: { labels },
  initial: 'outside',
  states: {
    outside: { on: { begin: 'undone', done: 'outside', ok: 'outside', other: 'outside' } },
    undone: { on: { begin: 'undone', done: 'done', ok: 'only_said', other: 'outside' } },
    done: { on: { begin: 'undone', done: 'done', ok: 'outside', other: 'outside' } },
    only_said: {
      tags: ['violation'],
      meta: { finding: 'the call answers ok and has not done it' },
      on: { begin: 'undone', done: 'only_said', ok: 'only_said', other: 'only_said' },
    },
  },
});
