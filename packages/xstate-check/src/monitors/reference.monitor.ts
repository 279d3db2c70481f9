import { setup } from 'xstate';

export const labels = ['get', 'put', 'use', 'return'] as const;

/**
 * What a call takes for its own duration, a reference of whatever kind: it is there where the call
 * needs it, is put once for each time that it was taken, and is put before the call returns.
 */
export const reference = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'reference',
  meta: { labels },
  initial: 'none',
  states: {
    none: { on: { get: 'one', put: 'not_taken', use: 'not_held', return: 'none' } },
    one: { on: { get: 'more', put: 'none', use: 'one', return: 'kept' } },
    more: {
      description: 'taken again inside; a third time counts as the second',
      on: { get: 'more', put: 'one', use: 'more', return: 'kept' },
    },
    kept: {
      tags: ['violation'],
      meta: { finding: 'the call returns and has not put the reference that it took' },
      on: { get: 'kept', put: 'kept', use: 'kept', return: 'kept' },
    },
    not_taken: {
      tags: ['violation'],
      meta: { finding: 'the call puts a reference that it has not taken' },
      on: { get: 'not_taken', put: 'not_taken', use: 'not_taken', return: 'not_taken' },
    },
    not_held: {
      tags: ['violation'],
      meta: { finding: 'the call uses the object and holds no reference to it' },
      on: { get: 'not_held', put: 'not_held', use: 'not_held', return: 'not_held' },
    },
  },
});
