import { setup } from 'xstate';

export const labels = [
  'outer.acquire',
  'outer.wait',
  'outer.release',
  'inner.acquire',
  'inner.release',
] as const;

/**
 * Two locks of one thread: they are released in the reverse of the order in which they were
 * taken, and the outer one is never waited for while the inner one is held.
 * `outer.acquire` is an acquisition that cannot wait (a trylock).
 */
export const lockOrder = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'lock_order',
  meta: { labels },
  initial: 'none',
  states: {
    none: {
      on: {
        'outer.acquire': 'outer',
        'outer.wait': 'outer',
        'inner.acquire': 'inner',
        'outer.release': 'none',
        'inner.release': 'none',
      },
    },
    outer: {
      on: {
        'inner.acquire': 'outer_inner',
        'outer.release': 'none',
        'outer.acquire': 'outer',
        'outer.wait': 'outer',
        'inner.release': 'outer',
      },
    },
    inner: {
      on: {
        'outer.acquire': 'inner_outer',
        'outer.wait': 'against_order',
        'inner.release': 'none',
        'inner.acquire': 'inner',
        'outer.release': 'inner',
      },
    },
    outer_inner: {
      on: {
        'inner.release': 'outer',
        'outer.release': 'not_reverse',
        'outer.acquire': 'outer_inner',
        'outer.wait': 'outer_inner',
        'inner.acquire': 'outer_inner',
      },
    },
    inner_outer: {
      on: {
        'outer.release': 'inner',
        'inner.release': 'not_reverse',
        'outer.acquire': 'inner_outer',
        'outer.wait': 'inner_outer',
        'inner.acquire': 'inner_outer',
      },
    },
    against_order: {
      tags: ['violation'],
      meta: { finding: 'the thread waits for the outer lock while it holds the inner one' },
      on: all('against_order'),
    },
    not_reverse: {
      tags: ['violation'],
      meta: {
        finding: 'the locks are not released in the reverse of the order they were taken in',
      },
      on: all('not_reverse'),
    },
  },
});

function all<State extends string>(state: State): Record<(typeof labels)[number], State> {
  return Object.fromEntries(labels.map((label) => [label, state])) as Record<
    (typeof labels)[number],
    State
  >;
}
