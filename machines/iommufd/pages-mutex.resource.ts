import { setup } from 'xstate';

export const labels = ['mutex_init', 'mutex_lock', 'mutex_unlock', 'mutex_destroy'] as const;

/** `pages->mutex`, which lives as long as the `struct iopt_pages` it is in. */
export function pagesMutex() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pages_mutex',
    description: 'struct iopt_pages, mutex: made by iopt_alloc_pages(), destroyed at release',
    meta: { labels, source: 'iopt_alloc_pages, iopt_release_pages, v7.1; kernel/locking/mutex.c' },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          mutex_init: 'free',
          mutex_lock: 'used_after_destroy',
          mutex_unlock: 'unbalanced',
          mutex_destroy: 'used_after_destroy',
        },
      },
      free: {
        tags: ['quiescent'],
        on: {
          mutex_init: 'free',
          mutex_lock: 'held',
          mutex_unlock: 'unbalanced',
          mutex_destroy: 'none',
        },
      },
      held: {
        meta: { held: true },
        on: { mutex_unlock: 'free', mutex_destroy: 'used_after_destroy' },
      },
      used_after_destroy: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is taken after mutex_destroy(), or destroyed while it is held' },
        on: {
          mutex_init: 'free',
          mutex_lock: 'used_after_destroy',
          mutex_unlock: 'used_after_destroy',
          mutex_destroy: 'used_after_destroy',
        },
      },
      unbalanced: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is unlocked while it is not held' },
        on: {
          mutex_init: 'free',
          mutex_lock: 'held',
          mutex_unlock: 'unbalanced',
          mutex_destroy: 'none',
        },
      },
    },
  });
}
