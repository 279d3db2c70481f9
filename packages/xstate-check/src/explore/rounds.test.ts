import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from './explore.ts';
import { Moves } from './moves.ts';
import { fusedPacking } from './packing.ts';
import { productOf, randomTables, type Tables } from './random-product.fixture.ts';
import { memoryFor, Round } from './round.ts';
import { Rounds } from './rounds.ts';
import { StateTable } from './state-table.ts';

/**
 * Explores in rounds of small chunks, with threads that are played here one after the other: who
 * does an item, and which thread is next, is drawn. Each takes its items in their order.
 */
function exploreInRounds(tables: Tables, threads: number, draw: (below: number) => number) {
  const { movers, packing } = fusedPacking(productOf(tables));
  const table = new StateTable(packing.words);
  table.add(new Int32Array(packing.words), -1, -1);
  table.share();
  const moves = () => new Moves(movers);
  const memory = { ...memoryFor(packing.words, moves().most), states: 2 };
  const others = Array.from({ length: threads - 1 }, () => new StateTable(packing.words));
  const all = [table, ...others].map((one) => new Round(memory, one, moves()));
  const tellArrays = () => {
    for (const other of others) other.view(table.arrays);
  };
  const rounds = new Rounds(table, memory, {
    do(task, items) {
      const taken = all.map((): number[] => []);
      for (let item = 0; item < items; item++) taken[draw(threads)]!.push(item);
      while (taken.some((left) => left.length > 0)) {
        const thread = draw(threads);
        const item = taken[thread]!.shift();
        if (item !== undefined) all[thread]!.do(task, item);
      }
    },
    tellArrays,
  });
  tellArrays();
  let transitions = 0;
  for (let state = 0; state < table.count; ) {
    const end = table.count;
    while (state < end) {
      const left = rounds.leave(state, end);
      transitions += left.transitions;
      state = left.state;
    }
  }
  return { table, transitions };
}

/** Numbers below what is asked, drawn from a seed. */
function drawsFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 8) % below;
  };
}

function found(table: StateTable) {
  const { words, count } = table;
  return {
    count,
    states: table.states.slice(0, count * words),
    parents: table.parent.slice(0, count),
    vectors: table.vector.slice(0, count),
    all: Array.from({ length: count }, (_, state) =>
      table.find(table.states.slice(state * words, (state + 1) * words)),
    ),
  };
}

describe('rounds', () => {
  it('find what one thread finds, with the same numbers, whoever is quicker', () => {
    const tables = randomTables(fc, { parts: 6, local: 4, vectors: 10 });
    fc.assert(
      fc.property(tables, fc.integer({ min: 2, max: 4 }), fc.integer(), (random, threads, seed) => {
        const { table, transitions } = exploreInRounds(random, threads, drawsFrom(seed));
        const alone = explore(productOf(random), { fused: true, threads: 1 });
        expect(found(table)).toEqual(found(alone.table));
        expect(transitions).toBe(alone.transitions);
      }),
      { numRuns: 200 },
    );
  });
});
