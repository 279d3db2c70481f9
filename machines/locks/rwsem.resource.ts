import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'init_rwsem',
  'down_write',
  'down_write_trylock:1',
  'down_write_trylock:0',
  'up_write',
  'down_read',
  'down_read_trylock:1',
  'down_read_trylock:0',
  'up_read',
] as const;

export interface RwsemBounds {
  /**
   * Most readers that all who are here can be at once; one more stands for any number, of which some
   * never leave.
   */
  readonly readers: number;
  /** How many writers are seen to queue, each by labels of its own: `writer[0].down_write:wait`. */
  readonly writers: number;
}

/** The labels of the writers that are seen to queue. */
export function queueLabels(writers: number): { readonly wait: string; readonly take: string }[] {
  return Array.from({ length: writers }, (_, w) => ({
    wait: `writer[${w}].down_write:wait`,
    take: `writer[${w}].down_write`,
  }));
}

/**
 * A reader-writer semaphore (`struct rw_semaphore`). It accepts every operation that does not
 * block in the kernel; releasing what is not held is a violation, after which the semaphore goes
 * on as free.
 *
 * Beside other readers no reader enters while a writer waits: rwsem_read_trylock() fails at
 * RWSEM_FLAG_WAITERS, and rwsem_down_read_slowpath() queues where readers own the lock. Once it is
 * free, a reader may be faster than the writer that is being woken. A trylock fails as long as anybody
 * waits, also on a free lock. That the lock is handed over to who has waited for 4 ms only takes away
 * runs that are here.
 *
 * @param initially - `uninitialised` where the system starts before init_rwsem()
 */
export const rwsem = madeOnce(function rwsem(
  { readers: most, writers }: RwsemBounds = { readers: 1, writers: 0 },
  initially: 'uninitialised' | 'free' = 'free',
) {
  const queue = queueLabels(writers).map((own, w) => ({ ...own, writer: String(w) }));
  const machine = setup({
    types: {
      context: {} as { readers: number; queued: string },
      events: {} as { type: string },
    },
    guards: {
      nobodyWaits: ({ context }) => context.queued === '',
      somebodyWaits: ({ context }) => context.queued !== '',
      doesNotWait: ({ context }, writer: string) => !context.queued.split(',').includes(writer),
      lastReader: ({ context }) => context.readers === 1,
    },
    actions: {
      wait: assign({
        queued: ({ context }, writer: string) =>
          [...context.queued.split(','), writer].filter(Boolean).sort().join(),
      }),
      take: assign({
        queued: ({ context }, writer: string) =>
          context.queued
            .split(',')
            .filter((other) => other !== writer)
            .join(),
      }),
      enter: assign({ readers: ({ context }) => Math.min(context.readers, most) + 1 }),
      leave: assign({
        readers: ({ context: { readers } }) => (readers > most ? readers : readers - 1),
      }),
      reset: assign({ readers: 0, queued: '' }),
      empty: assign({ readers: 0 }),
    },
  });

  const waits = (target: string) =>
    Object.fromEntries(
      queue.map(({ wait, writer }) => [
        wait,
        {
          guard: { type: 'doesNotWait', params: writer },
          target,
          actions: { type: 'wait', params: writer },
        } as const,
      ]),
    );
  const takes = Object.fromEntries(
    queue.map(({ take, writer }) => [
      take,
      { target: 'write_held', actions: { type: 'take', params: writer } } as const,
    ]),
  );
  const ifNobodyWaits = <T>(always: T) =>
    writers === 0 ? always : ({ guard: 'nobodyWaits', ...always } as const);
  const whereFree = {
    down_write: 'write_held',
    ...takes,
    'down_write_trylock:1': ifNobodyWaits({ target: 'write_held' }),
    down_read: { target: 'read_held', actions: 'enter' },
    'down_read_trylock:1': ifNobodyWaits({ target: 'read_held', actions: 'enter' } as const),
    up_write: 'unbalanced',
    up_read: 'unbalanced',
  } as const;
  const fails = (target: string) =>
    writers === 0
      ? {}
      : ({
          'down_write_trylock:0': { guard: 'somebodyWaits', target },
          'down_read_trylock:0': { guard: 'somebodyWaits', target },
        } as const);

  return machine.createMachine({
    id: 'rwsem',
    description: 'include/linux/rwsem.h: many readers or one writer; waiters queue',
    meta: {
      labels: [...labels, ...queue.flatMap(({ wait, take }) => [wait, take])],
      source: 'include/linux/rwsem.h, kernel/locking/rwsem.c, v7.3',
      unreachable: initially === 'uninitialised' ? [] : ['uninitialised', 'taken_before_init'],
    },
    context: { readers: 0, queued: '' },
    initial: initially,
    states: {
      uninitialised: {
        description: 'zeroed memory, in which it works, but for what lockdep and DEBUG_RWSEMS say',
        tags: ['quiescent'],
        on: {
          init_rwsem: 'free',
          down_write: 'taken_before_init',
          ...Object.fromEntries(queue.map(({ take }) => [take, 'taken_before_init'])),
          'down_write_trylock:1': 'taken_before_init',
          down_read: 'taken_before_init',
          'down_read_trylock:1': 'taken_before_init',
          up_write: 'unbalanced',
          up_read: 'unbalanced',
        },
      },
      free: {
        tags: ['quiescent'],
        on: { init_rwsem: 'free', ...whereFree, ...fails('free') },
      },
      write_held: {
        meta: { held: 'for writing' },
        on: {
          init_rwsem: { target: 'initialised_while_held', actions: 'reset' },
          up_write: 'free',
          ...waits('write_held'),
          'down_write_trylock:0': 'write_held',
          'down_read_trylock:0': 'write_held',
          up_read: 'unbalanced',
        },
      },
      read_held: {
        meta: { held: 'for reading' },
        on: {
          init_rwsem: { target: 'initialised_while_held', actions: 'reset' },
          down_read: ifNobodyWaits({ target: 'read_held', actions: 'enter' } as const),
          'down_read_trylock:1': ifNobodyWaits({ target: 'read_held', actions: 'enter' } as const),
          ...fails('read_held'),
          up_read: [
            { guard: 'lastReader', target: 'free', actions: 'leave' },
            { target: 'read_held', actions: 'leave' },
          ],
          ...waits('read_held'),
          'down_write_trylock:0': 'read_held',
          up_write: { target: 'unbalanced', actions: 'empty' },
        },
      },
      taken_before_init: {
        tags: ['violation'],
        meta: { finding: 'is taken before init_rwsem()', held: true },
        on: {
          init_rwsem: { target: 'initialised_while_held', actions: 'reset' },
          up_write: 'uninitialised',
          up_read: 'uninitialised',
          ...waits('taken_before_init'),
          'down_write_trylock:0': 'taken_before_init',
          'down_read_trylock:0': 'taken_before_init',
        },
      },
      initialised_while_held: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is initialised while it is held, and so free at once' },
        on: { init_rwsem: 'initialised_while_held', ...whereFree },
      },
      unbalanced: {
        description: 'DEBUG_RWSEMS_WARN_ON: released by a task that does not hold it',
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is released while it is not held' },
        on: { init_rwsem: 'free', ...whereFree, ...fails('unbalanced') },
      },
    },
  });
});
