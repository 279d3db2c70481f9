import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Batch } from './batch.ts';
import { StateTable } from './state-table.ts';

/** Keys of one to four words; few different values, so that many are equal. */
const keys = fc.integer({ min: 1, max: 4 }).chain((words) => {
  const word = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1));
  const key = fc.array(word, { minLength: words, maxLength: words });
  return fc.record({ words: fc.constant(words), all: fc.array(key, { maxLength: 600 }) });
});

function batchOf(words: number, all: readonly (readonly number[])[]): Batch {
  const batch = new Batch(words, all.length);
  batch.count = all.length;
  batch.keys.set(all.flat());
  batch.source.set(all.map((_, i) => i));
  batch.vector.set(all.map((_, i) => i * 2));
  return batch;
}

describe('a state table', () => {
  it('behaves like a Map from states to their numbers', () => {
    fc.assert(
      fc.property(keys, ({ words, all }) => {
        const table = new StateTable(words, 4);
        const model = new Map<string, number>();
        all.forEach((key, step) => {
          const known = model.get(key.join());
          expect(table.find(Int32Array.from(key))).toBe(known ?? -1);
          const id = table.add(Int32Array.from(key), step, step * 2);
          expect(id).toBe(known ?? model.size);
          model.set(key.join(), id);
        });
        expect(table.count).toBe(model.size);
      }),
    );
  });

  it('adds a batch as if its states were added one by one', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 300 }), ({ words, all }, size) => {
        const single = new StateTable(words, 4);
        const batched = new StateTable(words, 4);
        for (let from = 0; from < all.length; from += size) {
          const some = all.slice(from, from + size);
          some.forEach((key, i) => {
            single.add(Int32Array.from(key), i, i * 2);
          });
          batched.addAll(batchOf(words, some));
        }
        const content = ({ count, states, parent, vector }: StateTable) => ({
          states: states.slice(0, count * words),
          parent: parent.slice(0, count),
          vector: vector.slice(0, count),
        });
        expect(content(batched)).toEqual(content(single));
      }),
    );
  });

  it('finds everything again after it has grown many times', () => {
    const table = new StateTable(2);
    const keyOf = (i: number) => Int32Array.of(i & 1023, i >> 10);
    for (let i = 0; i < 200_000; i++) table.add(keyOf(i), i - 1, 0);
    for (let i = 0; i < 200_000; i++) if (table.find(keyOf(i)) !== i) expect.fail(`state ${i}`);
    expect(table.find(keyOf(200_000))).toBe(-1);
  });

  it('holds what it was before it grew no longer than while it grows', () => {
    const table = new StateTable(1, 4);
    for (let i = 0; i < 10_000; i++) {
      table.add(Int32Array.of(i), 0, 0);
      const { states, parent, vector, entries, before } = table.arrays;
      expect(before).toBeUndefined();
      expect(table.bytes).toBe(
        4 * (states.length + parent.length + vector.length + entries.length),
      );
    }
    expect(table.peakBytes).toBeGreaterThan(table.bytes);
  });

  it('counts the slots of before among its most bytes, until all states have moved', () => {
    const table = new StateTable(1, 4);
    for (let i = 0; i < 7; i++) table.add(Int32Array.of(i), 0, 0);
    const [rows, before, now] = [9, 8, 16];
    expect(table.bytes).toBe(4 * (3 * rows + now));
    expect(table.peakBytes).toBe(4 * (3 * rows + before + now));
  });

  it('stays below 60 bytes a state at its peak, with two words, and small while it is empty', () => {
    const table = new StateTable(2);
    expect(table.bytes).toBeLessThan(10_000);
    let most = 0;
    for (let i = 0; i < 300_000; i++) {
      table.add(Int32Array.of(i, 0), -1, -1);
      if (i > 1_000) most = Math.max(most, table.peakBytes / table.count);
    }
    expect(most).toBeLessThan(60);
  });
});
