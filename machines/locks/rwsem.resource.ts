import { assign, setup } from 'xstate';

export const labels = [
  'down_write',
  'down_write_trylock:1',
  'down_write_trylock:0',
  'up_write',
  'down_read',
  'up_read',
] as const;

/**
 * A reader-writer semaphore (`struct rw_semaphore`). It accepts every operation that does not
 * block in the kernel; releasing what is not held is a violation, after which the semaphore goes
 * on as free.
 *
 * @param most - most readers at a time, which bounds the count
 */
export function rwsem(most = 1) {
  /** A second reader neither comes nor goes. */
  const oneReader = most < 2 && { meta: { unused: true } };
  return setup({
    types: {
      context: {} as { readers: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      roomForReader: ({ context }) => context.readers < most,
      lastReader: ({ context }) => context.readers === 1,
    },
    actions: {
      enter: assign({ readers: ({ context }) => context.readers + 1 }),
      leave: assign({ readers: ({ context }) => context.readers - 1 }),
    },
  }).createMachine({
    id: 'rwsem',
    description: 'include/linux/rwsem.h: many readers or one writer; waiters queue',
    meta: { labels, source: 'include/linux/rwsem.h, kernel/locking/rwsem.c' },
    context: { readers: 0 },
    initial: 'free',
    states: {
      free: {
        tags: ['quiescent'],
        on: {
          down_write: 'write_held',
          'down_write_trylock:1': 'write_held',
          down_read: { target: 'read_held', actions: 'enter' },
          up_write: 'unbalanced',
          up_read: 'unbalanced',
        },
      },
      write_held: {
        meta: { held: 'for writing' },
        on: {
          up_write: 'free',
          'down_write_trylock:0': 'write_held',
          up_read: 'unbalanced',
        },
      },
      read_held: {
        meta: { held: 'for reading' },
        on: {
          down_read: {
            guard: 'roomForReader',
            target: 'read_held',
            actions: 'enter',
            ...oneReader,
          },
          up_read: [
            { guard: 'lastReader', target: 'free', actions: 'leave' },
            { target: 'read_held', actions: 'leave', ...oneReader },
          ],
          'down_write_trylock:0': 'read_held',
          up_write: { target: 'unbalanced', actions: assign({ readers: 0 }) },
        },
      },
      unbalanced: {
        description: 'DEBUG_RWSEMS_WARN_ON: released by a task that does not hold it',
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is released while it is not held' },
        on: {
          down_write: 'write_held',
          'down_write_trylock:1': 'write_held',
          down_read: { target: 'read_held', actions: 'enter' },
          up_write: 'unbalanced',
          up_read: 'unbalanced',
        },
      },
    },
  });
}
