import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from './explore.ts';
import { type Graph, graphOf } from './graph.ts';
import { productOf, randomTables } from './random-product.fixture.ts';
import { depthOf, type Run, shortestRun } from './run.ts';

const tables = randomTables(fc, { parts: 3, local: 3, vectors: 6 });
/** Vectors 0 and 1 run on one thread, 2 and 3 on another, … */
const threadOf = (vector: number) => vector >> 1;

function switchesOf(vectors: readonly number[]): number {
  return vectors.filter((v, i) => i > 0 && threadOf(v) !== threadOf(vectors[i - 1]!)).length;
}

/** The vectors of all runs from the initial state to `target` of just this length. */
function allRuns(graph: Graph, target: number, length: number, state = 0): number[][] {
  if (length === 0) return state === target ? [[]] : [];
  const runs: number[][] = [];
  for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
    for (const rest of allRuns(graph, target, length - 1, graph.target[edge]!)) {
      runs.push([graph.vector[edge]!, ...rest]);
    }
  }
  return runs;
}

function expectRun(graph: Graph, { states, vectors }: Run): void {
  expect(states).toHaveLength(vectors.length + 1);
  vectors.forEach((vector, step) => {
    const edges = Array.from(
      { length: graph.start[states[step]! + 1]! - graph.start[states[step]!]! },
      (_, i) => graph.start[states[step]!]! + i,
    );
    const taken = edges.find((edge) => graph.vector[edge] === vector)!;
    expect(graph.target[taken]).toBe(states[step + 1]);
  });
}

describe('a shortest run', () => {
  it('is a run, a shortest one, and has the fewest thread switches of these', () => {
    fc.assert(
      fc.property(tables, (random) => {
        const space = explore(productOf(random));
        const graph = graphOf(space);
        for (let target = 0; target < space.states; target++) {
          const length = depthOf(space, target);
          if (length > 5) break;
          const run = shortestRun(space, target, threadOf);
          expectRun(graph, run);
          expect([run.states[0], run.states.at(-1)]).toEqual([0, target]);
          const all = allRuns(graph, target, length);
          const fewest = Math.min(...all.map(switchesOf));
          expect(run.vectors).toHaveLength(length);
          expect(switchesOf(run.vectors)).toBe(fewest);
        }
      }),
    );
  });

  it('to the initial state is empty', () => {
    const space = explore(productOf({ sizes: [2], vectors: [[[0, [1, 0]]]] }));
    expect(shortestRun(space, 0, threadOf)).toEqual({ states: [0], vectors: [] });
  });

  it('takes the first vector where nothing else decides', () => {
    const step = [[0, [1, -1]]] as const;
    const space = explore(productOf({ sizes: [2], vectors: [step, step, step] }));
    expect(shortestRun(space, 1, threadOf).vectors).toEqual([0]);
  });

  it('runs one thread as long as it can', () => {
    // Two counters; vectors 0 and 2 step the first and the second.
    const up = [1, 2, -1];
    const never = [[0, [-1, -1, -1]]] as const;
    const space = explore(productOf({ sizes: [3, 3], vectors: [[[0, up]], never, [[1, up]]] }));
    expect(shortestRun(space, space.stuck[0]!, threadOf).vectors).toEqual([0, 0, 2, 2]);
  });
});
