import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../base/errors.ts';
import type { LabelledGraph, Path, Transition } from './labelled-graph.ts';
import { findPrimePaths, primePaths } from './prime-paths.ts';
import { shortestPaths } from './shortest-paths.ts';
import { simplePaths } from './simple-paths.ts';
import { countTransitionPairs, transitionPairs } from './transition-pairs.ts';
import { countTransitions, transitions } from './transitions.ts';

/** A graph written as `['0a1', '1b0']`: from state, label, to state. */
function graph(...edges: string[]): LabelledGraph {
  const parsed = edges.map((edge) => ({
    from: Number(edge[0]),
    label: edge.charCodeAt(1) - 97,
    to: Number(edge[2]),
  }));
  const states = Math.max(...parsed.flatMap(({ from, to }) => [from, to])) + 1;
  const outgoing = Array.from({ length: states }, (_, from) =>
    parsed.filter((transition) => transition.from === from),
  );
  return { name: 'sample', outgoing };
}

const written = (paths: readonly Path[]) =>
  paths
    .map((path) =>
      path.map(({ from, label, to }) => `${from}${String.fromCharCode(97 + label)}${to}`).join(' '),
    )
    .sort();

/** Every state reaches every other one, by one transition. */
function complete(states: number): LabelledGraph {
  const outgoing = Array.from({ length: states }, (_, from) =>
    Array.from({ length: states }, (_, to) => ({ from, label: to, to })).filter(
      (transition) => transition.to !== from,
    ),
  );
  return { name: `complete ${states}`, outgoing };
}

/** A row of `length` diamonds, each of which can be passed in two ways. */
function diamonds(length: number): LabelledGraph {
  const outgoing = Array.from({ length: 3 * length + 1 }, (_, state): Transition[] => {
    const corner = state % 3;
    if (corner !== 0) return [{ from: state, label: 0, to: state + 3 - corner }];
    if (state === 3 * length) return [];
    return [1, 2].map((side) => ({ from: state, label: side, to: state + side }));
  });
  return { name: `${length} diamonds`, outgoing };
}

const anyGraph = fc
  .record({ states: fc.integer({ min: 1, max: 6 }), labels: fc.integer({ min: 1, max: 3 }) })
  .chain(({ states, labels }) =>
    fc
      .array(fc.integer({ min: -1, max: states - 1 }), {
        minLength: states * labels,
        maxLength: states * labels,
      })
      .map((next): LabelledGraph => {
        const outgoing = Array.from({ length: states }, (_, from) =>
          Array.from({ length: labels }, (_, label) => ({
            from,
            label,
            to: next[from * labels + label]!,
          })).filter(({ to }) => to >= 0),
        );
        return { name: 'random', outgoing };
      }),
  );

/** All simple paths of at least one transition, grown one transition at a time. */
function everySimplePath({ outgoing }: LabelledGraph): Path[] {
  const isSimple = (path: Path) => {
    const visited = [path[0]!.from, ...path.slice(0, -1).map(({ to }) => to)];
    const last = path.at(-1)!.to;
    return new Set(visited).size === visited.length && !visited.slice(1).includes(last);
  };
  const all: Path[] = [];
  let grown: Path[] = outgoing.flat().map((transition) => [transition]);
  while (grown.length > 0) {
    all.push(...grown);
    grown = grown
      .flatMap((path) => outgoing[path.at(-1)!.to]!.map((next) => [...path, next]))
      .filter(isSimple);
  }
  return all;
}

const isPartOf = (part: string, whole: string) => ` ${whole} `.includes(` ${part} `);

describe('transitions and transition pairs', () => {
  test('a self-loop is a transition, follows what leads to it, and follows itself', () => {
    const answering = graph('0a1', '1b1', '1c0');
    expect(written(transitions(answering))).toEqual(['0a1', '1b1', '1c0']);
    expect(written(transitionPairs(answering))).toEqual([
      '0a1 1b1',
      '0a1 1c0',
      '1b1 1b1',
      '1b1 1c0',
      '1c0 0a1',
    ]);
  });

  test('are counted without being made', () => {
    fc.assert(
      fc.property(anyGraph, (sample) => {
        expect(countTransitions(sample)).toBe(transitions(sample).length);
        expect(countTransitionPairs(sample)).toBe(transitionPairs(sample).length);
      }),
    );
  });
});

describe('prime paths', () => {
  test('of a cycle are its rotations', () => {
    expect(written(primePaths(graph('0a1', '1a2', '2a0')))).toEqual([
      '0a1 1a2 2a0',
      '1a2 2a0 0a1',
      '2a0 0a1 1a2',
    ]);
  });

  test('a self-loop is one of length 1, and part of no other', () => {
    expect(written(primePaths(graph('0a1', '1b1', '1c2')))).toEqual(['0a1 1c2', '1b1']);
  });

  test('two labels between the same states make two', () => {
    expect(written(primePaths(graph('0a1', '0b1', '1a2')))).toEqual(['0a1 1a2', '0b1 1a2']);
  });

  test('of a loop in one branch and a self-loop in the other', () => {
    const branches = graph('0a1', '0b4', '1a2', '1b5', '2a3', '3a1', '4a4', '4b6', '5a6');
    expect(written(primePaths(branches))).toEqual([
      '0a1 1a2 2a3',
      '0a1 1b5 5a6',
      '0b4 4b6',
      '1a2 2a3 3a1',
      '2a3 3a1 1a2',
      '2a3 3a1 1b5 5a6',
      '3a1 1a2 2a3',
      '4a4',
    ]);
  });

  test.each([
    [2, 2],
    [3, 12],
    [4, 60],
    [5, 320],
  ])('of the complete graph of %d states are %d', (states, count) => {
    expect(primePaths(complete(states))).toHaveLength(count);
  });

  test('are the simple paths that are part of no other one', () => {
    fc.assert(
      fc.property(anyGraph, (sample) => {
        const simple = written(everySimplePath(sample));
        const prime = simple.filter(
          (path) => !simple.some((other) => other !== path && isPartOf(path, other)),
        );
        expect(written(primePaths(sample))).toEqual(prime);
      }),
      { numRuns: 200 },
    );
  });

  test('too many are refused, saying how far the search got', () => {
    const search = () => primePaths(complete(9));
    expect(search).toThrow(InputError);
    expect(search).toThrow(/too many prime paths: stopped at 20001 of them/);
    expect(() => primePaths(diamonds(30), { work: 1_000 })).toThrow(/after 1001 steps/);
  });
});

/** Each state but the last leads to the next. */
function chain(states: number): LabelledGraph {
  const outgoing = Array.from({ length: states }, (_, from) =>
    from === states - 1 ? [] : [{ from, label: 0, to: from + 1 }],
  );
  return { name: `chain of ${states}`, outgoing };
}

test('a path may be as long as the graph has states', () => {
  const [whole, ...others] = primePaths(chain(8_000));
  expect(whole).toHaveLength(7_999);
  expect(others).toEqual([]);
  expect(simplePaths(chain(2_000))).toMatchObject({ kind: 'all', count: 2_000n });
  expect(simplePaths(chain(8_000))).toMatchObject({ kind: 'at least' });
});

test('of too many prime paths those found are a lower bound', () => {
  expect(findPrimePaths(complete(5), { paths: 100 })).toMatchObject({
    kind: 'at least',
    count: 101,
  });
  expect(findPrimePaths(complete(5), { length: 100 })).toMatchObject({ kind: 'at least' });
  expect(findPrimePaths(complete(5))).toMatchObject({ kind: 'all' });
});

describe('simple paths from the initial state', () => {
  test('have no self-loops and no cycles; the empty path is one', () => {
    const found = simplePaths(graph('0a1', '0b0', '1b1', '1c0', '1d2'));
    expect(found).toMatchObject({ kind: 'all', count: 3n });
    expect(found.kind === 'all' && written(found.paths)).toEqual(['', '0a1', '0a1 1d2']);
  });

  test('are all walks that visit no state twice', () => {
    fc.assert(
      fc.property(anyGraph, (sample) => {
        const found = simplePaths(sample);
        const fromStart = everySimplePath(sample).filter(
          (path) => path[0]!.from === 0 && path.at(-1)!.to !== 0,
        );
        expect(found.kind === 'all' && written(found.paths)).toEqual(written([[], ...fromStart]));
      }),
    );
  });

  test('are counted exactly where they are too many to list', () => {
    fc.assert(
      fc.property(anyGraph, (sample) => {
        const { count } = simplePaths(sample);
        const counted = simplePaths(sample, { paths: 0 });
        expect(counted).toMatchObject({ kind: 'counted', count });
      }),
    );
  });

  test('those of a row of 60 diamonds are counted, though nobody could list them', () => {
    // There are 2^i ways to the i-th diamond, and its sides and far corner end four paths for each.
    const endingIn = Array.from({ length: 60 }, (_, i) => 4n * 2n ** BigInt(i));
    expect(simplePaths(diamonds(60))).toEqual({
      kind: 'counted',
      count: 1n + endingIn.reduce((sum, paths) => sum + paths),
      reason: 'more than 2000 simple paths, which are too many to list',
    });
  });

  test('where the work runs out, the count is a lower bound that is less than the truth', () => {
    const exact = simplePaths(complete(9));
    const bound = simplePaths(complete(9), { work: 2_000 });
    expect(exact).toMatchObject({ kind: 'counted', count: 109_601n });
    expect(bound).toMatchObject({ kind: 'at least' });
    expect(bound.count).toBeLessThan(exact.count);
    expect(bound).toHaveProperty(
      'reason',
      'more than 2000 simple paths, which are too many to list, and counting stopped after ' +
        'following 2000 transitions',
    );
  });
});

describe('shortest paths', () => {
  test('one to each state that can be reached, by the first label where there are two', () => {
    const sample = graph('0a1', '0b1', '1a2', '2a0', '3a0');
    expect(written(shortestPaths(sample))).toEqual(['', '0a1', '0a1 1a2']);
  });
});
