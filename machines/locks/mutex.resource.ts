import { setup } from 'xstate';

export const labels = [
  'alloc',
  'mutex_init',
  'mutex_lock',
  'mutex_unlock',
  'mutex_destroy',
] as const;

/**
 * A mutex (`struct mutex`), from the zeroed memory that it is in (`alloc`) to mutex_destroy(). Whoever
 * takes it before or after gets it, as of any mutex with no owner, and a warning where the kernel
 * looks (DEBUG_MUTEXES, lockdep).
 *
 * @param initially - `free` where it was made before the system starts, as dev_set->lock is when the
 * driver probes (vfio_assign_device_set)
 */
export function mutex(initially: 'uninitialised' | 'free' = 'free') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'mutex',
    description: 'include/linux/mutex.h: one holder; waiters queue',
    meta: {
      labels,
      source: 'include/linux/mutex.h, kernel/locking/mutex.c, kernel/locking/mutex-debug.c, v7.3',
    },
    on: { alloc: '.uninitialised' },
    initial: initially,
    states: {
      uninitialised: {
        description: 'zeroed memory',
        tags: ['quiescent'],
        on: {
          mutex_init: 'free',
          mutex_lock: 'taken_before_init',
          mutex_unlock: 'unbalanced',
          mutex_destroy: 'destroyed',
        },
      },
      free: {
        tags: ['quiescent'],
        on: {
          mutex_init: 'free',
          mutex_lock: 'held',
          mutex_unlock: 'unbalanced',
          mutex_destroy: 'destroyed',
        },
      },
      held: {
        meta: { held: true },
        on: {
          mutex_init: 'initialised_while_held',
          mutex_unlock: 'free',
          mutex_destroy: 'destroyed_while_held',
        },
      },
      destroyed: {
        tags: ['quiescent'],
        on: {
          mutex_init: 'free',
          mutex_lock: 'taken_after_destroy',
          mutex_unlock: 'unbalanced',
          mutex_destroy: 'destroyed',
        },
      },
      taken_before_init: heldWrongly('is taken before mutex_init()', 'uninitialised'),
      taken_after_destroy: heldWrongly('is taken after mutex_destroy()', 'destroyed'),
      destroyed_while_held: heldWrongly('is destroyed while it is held', 'destroyed'),
      initialised_while_held: freeWrongly('is initialised while it is held, and so free at once'),
      unbalanced: freeWrongly('is unlocked while it is not held'),
    },
  });
}

/** Somebody has it, and it is not what it should be. */
function heldWrongly(finding: string, afterwards: 'uninitialised' | 'destroyed') {
  return {
    tags: ['violation'],
    meta: { finding, held: true },
    on: {
      mutex_init: 'initialised_while_held',
      mutex_unlock: afterwards,
      mutex_destroy: 'destroyed_while_held',
    },
  } as const;
}

/** Nobody has it by now. */
function freeWrongly(finding: string) {
  return {
    tags: ['violation', 'quiescent'],
    meta: { finding },
    on: {
      mutex_init: 'free',
      mutex_lock: 'held',
      mutex_unlock: 'unbalanced',
      mutex_destroy: 'destroyed',
    },
  } as const;
}
