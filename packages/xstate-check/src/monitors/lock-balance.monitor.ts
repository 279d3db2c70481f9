import { setup } from 'xstate';

export const labels = ['acquire', 'release', 'return'] as const;

/** A thread releases a lock it took before its call returns, and only one that it took. */
export const lockBalance = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'lock_balance',
  meta: { labels },
  initial: 'free',
  states: {
    free: { on: { acquire: 'held', release: 'not_held', return: 'free' } },
    held: { on: { acquire: 'twice', release: 'free', return: 'leaked' } },
    leaked: {
      tags: ['violation'],
      meta: { finding: 'the call returns and the lock is still held' },
      on: { acquire: 'leaked', release: 'leaked', return: 'leaked' },
    },
    not_held: {
      tags: ['violation'],
      meta: { finding: 'the thread releases a lock that it does not hold' },
      on: { acquire: 'not_held', release: 'not_held', return: 'not_held' },
    },
    twice: {
      tags: ['violation'],
      meta: { finding: 'the thread takes a lock that it holds' },
      on: { acquire: 'twice', release: 'twice', return: 'twice' },
    },
  },
});
