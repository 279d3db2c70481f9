import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { setup } from 'xstate';
import type { Run } from '../explore/run.ts';
import { contract, type Part } from '../specification/part.ts';
import { compose, type Product } from '../system/product.ts';
import { coverage } from './coverage.ts';
import { formatPath, machineGraph, type Path } from './labelled-graph.ts';
import { type Explored, exploreForPaths, ontoSystem, partPath, systemPath } from './projection.ts';
import { realise } from './realise.ts';
import { machineSuite, requiredOf, type Suite, systemSuite } from './suite.ts';
import { transitionPairs } from './transition-pairs.ts';
import { transitions } from './transitions.ts';

/** A door that anyone may open and close; a knock is answered while it is shut. */
const door = setup({}).createMachine({
  id: 'door',
  meta: { labels: ['open', 'close', 'knock'] },
  initial: 'shut',
  states: {
    shut: { on: { open: 'ajar', knock: 'shut' } },
    ajar: { on: { close: 'shut' } },
  },
});

/** A visitor who knocks once, opens, closes, and goes. */
const visitor = setup({}).createMachine({
  id: 'visitor',
  meta: { labels: ['knock', 'open', 'close', 'greet'] },
  initial: 'outside',
  states: {
    outside: { on: { knock: 'waiting' } },
    waiting: { on: { greet: 'greeted' } },
    greeted: { on: { open: 'inside' } },
    inside: { on: { close: 'gone' } },
    gone: {},
  },
});

function productOf(name: string, parts: Part[]): Product {
  const nothing = { calls: [], environment: [], properties: [] };
  return compose({ name, revision: 'r1', scope: {}, parts, ...nothing });
}

const shared = (machine: Part['machine'], name: string) => {
  const also = { open: ['open'], close: ['close'], knock: ['knock'] };
  return contract(name, machine, { roles: [], also });
};

const visit = exploreForPaths(
  productOf('visit', [shared(door, 'door'), shared(visitor, 'visitor')]),
);
const [DOOR, VISITOR] = [0, 1];
const doorPath = (path: Path) => formatPath(visit.product.ltss[DOOR]!, path);

const labels = ({ product }: Explored, run: Run) =>
  run.vectors.map((vector) => product.vectors[vector]!.label);

test('a path without a step is the state in which it begins', () => {
  expect(doorPath([])).toBe('shut');
});

test('a transition that the system has not is no step of it', () => {
  const { graph } = visit;
  const { stepOf } = ontoSystem(visit);
  for (let from = 0; from < graph.states; from++) {
    const own = [...graph.vector].slice(graph.start[from], graph.start[from + 1]);
    for (const label of visit.product.vectors.keys()) {
      expect([from, label, stepOf({ from, label, to: 0 }) >= 0]).toEqual([
        from,
        label,
        own.includes(label),
      ]);
    }
  }
});

describe('realise', () => {
  const pairs = transitionPairs(machineGraph(visit.product.ltss[DOOR]!));
  const { runs, infeasible } = realise(visit, DOOR, pairs);

  test('finds a shortest run for a path, other parts moving in between', () => {
    const found = runs.map(({ path, run }) => [doorPath(path), labels(visit, run)]);
    expect(found).toEqual([
      ['shut -open-> ajar -close-> shut', ['knock', 'visitor.greet', 'open', 'close']],
      ['shut -knock-> shut -open-> ajar', ['knock', 'visitor.greet', 'open']],
    ]);
  });

  test('lists the paths of the machine that the system cannot walk', () => {
    expect(infeasible.map(doorPath)).toEqual([
      'shut -knock-> shut -knock-> shut',
      'ajar -close-> shut -open-> ajar',
      'ajar -close-> shut -knock-> shut',
    ]);
  });

  test('a step of the part that is not in the path may come before it, not inside', () => {
    const [opened] = transitions(machineGraph(visit.product.ltss[DOOR]!)).flat();
    const { runs } = realise(visit, DOOR, [[opened!]]);
    expect(partPath(visit, runs[0]!.run, DOOR).map(({ label }) => label)).toEqual([2, 0]);
  });

  test('the empty path is the run without steps', () => {
    expect(realise(visit, VISITOR, [[]]).runs).toEqual([
      { path: [], run: { states: [0], vectors: [] } },
    ]);
  });
});

describe('coverage', () => {
  const step = (from: number, label: number, to: number) => ({ from, label, to });
  const walked = [[step(0, 0, 1), step(1, 0, 0), step(0, 1, 0)]];

  test('a required path is met where it is a contiguous part of what was walked', () => {
    const met = [step(1, 0, 0), step(0, 1, 0)];
    const notContiguous = [step(0, 0, 1), step(0, 1, 0)];
    expect(coverage(walked, [met, notContiguous])).toEqual({
      required: 2,
      met: 1,
      missing: [notContiguous],
    });
  });

  test('the empty path is part of every walk, and of no walks at all it is not', () => {
    expect(coverage(walked, [[]]).met).toBe(1);
    expect(coverage([], [[]]).met).toBe(0);
  });
});

const suiteOf = (result: ReturnType<typeof machineSuite>): Suite => {
  if (result.kind === 'omitted') throw new Error(result.omission.reason);
  return result.suite;
};

describe('the suite of a machine in a system', () => {
  test('has one run where one contains all that is feasible', () => {
    const { runs, required, infeasible } = suiteOf(machineSuite(visit, DOOR, 'transition pairs'));
    expect(runs.map((run) => labels(visit, run))).toEqual([
      ['knock', 'visitor.greet', 'open', 'close'],
    ]);
    expect({ required, infeasible: infeasible.length }).toEqual({ required: 5, infeasible: 3 });
  });

  test('says what is impossible about the infeasible paths, once for all of them', () => {
    const { obstacles, infeasible } = suiteOf(machineSuite(visit, DOOR, 'prime paths'));
    expect(infeasible.map(doorPath)).toEqual(['ajar -close-> shut -open-> ajar']);
    expect(obstacles).toEqual([{ path: infeasible[0], obstructs: 1 }]);
  });

  test('simple paths that cannot be listed are omitted, with the count and the reason', () => {
    const crowd = exploreForPaths(productOf('crowd', [completeMachine(9)]));
    expect(machineSuite(crowd, 0, 'simple paths')).toEqual({
      kind: 'omitted',
      omission: {
        criterion: 'simple paths',
        part: 0,
        required: 109_601n,
        exact: true,
        reason: 'more than 2000 simple paths, which are too many to list',
      },
    });
  });
});

describe('the suite of a system', () => {
  test('contains all transition pairs of the product', () => {
    const philosophers = exploreForPaths(table(3));
    const { runs, required, infeasible } = suiteOf(systemSuite(philosophers, 'transition pairs'));
    const pairs = allPairs(philosophers);
    expect(infeasible).toEqual([]);
    expect(required).toBe(pairs.size);
    expect(pairsIn(runs)).toEqual(pairs);
  });

  test('is omitted where the product has more paths than tests are written for', () => {
    expect(systemSuite(visit, 'transitions', 3)).toEqual({
      kind: 'omitted',
      omission: {
        criterion: 'transitions',
        required: 4n,
        exact: true,
        reason: 'the system has 4 transitions, and tests are written for at most 3',
      },
    });
  });

  test('is the same each time', () => {
    const once = systemSuite(exploreForPaths(table(3)), 'transition pairs');
    const again = systemSuite(exploreForPaths(table(3)), 'transition pairs');
    expect(again).toEqual(once);
  });
});

describe('any two machines', () => {
  const anyMachine = (name: string, labels: readonly string[]) =>
    fc
      .array(fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 3, maxLength: 3 }), {
        minLength: 3,
        maxLength: 3,
      })
      .map((next) => machineOf(name, labels, next));

  test('a run is found for a path exactly where a walk through the product has it', () => {
    fc.assert(
      fc.property(
        anyMachine('left', ['a', 'b', 'left.c']),
        anyMachine('right', ['a', 'b', 'right.c']),
        (left, right) => {
          const explored = exploreForPaths(productOf('pair', [left, right]));
          const required = transitionPairs(machineGraph(explored.product.ltss[0]!));
          const { runs, infeasible } = realise(explored, 0, required);
          const shortest = shortestByTrial(explored, required);
          expect(runs.map(({ path, run }) => [path, run.vectors.length])).toEqual(
            required.flatMap((path, i) => (shortest[i] === undefined ? [] : [[path, shortest[i]]])),
          );
          expect(infeasible).toEqual(required.filter((_, i) => shortest[i] === undefined));
          for (const criterion of ['prime paths', 'simple paths', 'transitions'] as const) {
            const { runs, infeasible, obstacles } = suiteOf(machineSuite(explored, 0, criterion));
            const asked = requiredOf(machineGraph(explored.product.ltss[0]!), criterion);
            const wanted = 'paths' in asked ? asked.paths.filter((path) => path.length > 0) : [];
            const walked = runs.map((run) => partPath(explored, run, 0));
            expect(coverage(walked, wanted).missing).toEqual(infeasible);
            for (const path of infeasible) {
              expect(obstacles.some((obstacle) => coverage([path], [obstacle.path]).met)).toBe(
                true,
              );
            }
            for (const { path } of obstacles) {
              const parts = [path, path.slice(1), path.slice(0, -1)];
              expect(realise(explored, 0, parts).infeasible).toEqual([path]);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** A machine with states 0, 1, 2; `next[state][label]` is the state reached, or -1. */
function machineOf(name: string, labels: readonly string[], next: readonly number[][]): Part {
  const states = Object.fromEntries(
    next.map((row, state) => {
      const taken = row.flatMap((to, i) => (to < 0 ? [] : [[labels[i]!, `s${to}`]]));
      return [`s${state}`, { on: Object.fromEntries(taken) }];
    }),
  );
  const machine = setup({}).createMachine({ id: name, meta: { labels }, initial: 's0', states });
  return contract(name, machine, {
    roles: [],
    also: Object.fromEntries(labels.map((label) => [label, [label]])),
  });
}

function completeMachine(states: number): Part {
  const labels = Array.from({ length: states }, (_, to) => `to${to}`);
  const next = labels.map((_, from) => labels.map((_, to) => (to === from ? -1 : to)));
  return machineOf('crowd', labels, next);
}

/** Philosophers at a round table, each of whom takes the left fork, then the right one. */
function table(seats: number): Product {
  const forkOf = (seat: number) => `fork[${seat % seats}]`;
  const philosophers = Array.from({ length: seats }, (_, seat) => {
    const [left, right] = [forkOf(seat), forkOf(seat + 1)];
    const labels = [`${left}.take${seat}`, `${right}.take${seat}`, `${seat}.drop`];
    return machineOf(`philosopher[${seat}]`, labels, [
      [1, -1, -1],
      [-1, 2, -1],
      [-1, -1, 0],
    ]);
  });
  const forks = Array.from({ length: seats }, (_, fork) => {
    const before = (fork + seats - 1) % seats;
    const labels = [`${forkOf(fork)}.take${fork}`, `${forkOf(fork)}.take${before}`];
    const drops = [`${fork}.drop`, `${before}.drop`];
    return machineOf(
      forkOf(fork),
      [...labels, ...drops],
      [
        [1, 2, -1, -1],
        [-1, -1, 0, -1],
        [-1, -1, -1, 0],
      ],
    );
  });
  return productOf(`table ${seats}`, [...philosophers, ...forks]);
}

function allPairs({ graph }: Explored): Set<string> {
  const out = (state: number) =>
    Array.from({ length: graph.start[state + 1]! - graph.start[state]! }, (_, i) => {
      const edge = graph.start[state]! + i;
      return { from: state, label: graph.vector[edge]!, to: graph.target[edge]! };
    });
  const states = Array.from({ length: graph.states }, (_, state) => state);
  return new Set(
    states.flatMap(out).flatMap((first) => out(first.to).map((second) => keyOf([first, second]))),
  );
}

const keyOf = (path: Path) => path.map(({ from, label }) => `${from}.${label}`).join(' ');

const pairsIn = (runs: readonly Run[]) =>
  new Set(
    runs.map(systemPath).flatMap((path) => path.slice(1).map((step, i) => keyOf([path[i]!, step]))),
  );

/** The length of a shortest run that contains each pair, by walking with the pair in hand. */
function shortestByTrial(explored: Explored, required: readonly Path[]): (number | undefined)[] {
  const { graph, product } = explored;
  return required.map(([first, second]) => {
    const isStep = (state: number, edge: number, step: Path[number]) => {
      const run = {
        states: [state, graph.target[edge]!],
        vectors: [graph.vector[edge]!],
      };
      const [own] = partPath(explored, run, 0);
      if (own === undefined) return undefined;
      return own.from === step.from && own.label === step.label;
    };
    let layer = new Set(['0/0']);
    for (let depth = 1; depth <= 2 * graph.states * product.parts.length + 2; depth++) {
      const next = new Set<string>();
      for (const at of layer) {
        const [state, matched] = at.split('/').map(Number) as [number, number];
        for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
          const is = isStep(state, edge, matched === 0 ? first! : second!);
          const to = graph.target[edge]!;
          if (matched === 1 && is) return depth;
          if (matched === 0) next.add(`${to}/0`);
          if (matched === 0 && is) next.add(`${to}/1`);
          if (matched === 1 && is === undefined) next.add(`${to}/1`);
        }
      }
      layer = next;
    }
    return undefined;
  });
}
