import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from './explore.ts';
import { exploreNaively, productOf, randomTables } from './random-product.fixture.ts';
import { sweep } from './sweep.ts';

const tables = randomTables(fc, { parts: 4, local: 4, vectors: 8 }).filter(
  ({ sizes }) => sizes.reduce((bits, size) => bits + Math.ceil(Math.log2(size)), 0) <= 28,
);

describe('a sweep', () => {
  it('counts the states, transitions and stuck states that a naive explorer finds', () => {
    fc.assert(
      fc.property(tables, (random) => {
        const { depthOf, edges, stuck } = exploreNaively(random);
        expect(sweep(productOf(random))).toMatchObject({
          states: depthOf.size,
          transitions: edges.length,
          depth: Math.max(...depthOf.values()),
          stuck: stuck.length,
        });
      }),
      { numRuns: 300 },
    );
  });

  it('counts as an exploration does where levels are so large that they are ordered', () => {
    const next = Array.from({ length: 5 }, (_, state) => (state + 1) % 5);
    const last = [-1, -1, -1, -1, 0];
    const alone = Array.from({ length: 7 }, (_, part) => [[part, next] as const]);
    const together = [[0, last] as const, [6, last] as const];
    const product = productOf({ sizes: new Array(7).fill(5), vectors: [...alone, together] });
    const { states, transitions, depth, levels } = explore(product);
    expect(Math.max(...levels.map((first, i) => (levels[i + 1] ?? states) - first))).toBe(8_135);
    expect(sweep(product)).toMatchObject({ states, transitions, depth, stuck: 0 });
  });

  it('meets a goal at its least depth, and an exploration of as many states has met it', () => {
    fc.assert(
      fc.property(tables, fc.nat(), (random, pick) => {
        const product = productOf(random);
        const all = [...exploreNaively(random).depthOf];
        const [goal, depth] = all[pick % all.length]!;
        const { met } = sweep(product, (local) => local.join() === goal);
        expect(met).toBe(all.filter(([, d]) => d <= depth).length);
        const seen = explore(product, { states: met!, keepSeen: true });
        const names = Array.from({ length: seen.states }, (_, s) =>
          seen.stepper.local(seen.table, s).join(),
        );
        expect(names.indexOf(goal)).toBeLessThan(met!);
        expect(names).toContain(goal);
      }),
    );
  });

  it('says nothing is met where the goal holds nowhere', () => {
    const toggle = [[0, [1, 0]]] as const;
    expect(sweep(productOf({ sizes: [2], vectors: [toggle] }), () => false).met).toBeUndefined();
  });

  it('says what its set and its two longest levels take: a bit and a word for each state', () => {
    const round = [[0, Array.from({ length: 128 }, (_, state) => (state + 1) % 128)]] as const;
    const set = 128 / 32;
    const levels = 1 + (1 << 12);
    const product = productOf({ sizes: [128], vectors: [round] });
    for (const goal of [undefined, ([local]: Int32Array) => local === 127]) {
      const swept = sweep(product, goal);
      expect(swept).toMatchObject({ states: 128, bytes: 4 * (set + levels) });
    }
  });

  it('refuses a product with more states than it has bits', () => {
    const product = productOf({ sizes: [1000, 1000, 1000, 1000], vectors: [] });
    expect(() => sweep(product)).toThrow(/a state takes 40 bits .*; explore it$/);
  });
});
