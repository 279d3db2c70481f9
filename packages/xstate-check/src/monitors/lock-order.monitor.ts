import { setup } from 'xstate';

export const labels = [
  'outer.acquire',
  'outer.wait',
  'outer.release',
  'inner.acquire',
  'inner.release',
] as const;

/**
 * Two locks of one thread: the outer one is never waited for while the inner one is held. They may
 * be released in any order, which lockdep does not ask about either: a release waits for nobody.
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
        'inner.acquire': 'both',
        'outer.release': 'none',
        'outer.acquire': 'outer',
        'outer.wait': 'outer',
        'inner.release': 'outer',
      },
    },
    inner: {
      on: {
        'outer.acquire': 'both',
        'outer.wait': 'against_order',
        'inner.release': 'none',
        'inner.acquire': 'inner',
        'outer.release': 'inner',
      },
    },
    both: {
      on: {
        'inner.release': 'outer',
        'outer.release': 'inner',
        'outer.acquire': 'both',
        'outer.wait': 'both',
        'inner.acquire': 'both',
      },
    },
    against_order: {
      tags: ['violation'],
      meta: { finding: 'the thread waits for the outer lock while it holds the inner one' },
      on: {
        'outer.acquire': 'against_order',
        'outer.wait': 'against_order',
        'outer.release': 'against_order',
        'inner.acquire': 'against_order',
        'inner.release': 'against_order',
      },
    },
  },
});
