import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from './explore.ts';
import { components, type Graph, graphOf } from './graph.ts';
import { exploreNaively, productOf, randomTables } from './random-product.fixture.ts';

const SIZE = 9;
const node = fc.nat({ max: SIZE - 1 });
const arcs = fc.array(fc.record({ from: node, to: node }), {
  maxLength: 25,
});
const selection = fc.array(fc.boolean(), { minLength: SIZE, maxLength: SIZE });

interface Arc {
  readonly from: number;
  readonly to: number;
}

function graphFrom(sorted: readonly Arc[]): Graph {
  const start = Int32Array.from(
    { length: SIZE + 1 },
    (_, s) => sorted.filter((a) => a.from < s).length,
  );
  const target = Int32Array.from(sorted, (arc) => arc.to);
  return { states: SIZE, start, target, vector: new Int32Array(sorted.length) };
}

/** `reach[a][b]`: there is a path from a to b, the empty one included. */
function reachability(arcs: readonly Arc[]): boolean[][] {
  const nodes = Array.from({ length: SIZE }, (_, n) => n);
  const reach = nodes.map((a) =>
    nodes.map((b) => a === b || arcs.some((x) => x.from === a && x.to === b)),
  );
  for (const via of nodes) {
    for (const a of nodes)
      for (const b of nodes) reach[a]![b] ||= reach[a]![via]! && reach[via]![b]!;
  }
  return reach;
}

describe('components', () => {
  it('are the classes of states that reach each other, within a part of the graph', () => {
    fc.assert(
      fc.property(arcs, selection, (random, within) => {
        const sorted = [...random].sort((a, b) => a.from - b.from);
        const found = new Map<number, number[]>();
        const { of, count } = components(
          graphFrom(sorted),
          Uint8Array.from(within, Number),
          (component, stack, from) => found.set(component, stack.slice(from)),
        );
        const kept = sorted.filter((a) => within[a.from] && within[a.to]);
        const reach = reachability(kept);
        for (let a = 0; a < SIZE; a++) {
          expect(of[a]! >= 0).toBe(within[a]);
          for (let b = 0; b < SIZE; b++) {
            if (!within[a] || !within[b]) continue;
            expect(of[a] === of[b]).toBe(reach[a]![b]! && reach[b]![a]!);
          }
        }
        expect([...found.keys()]).toEqual([...Array(count).keys()]);
        for (const [component, states] of found) {
          const members = [...of.keys()].filter((state) => of[state] === component);
          expect(states.sort((a, b) => a - b)).toEqual(members);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are numbered so that no transition leads to a higher number', () => {
    fc.assert(
      fc.property(arcs, (random) => {
        const sorted = [...random].sort((a, b) => a.from - b.from);
        const { of } = components(graphFrom(sorted));
        for (const { from, to } of sorted) expect(of[to]).toBeLessThanOrEqual(of[from]!);
      }),
    );
  });

  it('of a long line do not exhaust the stack', () => {
    const states = 200_000;
    const start = Int32Array.from({ length: states + 1 }, (_, s) => Math.min(s, states - 1));
    const target = Int32Array.from({ length: states - 1 }, (_, s) => s + 1);
    expect(components({ states, start, target, vector: target }).count).toBe(states);
  });
});

describe('the graph of a state space', () => {
  it('has the transitions that a naive explorer finds', () => {
    fc.assert(
      fc.property(randomTables(fc, { parts: 5, local: 4, vectors: 8 }), (random) => {
        const space = explore(productOf(random));
        const { start, target, vector } = graphOf(space);
        const name = (state: number) => space.stepper.local(space.table, state).join();
        const found: string[] = [];
        for (let from = 0; from < space.states; from++) {
          for (let e = start[from]!; e < start[from + 1]!; e++) {
            found.push(`${name(from)} ${vector[e]} ${name(target[e]!)}`);
          }
        }
        const expected = exploreNaively(random).edges.map((e) => `${e.from} ${e.vector} ${e.to}`);
        expect(found.sort()).toEqual(expected.sort());
      }),
    );
  });
});
