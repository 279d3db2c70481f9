// Truth: what the rules ask for; nobody has code of it.
import { setup } from 'xstate';

export const labels = ['acquire', 'release', 'wait'] as const;

/** A thread that waits for the pages of others holds no lock that others need meanwhile. */
export const waitsUnlocked = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'waits_unlocked',
  meta: { labels },
  initial: 'free',
  states: {
    free: { on: { acquire: 'held', release: 'free', wait: 'free' } },
    held: { on: { acquire: 'held', release: 'free', wait: 'waits_with_lock' } },
    waits_with_lock: {
      tags: ['violation'],
      meta: { finding: 'the wait for pages begins with the lock held' },
      on: {
        acquire: 'waits_with_lock',
        release: 'waits_with_lock',
        wait: 'waits_with_lock',
      },
    },
  },
});
