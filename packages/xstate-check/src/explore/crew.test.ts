import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { canHaveHelpers } from './crew.ts';
import { type Bounds, explore, type StateSpace } from './explore.ts';
import { productOf, randomTables, type Tables } from './random-product.fixture.ts';

/** Counters that step on their own, and one that two of them step together. */
function counters(parts: number, local: number): Tables {
  const next = Array.from({ length: local }, (_, state) => (state + 1) % local);
  const once = [...next.slice(0, -1), -1];
  const vectors = Array.from({ length: parts }, (_, part) => [[part, next] as const]);
  return {
    sizes: new Array(parts).fill(local),
    vectors: [
      ...vectors,
      [
        [0, once],
        [1, once],
      ],
    ],
  };
}

/** All that can be asked of a space, numbers of states, parents and levels included. */
function all({ table, states, transitions, depth, levels, stuck, stopped }: StateSpace) {
  const { words } = table;
  return {
    ...{ states, transitions, depth, levels, stopped, stuck },
    keys: table.states.slice(0, states * words),
    parents: table.parent.slice(0, states),
    vectors: table.vector.slice(0, states),
    found: Array.from({ length: Math.min(states, 100) }, (_, state) =>
      table.find(table.states.slice(state * words, (state + 1) * words)),
    ),
  };
}

function expectSame(tables: Tables, bounds: Bounds = {}): void {
  const product = productOf(tables);
  const one = all(explore(product, { ...bounds, threads: 1 }));
  expect(all(explore(product, { ...bounds, threads: 2 }))).toEqual(one);
  expect(all(explore(product, { ...bounds, threads: 3 }))).toEqual(one);
}

const needsBuild = 'several threads find just what one finds';
describe.skipIf(!canHaveHelpers())(
  canHaveHelpers() ? needsBuild : `${needsBuild} (skipped: not built)`,
  () => {
    it('in small spaces', () => {
      const tables = randomTables(fc, { parts: 6, local: 4, vectors: 8 });
      fc.assert(
        fc.property(tables, (random) => expectSame(random, { fused: true })),
        { numRuns: 10 },
      );
    });

    it('in spaces of many chunks, of one word and of several, while the table grows', () => {
      expectSame(counters(5, 8));
      expectSame(counters(5, 8), { fused: true });
      const { sizes, vectors } = counters(5, 8);
      expectSame({ sizes: [...sizes, 5_000, 5_000], vectors });
    });

    it('in a space that is so large that helpers have begun before it is explored', () => {
      const product = productOf(counters(6, 8));
      const spaces = [1, 2, 3].map((threads) => explore(product, { fused: true, threads }));
      // Compared as bytes: what differs would be too much to print.
      const [one, ...others] = spaces.map(({ states, transitions, table }) => ({
        counts: [states, transitions],
        bytes: [table.states, table.parent, table.vector].map((array) =>
          createHash('sha256').update(array.subarray(0, states)).digest('hex'),
        ),
      }));
      expect(one?.counts).toEqual([262_144, 1_773_568]);
      for (const other of others) expect(other).toEqual(one);
    });

    it('where a bound stops them: after the same round, with all levels but the last', () => {
      const product = productOf(counters(5, 8));
      const stop = (threads: number) =>
        all(explore(product, { states: 9_000, keepSeen: true, threads }));
      expect(stop(3)).toEqual(stop(2));
      expect(stop(2).stopped).toMatch(/bound is 9000 states/);
      expect(stop(2).states).toBe(11_228);
    });

    it('and stop with the same error where nothing is to be kept', () => {
      const product = productOf(counters(5, 8));
      const run = () => explore(product, { states: 9_000, threads: 2 });
      expect(run).toThrow(InputError);
      expect(run).toThrow(/stopped at 11228 states, depth \d+, because the bound is 9000 states/);
    });
  },
);
