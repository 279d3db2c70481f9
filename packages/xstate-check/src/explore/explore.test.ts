import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { explore, type StateSpace } from './explore.ts';
import { exploreNaively, productOf, randomTables, type Tables } from './random-product.fixture.ts';
import { depthOf, shortestRun } from './run.ts';

const tables = randomTables(fc, { parts: 7, local: 4, vectors: 8 });

/** Counters that step on their own: `local ** parts` states. */
function counters(parts: number, local: number): Tables {
  const next = Array.from({ length: local }, (_, state) => (state + 1) % local);
  const vectors = Array.from({ length: parts }, (_, part) => [[part, next] as const]);
  return { sizes: new Array(parts).fill(local), vectors };
}

function nameOf(space: StateSpace, state: number): string {
  return space.stepper.local(space.table, state).join();
}

describe('exploring a product', () => {
  it.each([
    ['each part on its own', false],
    ['parts put together', true],
  ])(
    'finds what a naive explorer finds, %s: states, depths, transitions, stuck states',
    (_, fused) => {
      fc.assert(
        fc.property(tables, (random) => {
          const naive = exploreNaively(random);
          const space = explore(productOf(random), { fused });
          const all = Array.from({ length: space.states }, (_, state) => state);
          const depths = new Map(all.map((s) => [nameOf(space, s), depthOf(space, s)]));
          expect(depths).toEqual(naive.depthOf);
          expect(space.transitions).toBe(naive.edges.length);
          expect(space.depth).toBe(Math.max(...naive.depthOf.values()));
          expect(space.stuck.map((s) => nameOf(space, s)).sort()).toEqual([...naive.stuck].sort());
        }),
        { numRuns: 300 },
      );
    },
  );

  it('finds a shortest run of the same length to each state, with parts put together', () => {
    fc.assert(
      fc.property(tables, (random) => {
        const plain = explore(productOf(random));
        const fused = explore(productOf(random), { fused: true });
        const stateOf = new Map(
          Array.from({ length: plain.states }, (_, state) => [nameOf(plain, state), state]),
        );
        for (let state = 0; state < fused.states; state++) {
          const run = shortestRun(fused, state, (vector) => vector >> 1);
          const same = shortestRun(plain, stateOf.get(nameOf(fused, state))!, (v) => v >> 1);
          expect(run.vectors).toEqual(same.vectors);
        }
      }),
    );
  });

  it('steps as the naive explorer does, also while it is stepping', () => {
    fc.assert(
      fc.property(tables, (random) => {
        const space = explore(productOf(random));
        const { table, stepper } = space;
        const found: string[] = [];
        for (let state = 0; state < space.states; state++) {
          const from = nameOf(space, state);
          stepper.each(table, state, (vector, key) => {
            const to = table.find(key);
            stepper.each(table, to, () => {});
            found.push(`${from} ${vector} ${nameOf(space, to)}`);
          });
        }
        const expected = exploreNaively(random).edges.map((e) => `${e.from} ${e.vector} ${e.to}`);
        expect(found.sort()).toEqual(expected.sort());
      }),
    );
  });

  it('keeps for each state a step from a state of one depth less', () => {
    fc.assert(
      fc.property(tables, (random) => {
        const space = explore(productOf(random));
        const { table, stepper } = space;
        expect([table.parent[0], table.vector[0]]).toEqual([-1, -1]);
        for (let state = 1; state < space.states; state++) {
          const parent = table.parent[state]!;
          expect(depthOf(space, parent)).toBe(depthOf(space, state) - 1);
          const reached: number[] = [];
          stepper.each(table, parent, (vector, key) => {
            if (vector === table.vector[state]) reached.push(table.find(key));
          });
          expect(reached).toEqual([state]);
        }
      }),
    );
  });

  it('is stuck at once in a product that cannot move', () => {
    const space = explore(productOf({ sizes: [1, 3], vectors: [] }));
    expect(space).toMatchObject({ states: 1, transitions: 0, depth: 0, levels: [0], stuck: [0] });
  });

  it('counts two ways to the same state as two transitions', () => {
    const toggle = [[0, [1, 0]]] as const;
    const space = explore(productOf({ sizes: [2], vectors: [toggle, toggle] }));
    expect(space).toMatchObject({ states: 2, transitions: 4, depth: 1, levels: [0, 1] });
  });
});

describe('bounds of an exploration', () => {
  const product = productOf(counters(6, 8));

  it('stop it soon after too many states, and say how far it got', () => {
    const run = () => explore(product, { states: 1_000 });
    expect(run).toThrow(InputError);
    expect(run).toThrow(
      /^system 'random': stopped at 1[0-4]\d\d states, depth \d+, because the bound is 1000 states;/,
    );
  });

  it('stop it when the state table has too many bytes', () => {
    const run = () => explore(product, { bytes: 100_000 });
    expect(run).toThrow(InputError);
    expect(run).toThrow(
      /stopped at \d+ states, depth \d+, because the state table reached \d+ bytes/,
    );
  });

  it('do not stop it at just as many states as there are', () => {
    expect(explore(product, { states: 8 ** 6 }).states).toBe(8 ** 6);
  });

  it('tell the progress now and then, and at the end', () => {
    const told: number[] = [];
    explore(product, { progress: (states) => told.push(states) });
    expect(told.length).toBeGreaterThan(2);
    expect(told.at(-1)).toBe(8 ** 6);
  });
});
