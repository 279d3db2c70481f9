import { setup } from 'xstate';

export const labels = ['mutex_lock', 'mutex_unlock'] as const;

/** A mutex (`struct mutex`), such as `dev_set->lock`. Unlocking it while it is free is a violation. */
export function mutex() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'mutex',
    description: 'include/linux/mutex.h: one holder; waiters queue',
    meta: { labels, source: 'include/linux/mutex.h, kernel/locking/mutex.c' },
    initial: 'free',
    states: {
      free: {
        tags: ['quiescent'],
        on: { mutex_lock: 'held', mutex_unlock: 'unbalanced' },
      },
      held: { meta: { held: true }, on: { mutex_unlock: 'free' } },
      unbalanced: {
        description: 'DEBUG_MUTEXES: unlocked by a task that does not hold it',
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is unlocked while it is not held' },
        on: { mutex_lock: 'held', mutex_unlock: 'unbalanced' },
      },
    },
  });
}
