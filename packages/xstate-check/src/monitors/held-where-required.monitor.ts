import { setup } from 'xstate';

export const labels = ['acquire', 'release', 'guarded'] as const;

/** A thread takes a guarded step only while it holds the lock that guards it. */
export const heldWhereRequired = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'held_where_required',
  meta: { labels },
  initial: 'free',
  states: {
    free: { on: { acquire: 'held', release: 'free', guarded: 'unguarded' } },
    held: { on: { acquire: 'held', release: 'free', guarded: 'held' } },
    unguarded: {
      tags: ['violation'],
      meta: { finding: 'the step is taken without the lock that it needs' },
      on: { acquire: 'unguarded', release: 'unguarded', guarded: 'unguarded' },
    },
  },
});
