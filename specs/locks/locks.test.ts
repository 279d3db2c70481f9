import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lint, ltsOf } from 'xstate-check';
import { listed } from '../../machines/buffer/listed.resource.ts';
import { completion } from '../../machines/locks/completion.resource.ts';
import { dmaResv } from '../../machines/locks/dma-resv.resource.ts';
import { kref } from '../../machines/locks/kref.resource.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { queueLabels, rwsem } from '../../machines/locks/rwsem.resource.ts';

describe('locks, counts and lists, from zeroed memory and from when they are made', () => {
  it.each([
    ['rwsem', rwsem()],
    ['rwsem with a queue', rwsem({ readers: 2, writers: 2 })],
    ['rwsem, zeroed', rwsem({ readers: 2, writers: 1 }, 'uninitialised')],
    ['mutex', mutex()],
    ['mutex, zeroed', mutex('uninitialised')],
    ['dma_resv', dmaResv(2)],
    ['dma_resv, not there', dmaResv(0, 'none')],
    ['kref', kref(3)],
    ['kref, zeroed', kref(1, 'uninitialised')],
    ['completion', completion()],
    ['completion, zeroed', completion('uninitialised')],
    ['list, on', listed('on')],
    ['list, off', listed('off')],
    ['list, zeroed', listed('uninitialised')],
  ])('%s has no lint', (_, machine) => {
    expect(lint(machine)).toEqual([]);
  });
});

const READERS = 2;
const WRITERS = 2;

/** What the bits of `sem->count` and the list of waiters say: kernel/locking/rwsem.c, v7.3. */
interface Count {
  readers: number;
  writer: boolean;
  /** Writers on the list, which sets RWSEM_FLAG_WAITERS. */
  readonly waiters: Set<number>;
}

/** RWSEM_READ_FAILED_MASK; then rwsem_down_read_slowpath(), which may steal what no reader owns. */
const readerEnters = ({ readers, writer, waiters }: Count) =>
  !writer && (waiters.size === 0 || readers === 0);

/** `sem->count` is RWSEM_UNLOCKED_VALUE, or, for a read trylock, shows no writer and no waiter. */
const isUnlocked = ({ readers, writer, waiters }: Count) =>
  readers === 0 && !writer && waiters.size === 0;

/** What the kernel would let happen next, and what it makes of it. */
function stepsOf(count: Count): Map<string, () => void> {
  const { readers, writer, waiters } = count;
  const isFree = readers === 0 && !writer;
  const steps = new Map<string, () => void>();
  const enter = () => {
    count.readers += 1;
  };
  if (readerEnters(count) && readers < READERS) steps.set('down_read', enter);
  const readable = !writer && waiters.size === 0;
  if (readable && readers < READERS) steps.set('down_read_trylock:1', enter);
  if (!readable) steps.set('down_read_trylock:0', () => {});
  if (readers > 0) {
    steps.set('up_read', () => {
      count.readers -= 1;
    });
  }
  const take = () => {
    count.writer = true;
  };
  steps.set(`down_write_trylock:${isUnlocked(count) ? 1 : 0}`, isUnlocked(count) ? take : () => {});
  if (writer) {
    steps.set('up_write', () => {
      count.writer = false;
    });
  }
  queueLabels(WRITERS).forEach(({ wait, take: taken }, w) => {
    if (!isFree && !waiters.has(w)) steps.set(wait, () => waiters.add(w));
    if (!isFree) return;
    steps.set(taken, () => {
      waiters.delete(w);
      count.writer = true;
    });
  });
  return steps;
}

describe('a rwsem whose writers queue', () => {
  const lts = ltsOf(rwsem({ readers: READERS, writers: WRITERS }));
  const width = lts.labels.length;
  /** What is not told by the count: misuse, and what nobody here does. */
  const misuse = ['up_read', 'up_write', 'init_rwsem', 'down_write'];

  it('lets happen what rwsem.c does, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (choices) => {
        const count: Count = { readers: 0, writer: false, waiters: new Set() };
        let state = 0;
        for (const choice of choices) {
          const steps = stepsOf(count);
          const offered = lts.labels.filter((_, label) => lts.next[state * width + label]! >= 0);
          const told = offered.filter((label) => steps.has(label) || !misuse.includes(label));
          // One reader too many is where the bound is, and stands for any number.
          const within = told.filter((label) => steps.has(label) || count.readers < READERS);
          expect([...within].sort()).toEqual([...steps.keys()].sort());
          const [label, does] = [...steps][choice % steps.size]!;
          state = lts.next[state * width + lts.labels.indexOf(label)]!;
          does();
        }
      }),
    );
  });
});
