import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { is } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import { check } from './check.ts';
import {
  exploreByXState,
  initialSnapshots,
  type NaiveGraph,
  type RandomSystem,
  randomSystems,
  type Snapshots,
  stepTogether,
} from './random-system.fixture.ts';
import {
  about,
  DEADLOCK,
  labelsOf,
  machine,
  part,
  REST,
  system,
  verdictOf,
} from './tiny-systems.fixture.ts';
import type { Counterexample, Verdict } from './verdict.ts';

const RUNS = { numRuns: 400 };
const small = randomSystems(fc, { parts: 4, states: 3 });
const place = fc.record({ part: fc.nat(3), state: fc.nat(2) });

/** A random place in a system, as a predicate and as a test of snapshots. */
function placeIn({ system: { parts } }: RandomSystem, at: { part: number; state: number }) {
  const number = at.part % parts.length;
  const count = Object.keys(parts[number]!.machine.root.states).length;
  const state = `s${at.state % count}`;
  const test = (snapshots: Snapshots) => snapshots[number]!.value === state;
  return { predicate: is(parts[number]!.name, state), test };
}

/** Takes a run step by step through XState's machines. */
function replay({ system: { parts } }: RandomSystem, labels: readonly string[], from?: Snapshots) {
  const visited = [from ?? initialSnapshots(parts)];
  for (const label of labels) {
    const next = stepTogether(parts, visited.at(-1)!, label);
    if (next === undefined) throw new Error(`${label} is refused`);
    visited.push(next);
  }
  return visited;
}

const stepsOf = (counterexample: Counterexample) =>
  labelsOf(counterexample, counterexample.run.vectors);

const isRest = (random: RandomSystem, snapshots: Snapshots, part: number) =>
  !declaresRest(random, part) || snapshots[part]!.hasTag('quiescent');

function declaresRest({ system: { parts } }: RandomSystem, part: number): boolean {
  return Object.values(parts[part]!.machine.root.states).some((s) => s.tags.includes('quiescent'));
}

function reachableFrom(graph: NaiveGraph, from: number): Set<number> {
  const seen = new Set([from]);
  for (const state of seen) for (const { to } of graph.edges[state]!) seen.add(to);
  return seen;
}

describe('on random systems', () => {
  it('states, transitions and depth are those of XState itself', () => {
    fc.assert(
      fc.property(small, (random) => {
        const graph = exploreByXState(random);
        const { states, transitions, depth } = check(random.system);
        expect([states, transitions, depth]).toEqual([
          graph.states.length,
          graph.edges.flat().length,
          Math.max(...graph.depth),
        ]);
      }),
      RUNS,
    );
  });

  it('a broken invariant is shown by a run that replays through XState and is shortest', () => {
    let broken = 0;
    fc.assert(
      fc.property(small, place, place, (random, when, then) => {
        const [premise, conclusion] = [placeIn(random, when), placeIn(random, then)];
        const graph = exploreByXState(random);
        const breaks = (s: Snapshots) => premise.test(s) && !conclusion.test(s);
        const depths = graph.depth.filter((_, i) => breaks(graph.states[i]!));
        const result = verdictOf(random.system, {
          ...about('rule'),
          kind: 'invariant',
          when: premise.predicate,
          then: conclusion.predicate,
        });
        const expected =
          depths.length > 0 ? 'broken' : graph.states.some(premise.test) ? 'holds' : 'vacuous';
        expect(result.verdict).toBe(expected);
        if (result.verdict !== 'broken') return;
        broken++;
        const steps = stepsOf(result.counterexample);
        expect(breaks(replay(random, steps).at(-1)!)).toBe(true);
        expect(steps).toHaveLength(Math.min(...depths));
      }),
      RUNS,
    );
    expect(broken).toBeGreaterThan(50);
  });

  it('rest and deadlock agree with reachability', () => {
    const seen = { holds: 0, broken: 0, vacuous: 0, unfinished: 0 };
    fc.assert(
      fc.property(small, (random) => {
        const graph = exploreByXState(random);
        const parts = random.system.parts.flatMap((_, i) => (declaresRest(random, i) ? [i] : []));
        const returns = graph.states.map((_, from) => {
          const reached = [...reachableFrom(graph, from)].map((i) => graph.states[i]!);
          return parts.every((p) => reached.some((s) => s[p]!.hasTag('quiescent')));
        });
        const rest = verdictOf(random.system, REST);
        expect(rest.verdict).toBe(
          parts.length === 0 ? 'vacuous' : returns.includes(false) ? 'broken' : 'holds',
        );
        seen[rest.verdict]++;
        expectNearest(random, graph, rest, (_, i) => !returns[i]);
        const isStuck = (snapshots: Snapshots, i: number) =>
          graph.edges[i]!.length === 0 && snapshots.some((_, p) => !isRest(random, snapshots, p));
        const deadlock = verdictOf(random.system, DEADLOCK);
        expect(deadlock.verdict).toBe(graph.states.some(isStuck) ? 'broken' : 'holds');
        expectNearest(random, graph, deadlock, isStuck);
      }),
      RUNS,
    );
    expect(Math.min(seen.holds, seen.broken)).toBeGreaterThan(30);
  });

  it('leads-to agrees with a search for fair lassos by brute force', () => {
    const seen = { holds: 0, broken: 0, vacuous: 0, unfinished: 0 };
    const tiny = randomSystems(fc, { parts: 3, states: 3 });
    fc.assert(
      fc.property(tiny, place, place, (random, when, then) => {
        const [trigger, goal] = [placeIn(random, when), placeIn(random, then)];
        const graph = exploreByXState(random);
        fc.pre(graph.states.length <= 12);
        const verdict = verdictOf(random.system, {
          ...about('in the end'),
          kind: 'leads-to',
          when: trigger.predicate,
          then: goal.predicate,
        });
        seen[verdict.verdict]++;
        const fair = new Fairness(random, graph);
        const distance = distances(graph, trigger.test, goal.test);
        const ends = fair.ends(distance);
        const expected = graph.states.some(trigger.test)
          ? ends.length > 0
            ? 'broken'
            : 'holds'
          : 'vacuous';
        expect(verdict.verdict).toBe(expected);
        if (verdict.verdict !== 'broken') return;
        const { cycle } = verdict.counterexample;
        const steps = stepsOf(verdict.counterexample);
        expect(steps).toHaveLength(Math.min(...ends.map((state) => distance.get(state)!)));
        const stem = replay(random, steps);
        expect(breaksPromise(stem, trigger.test, goal.test)).toBe(true);
        fair.expectEnd(stem.at(-1)!, labelsOf(verdict.counterexample, cycle!.vectors), goal.test);
      }),
      { numRuns: 1500 },
    );
    expect(Math.min(seen.holds, seen.broken)).toBeGreaterThan(100);
  });
});

/** A counterexample ends in a state of this kind, and none is nearer. */
function expectNearest(
  random: RandomSystem,
  graph: NaiveGraph,
  verdict: Verdict,
  isBad: (snapshots: Snapshots, state: number) => boolean,
): void {
  if (verdict.verdict !== 'broken') return;
  const steps = stepsOf(verdict.counterexample);
  expect(replay(random, steps)).toHaveLength(steps.length + 1);
  const depths = graph.depth.filter((_, i) => isBad(graph.states[i]!, i));
  expect(steps).toHaveLength(Math.min(...depths));
}

type Test = (snapshots: Snapshots) => boolean;

/** The lengths of the shortest runs that meet the trigger and since then not the goal. */
function distances(graph: NaiveGraph, trigger: Test, goal: Test): Map<number, number> {
  const found = new Map<number, number>();
  for (let round = 0; round <= 2 * graph.states.length; round++) {
    graph.states.forEach((snapshots, state) => {
      const offers = graph.states.flatMap((_, from) =>
        found.has(from) && graph.edges[from]!.some(({ to }) => to === state)
          ? [found.get(from)! + 1]
          : [],
      );
      if (trigger(snapshots)) offers.push(graph.depth[state]!);
      if (!goal(snapshots) && offers.length > 0) found.set(state, Math.min(...offers));
    });
  }
  return found;
}

function breaksPromise(run: readonly Snapshots[], trigger: Test, goal: Test): boolean {
  return run.some((snapshots, i) => trigger(snapshots) && !run.slice(i).some(goal));
}

/** The definition of a fair run, state by state and set by set. */
class Fairness {
  readonly #random: RandomSystem;
  readonly #graph: NaiveGraph;

  constructor(random: RandomSystem, graph: NaiveGraph) {
    this.#random = random;
    this.#graph = graph;
  }

  /** The states in which a run may stop, or through which it may go round for ever. */
  ends(open: ReadonlyMap<number, number>): number[] {
    const states = [...open.keys()];
    const found = new Set(states.filter((state) => this.#duties(state).length === 0));
    for (let subset = 1; subset < 2 ** states.length; subset++) {
      const members = states.filter((_, i) => (subset >> i) & 1);
      if (members.every((state) => found.has(state))) continue;
      if (this.#isConnected(members) && this.#isFair(members))
        for (const m of members) found.add(m);
    }
    return [...found];
  }

  /** Where it stops nobody is obliged; where it goes round, it comes back, is open and fair. */
  expectEnd(at: Snapshots, cycle: readonly string[], goal: Test): void {
    const number = (s: Snapshots) =>
      this.#graph.states.findIndex((t) => t.every((each, i) => each.value === s[i]!.value));
    if (cycle.length === 0) {
      expect(this.#duties(number(at))).toEqual([]);
      return;
    }
    const walk = replay(this.#random, cycle, at);
    expect(walk.some(goal)).toBe(false);
    expect(number(walk.at(-1)!)).toBe(number(at));
    const visited = walk.slice(0, -1).map(number);
    const taken = cycle.map((label, i) => ({ from: visited[i]!, label }));
    expect(this.#denied(visited, taken)).toEqual([]);
  }

  /** The labels that somebody is obliged to go on with. */
  #duties(state: number): string[] {
    const { initiators, system: of } = this.#random;
    return this.#graph.edges[state]!.map(({ label }) => label).filter((label) => {
      const members = of.parts.flatMap((p, i) =>
        (p.machine.root.meta as { labels: string[] }).labels.includes(label) ? [i] : [],
      );
      const isBusy = members.some((p) => !isRest(this.#random, this.#graph.states[state]!, p));
      return initiators[label]! >= 0 && isBusy;
    });
  }

  #isConnected(members: readonly number[]): boolean {
    const inside = (from: number) =>
      this.#graph.edges[from]!.map(({ to }) => to).filter((to) => members.includes(to));
    return members.every((from) => {
      const reached = new Set(inside(from));
      for (const state of reached) for (const to of inside(state)) reached.add(to);
      return members.every((to) => reached.has(to));
    });
  }

  /** Whether a run that visits just these states for ever, by all ways, denies nobody anything. */
  #isFair(members: readonly number[]): boolean {
    const inside = members.flatMap((from) =>
      this.#graph.edges[from]!.filter(({ to }) => members.includes(to)).map(({ label }) => ({
        from,
        label,
      })),
    );
    return this.#denied(members, inside).length === 0;
  }

  #denied(members: readonly number[], taken: readonly { from: number; label: string }[]): string[] {
    const { initiators, locks, system: of } = this.#random;
    const threads = of.parts.filter((_, thread) => {
      const isObliged = (state: number) =>
        this.#duties(state).some((l) => initiators[l] === thread);
      return members.every(isObliged) && !taken.some(({ label }) => initiators[label] === thread);
    });
    const isDuty = (state: number, label: string) => this.#duties(state).includes(label);
    const starved = locks.filter(
      (label) =>
        members.some((state) => isDuty(state, label)) &&
        !taken.some((step) => step.label === label && isDuty(step.from, label)),
    );
    return [...threads.map(({ name }) => name), ...starved];
  }
}

describe('refinement on random machines', () => {
  const LONGEST = 6;
  const answers = ['x', 'y'] as const;
  const contracts = fc.integer({ min: 1, max: 3 }).chain((n) =>
    fc.array(fc.dictionary(fc.constantFrom(...answers), fc.nat(n - 1), { maxKeys: 2 }), {
      minLength: n,
      maxLength: n,
    }),
  );
  const step = fc.record({ to: fc.nat(3), commits: fc.constantFrom(undefined, ...answers) });
  const printers = fc.array(fc.dictionary(fc.constantFrom('p', 'q'), step, { maxKeys: 2 }), {
    minLength: 4,
    maxLength: 4,
  });

  it('agrees with the sets of traces up to a length', () => {
    const seen = { holds: 0, broken: 0, vacuous: 0, unfinished: 0 };
    fc.assert(
      fc.property(contracts, printers, (contract, printer) => {
        const property: Property = {
          ...about('refinement'),
          kind: 'refinement',
          // Both answers are in the alphabet, also where no state gives them.
          contract: system([
            part(
              'contract',
              machine('contract', {
                ...Object.fromEntries(contract.map((on, i) => [`c${i}`, { on: named('c', on) }])),
                unreached: { on: { x: 'unreached', y: 'unreached' } },
              }),
            ),
          ]),
        };
        const of = system([
          part(
            'printer',
            machine(
              'printer',
              Object.fromEntries(printer.map((on, i) => [`s${i}`, { on: withCommits(on) }])),
            ),
          ),
        ]);
        const verdict = verdictOf(of, property);
        seen[verdict.verdict]++;
        const refused = [...tracesOf(printer, LONGEST)].filter((t) => !accepts(contract, t));
        if (verdict.verdict !== 'broken') {
          expect(refused).toEqual([]);
          return;
        }
        const { space, run } = verdict.counterexample;
        const trace = run.vectors.map((v) => space.product.vectors[v]!.commits ?? '').join('');
        expect(refused.length > 0 || trace.length > LONGEST).toBe(true);
        expect(accepts(contract, trace)).toBe(false);
        expect(accepts(contract, trace.slice(0, -1))).toBe(true);
      }),
      { numRuns: 600 },
    );
    expect(Math.min(seen.holds, seen.broken)).toBeGreaterThan(50);
  });

  type Contract = readonly Readonly<Record<string, number>>[];
  type Printer = readonly Readonly<Record<string, { to: number; commits: string | undefined }>>[];

  const named = (prefix: string, on: Contract[number]) =>
    Object.fromEntries(Object.entries(on).map(([label, to]) => [label, `${prefix}${to}`]));

  function withCommits(on: Printer[number]) {
    return Object.fromEntries(
      Object.entries(on).map(([label, { to, commits }]) => [
        label,
        { target: `s${to}`, ...(commits && { meta: { commits } }) },
      ]),
    );
  }

  /** What the printer answers in all its runs of up to so many answers. */
  function tracesOf(printer: Printer, most: number): Set<string> {
    const found = new Set(['0|']);
    for (const item of found) {
      const [state, trace] = item.split('|') as [string, string];
      for (const { to, commits } of Object.values(printer[Number(state)]!)) {
        const longer = trace + (commits ?? '');
        if (longer.length <= most) found.add(`${to}|${longer}`);
      }
    }
    return new Set([...found].map((item) => item.split('|')[1]!));
  }

  function accepts(contract: Contract, trace: string): boolean {
    let state: number | undefined = 0;
    for (const answer of trace) state = state === undefined ? undefined : contract[state]![answer];
    return state !== undefined;
  }
});
