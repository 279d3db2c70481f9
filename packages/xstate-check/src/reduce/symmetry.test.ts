import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from '../explore/explore.ts';
import { productOf, type Tables } from '../explore/random-product.fixture.ts';
import type { Product } from '../system/product.ts';
import { either, type Goal, isReached, partIs } from './goal.ts';
import { exploreOrbits } from './orbits.ts';
import { spaceAlong } from './shortest.ts';
import { symmetryOf } from './symmetry.ts';

type Table = readonly number[];

/** A kind of thing and what it does: alone, with the one part that all share, or in a pair. */
interface Kind {
  readonly alone: readonly Table[];
  readonly shared: readonly (readonly [own: Table, shared: Table])[];
  readonly pairs: readonly (readonly [one: Table, other: Table])[];
}

const LOCAL = 3;
const table = fc.array(fc.integer({ min: -1, max: LOCAL - 1 }), {
  minLength: LOCAL,
  maxLength: LOCAL,
});
const kind = fc.record({
  alone: fc.array(table, { maxLength: 2 }),
  shared: fc.array(fc.tuple(table, table), { maxLength: 2 }),
  pairs: fc.array(fc.tuple(table, table), { maxLength: 1 }),
});

/** So many things of a kind, and one part that they share: `thing[0]`, `thing[1]`, …, `shared`. */
function instances({ alone, shared, pairs }: Kind, count: number): Product {
  const things = Array.from({ length: count }, (_, i) => i);
  const vectors: Tables['vectors'] = things.flatMap((i) => [
    ...alone.map((own) => [[i, own]] as const),
    ...shared.map(
      ([own, other]) =>
        [
          [i, own],
          [count, other],
        ] as const,
    ),
    ...pairs.flatMap(([one, other]) =>
      things
        .filter((j) => j !== i)
        .map(
          (j) =>
            [
              [i, one],
              [j, other],
            ] as const,
        ),
    ),
  ]);
  const product = productOf({ sizes: [...things.map(() => LOCAL), LOCAL], vectors });
  return { ...product, parts: named([...things.map((i) => `thing[${i}]`), 'shared']) };
}

function named(names: readonly string[]): Product['parts'] {
  return names.map((name) => ({ name })) as unknown as Product['parts'];
}

describe('symmetry reduction of random products', () => {
  it('keeps one state of each orbit, goals, stops and the lengths of runs', () => {
    fc.assert(
      fc.property(kind, fc.integer({ min: 2, max: 4 }), fc.nat(2), fc.nat(2), (of, n, a, b) => {
        const product = instances(of, n);
        const all = [...Array(n).keys()];
        const stop = either(...all.map((i) => partIs(product, i, (local) => local === a)));
        const goals: Goal[] = [
          ...all.map((i) => partIs(product, i, (local) => local === a)),
          { kind: 'and', of: all.map((i) => partIs(product, i, (local) => local === b)) },
        ];
        const space = explore(product);
        const symmetry = symmetryOf(product, [...goals, stop]);
        expect(symmetry.families).toHaveLength(1);
        expect(symmetry.orbitOf).toEqual([...all.map(() => 0), n, n + 1]);
        const orbits = exploreOrbits(product, symmetry, goals, stop);

        expect(orbits.states()).toBe(BigInt(space.states));
        expect(orbits.depth).toBe(space.depth);
        const local = (state: number) => space.stepper.local(space.table, state);
        const keys = Array.from({ length: space.states }, (_, state) => {
          const [things, shared] = [[...local(state).subarray(0, n)].sort(), local(state)[n]];
          return `${things} ${shared}`;
        });
        expect(orbits.orbits).toBe(new Set(keys).size);

        for (const [goal, wanted] of goals.entries()) {
          const first = keys.findIndex((_, state) => isReached(wanted, local(state)));
          const run = orbits.runs[goal];
          expect(run?.vectors.length ?? -1).toBe(first < 0 ? -1 : depthOf(space.levels, first));
          if (run === undefined) continue;
          const along = spaceAlong(product, run.vectors);
          const last = along.stepper.local(along.table, along.states - 1);
          expect(isReached(goals[run.goal]!, last)).toBe(true);
          expect(symmetry.orbitOf[run.goal]).toBe(symmetry.orbitOf[goal]);
        }
        const stuck = space.stuck.find((state) => isReached(stop, local(state)));
        expect(orbits.stop?.length).toBe(stuck && depthOf(space.levels, stuck));
      }),
      { numRuns: 1_000 },
    );
  });

  const depthOf = (levels: readonly number[], state: number) =>
    levels.filter((first) => first <= state).length - 1;
});

describe('what can be exchanged', () => {
  const step = [1, 2, 0];

  it('is found in classes: two kinds of things are not exchanged for each other', () => {
    const product = {
      ...productOf({
        sizes: [3, 3, 3, 3],
        vectors: [[[0, step]], [[1, [1, 0, -1]]], [[2, step]], [[3, [1, 0, -1]]]],
      }),
      parts: named(['thing[0]', 'thing[1]', 'thing[2]', 'thing[3]']),
    };
    expect(symmetryOf(product).families.map(({ members }) => members)).toEqual([
      [[0], [2]],
      [[1], [3]],
    ]);
  });

  it('is counted for each kind on its own, also where both are in states of one number', () => {
    const toggle = [1, 0];
    const product = {
      ...productOf({
        sizes: [2, 2, 2, 2],
        vectors: [[[0, toggle]], [[1, toggle]], [[2, [1, 1]]], [[3, [1, 1]]]],
      }),
      parts: named(['lamp[0]', 'lamp[1]', 'fuse[0]', 'fuse[1]']),
    };
    const orbits = exploreOrbits(product, symmetryOf(product));
    expect([orbits.orbits, orbits.states()]).toEqual([3 * 3, 2n ** 4n]);
  });

  it('is refused, with the reason, where an order makes a difference', () => {
    const product = {
      ...productOf({
        sizes: [3, 3],
        vectors: [
          [[0, step]],
          [[1, step]],
          [
            [0, [1, -1, -1]],
            [1, [-1, 2, -1]],
          ],
        ],
      }),
      parts: named(['thing[0]', 'thing[1]']),
    };
    expect(symmetryOf(product)).toMatchObject({
      families: [],
      refused: [{ name: 'thing[0], thing[1]', why: 'nothing corresponds to the step v2' }],
    });
  });

  it('is refused where a property makes a difference', () => {
    const product = {
      ...productOf({ sizes: [3, 3], vectors: [[[0, step]], [[1, step]]] }),
      parts: named(['thing[0]', 'thing[1]']),
    };
    const goal = partIs(product, 0, (local) => local === 2);
    expect(symmetryOf(product, [goal])).toMatchObject({
      families: [],
      refused: [{ why: 'a property makes a difference between them' }],
    });
  });

  it('is refused where the counterpart of a part is missing', () => {
    const product = {
      ...productOf({ sizes: [3, 3, 3], vectors: [[[0, step]], [[1, step]], [[2, step]]] }),
      parts: named(['buffer[0]', 'buffer[1]', 'map(buffer[0])']),
    };
    expect(symmetryOf(product)).toMatchObject({
      families: [],
      refused: [{ why: 'nothing corresponds to map(buffer[0])' }],
    });
  });

  it('is refused where a part has two of the indices', () => {
    const pairs = [0, 1, 2].flatMap((i) => [0, 1, 2].flatMap((j) => (i === j ? [] : [[i, j]])));
    const product = {
      ...productOf({
        sizes: pairs.map(() => 3),
        vectors: pairs.map((_, part) => [[part, step]] as const),
      }),
      parts: named(pairs.map(([i, j]) => `pair(thing[${i}], thing[${j}])`)),
    };
    const goals = pairs.map(([i, j], part) =>
      partIs(product, part, (local) => i! < j! && local === 2),
    );
    expect(symmetryOf(product, goals).families).toEqual([]);
    const all = symmetryOf(product);
    expect(all).toMatchObject({
      families: [],
      refused: [{ name: 'thing[0], thing[1]', why: 'a part has two of the indices' }],
    });
    expect(exploreOrbits(product, all).states()).toBe(BigInt(explore(product).states));
  });
});
