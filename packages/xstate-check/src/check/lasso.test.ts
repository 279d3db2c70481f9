import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from '../explore/explore.ts';
import { type Graph, graphOf } from '../explore/graph.ts';
import { productOf, randomTables, type Tables } from '../explore/random-product.fixture.ts';
import type { Product } from '../system/product.ts';
import { openStates, stemTo } from './lasso.ts';

const LONGEST = 5;
const tables = randomTables(fc, { parts: 3, local: 3, vectors: 6 });

/** Each vector runs on the thread of its first participant. */
function threaded(random: Tables): Product {
  const product = productOf(random);
  const parts = random.sizes.map((_, i) => ({ name: `p${i}`, thread: `t${i}` }));
  const vectors = product.vectors.map((vector) => ({
    ...vector,
    initiator: vector.participants[0]!.part,
  }));
  return { ...product, parts: parts as unknown as Product['parts'], vectors };
}

interface Walk {
  readonly states: readonly number[];
  readonly vectors: readonly number[];
}

/** All runs from the initial state of just this length. */
function allRuns(graph: Graph, length: number): Walk[] {
  if (length === 0) return [{ states: [0], vectors: [] }];
  return allRuns(graph, length - 1).flatMap(({ states, vectors }) => {
    const from = states.at(-1)!;
    return Array.from({ length: graph.start[from + 1]! - graph.start[from]! }, (_, i) => {
      const edge = graph.start[from]! + i;
      return {
        states: [...states, graph.target[edge]!],
        vectors: [...vectors, graph.vector[edge]!],
      };
    });
  });
}

const compare = (one: readonly number[], other: readonly number[]): number =>
  one.map((vector, i) => vector - other[i]!).find((difference) => difference !== 0) ?? 0;

describe('the stem of a lasso', () => {
  it('is of all shortest runs that break the promise the first with the fewest thread switches', () => {
    let compared = 0;
    const bit = fc.constantFrom(0, 0, 0, 1);
    const bits = fc.array(bit, { minLength: 27, maxLength: 27 });
    fc.assert(
      fc.property(tables, bits, bits, (random, triggers, goals) => {
        const product = threaded(random);
        const space = explore(product);
        const graph = graphOf(space);
        const [trigger, goal] = [triggers, goals].map((of) =>
          Uint8Array.from({ length: space.states }, (_, state) => of[state]!),
        ) as [Uint8Array, Uint8Array];
        const open = openStates(space, graph, trigger, goal);
        const breaks = ({ states }: Walk) =>
          states.some((s, i) => trigger[s] === 1 && states.slice(i).every((t) => goal[t] === 0));
        const switches = ({ vectors }: Walk) =>
          vectors.filter(
            (v, i) =>
              i > 0 &&
              product.vectors[v]!.initiator !== product.vectors[vectors[i - 1]!]!.initiator,
          ).length;
        for (let length = 0; length <= LONGEST; length++) {
          const runs = allRuns(graph, length).filter(breaks);
          for (let target = 0; target < space.states; target++) {
            const own = runs.filter(({ states }) => states.at(-1) === target);
            if (open.distance[target] !== length) {
              // Nothing is nearer than it is said to be, and what is not open has no run at all.
              if (own.length > 0) expect(open.distance[target]).toBeGreaterThanOrEqual(0);
              if (own.length > 0) expect(open.distance[target]).toBeLessThan(length);
              continue;
            }
            const [best] = own.sort(
              (a, b) => switches(a) - switches(b) || compare(a.vectors, b.vectors),
            );
            expect(stemTo(space, graph, open, target)).toEqual(best);
            if (own.some((run) => switches(run) !== switches(best!))) compared++;
          }
        }
      }),
      { numRuns: 300 },
    );
    // Where all runs switch as often there is nothing to choose.
    expect(compared).toBeGreaterThan(20);
  });
});
