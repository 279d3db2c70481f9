import type { StateSpace } from '../explore/explore.ts';
import { components, type Graph } from '../explore/graph.ts';
import type { Run } from '../explore/run.ts';
import { compilePredicate, inWords } from './predicate.ts';
import type { LeadsTo } from './property.ts';
import { isQuiescent } from './safety.ts';
import { runTo, threadsOf } from './threads.ts';
import { HOLDS, type Verdict } from './verdict.ts';

/**
 * Whenever the trigger holds, the goal holds in the end.
 *
 * Fairness: a thread that is obliged for ever takes a step (weak); a lock acquisition that is
 * possible again and again happens (strong, because the kernel's locks queue). A thread is obliged
 * where it has an enabled step in which some participant is not quiescent, so that starting a new
 * call is never an obligation. Stopping where nobody is obliged counts as a run.
 */
export function checkLeadsTo(space: StateSpace, graph: Graph, property: LeadsTo): Verdict {
  const when = compilePredicate(property.when, space.product);
  const then = compilePredicate(property.then, space.product);
  const { triggered, open } = unfulfilled(space, graph, when, then);
  if (!triggered) return { verdict: 'vacuous', reason: `no run reaches: ${inWords(property.when)}` };
  const duties = dutiesOf(space, graph);
  const stop = firstWhere(space.states, (state) => open[state] === 1 && duties.obliged[state] === 0);
  const fair = fairComponent(graph, open, duties);
  const goal = `without reaching: ${inWords(property.then)}`;
  if (stop !== undefined && (fair === undefined || stop <= fair.states[0]!)) {
    const finding = `the run may end here, ${goal}`;
    const run = runTo(space, stop);
    return { verdict: 'broken', counterexample: { property, space, run, cycle: NOTHING, finding } };
  }
  if (fair === undefined) return HOLDS;
  const run = runTo(space, fair.states[0]!);
  const cycle = cycleThrough(graph, fair, duties);
  const finding = `this can go on for ever, ${goal}`;
  return { verdict: 'broken', counterexample: { property, space, run, cycle, finding } };
}

const NOTHING: Run = { states: [], vectors: [] };

/** The states that can be reached from a trigger without meeting the goal. */
function unfulfilled(
  space: StateSpace,
  graph: Graph,
  when: (local: Int32Array) => boolean,
  then: (local: Int32Array) => boolean,
): { triggered: boolean; open: Uint8Array } {
  const goal = new Uint8Array(space.states);
  const open = new Uint8Array(space.states);
  const queue: number[] = [];
  let triggered = false;
  for (let state = 0; state < space.states; state++) {
    const local = space.stepper.local(space.table, state);
    if (then(local)) goal[state] = 1;
    if (!when(local)) continue;
    triggered = true;
    if (goal[state] === 0) {
      open[state] = 1;
      queue.push(state);
    }
  }
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const to = graph.target[edge]!;
      if (goal[to] === 1 || open[to] === 1) continue;
      open[to] = 1;
      queue.push(to);
    }
  }
  return { triggered, open };
}

/** Who has to go on, and which locks have to be handed on. */
interface Duties {
  readonly threadOf: Int32Array;
  /** One bit for each thread that is obliged in a state. */
  readonly obliged: Int32Array;
  /** For each vector, the number of its lock acquisition, or -1. */
  readonly acquisition: Int32Array;
}

function dutiesOf(space: StateSpace, graph: Graph): Duties {
  const { product } = space;
  const { names, of: threadOf } = threadsOf(product);
  if (names.length > 31) throw new RangeError('more than 31 threads in one system');
  const acquisitions: string[] = [];
  const acquisition = Int32Array.from(product.vectors, ({ label, initiator }) => {
    if (initiator < 0 || product.calls.find(label)?.blocks !== 'lock') return -1;
    const known = acquisitions.indexOf(label);
    return known >= 0 ? known : acquisitions.push(label) - 1;
  });
  const atRest = product.ltss.map((lts, part) =>
    Uint8Array.from(lts.states, (_, local) => (isQuiescent(space, part, local) ? 1 : 0)),
  );
  const obliged = new Int32Array(space.states);
  for (let state = 0; state < space.states; state++) {
    const local = space.stepper.local(space.table, state);
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const { initiator, participants } = product.vectors[graph.vector[edge]!]!;
      if (initiator < 0) continue;
      const busy = participants.some(
        ({ part }) =>
          product.parts[part]!.kind !== 'monitor' && atRest[part]![local[part]!] === 0,
      );
      if (busy) obliged[state]! |= 1 << threadOf[graph.vector[edge]!]!;
    }
  }
  return { threadOf, obliged, acquisition };
}

interface Component {
  /** In ascending order: the first is one of the nearest. */
  readonly states: readonly number[];
  readonly has: Uint8Array;
}

/** A component in which a fair run can stay for ever, the nearest of those found. */
function fairComponent(graph: Graph, open: Uint8Array, duties: Duties): Component | undefined {
  const within = [open];
  let best: Component | undefined;
  for (let region = within.pop(); region !== undefined; region = within.pop()) {
    for (const component of cyclicComponents(graph, region)) {
      const facts = factsOf(graph, component, duties);
      if ((facts.alwaysObliged & ~facts.moving) !== 0) continue;
      const starved = facts.offered.filter((acquisition) => !facts.taken.has(acquisition.number));
      if (starved.length > 0) {
        const smaller = Uint8Array.from(component.has);
        for (const { states } of starved) for (const state of states) smaller[state] = 0;
        within.push(smaller);
      } else if (best === undefined || component.states[0]! < best.states[0]!) best = component;
    }
  }
  return best;
}

function cyclicComponents(graph: Graph, region: Uint8Array): Component[] {
  const { of, count } = components(graph, (state) => region[state] === 1);
  const members: number[][] = Array.from({ length: count }, () => []);
  of.forEach((component, state) => {
    if (component >= 0) members[component]!.push(state);
  });
  return members
    .filter((states) => states.length > 1 || hasSelfLoop(graph, states[0]!))
    .map((states) => {
      const has = new Uint8Array(graph.states);
      for (const state of states) has[state] = 1;
      return { states, has };
    });
}

function hasSelfLoop(graph: Graph, state: number): boolean {
  for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
    if (graph.target[edge] === state) return true;
  }
  return false;
}

function factsOf(graph: Graph, component: Component, duties: Duties) {
  let alwaysObliged = -1;
  let moving = 0;
  const taken = new Set<number>();
  const offers = new Map<number, number[]>();
  for (const state of component.states) {
    alwaysObliged &= duties.obliged[state]!;
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const vector = graph.vector[edge]!;
      const acquisition = duties.acquisition[vector]!;
      if (acquisition >= 0) offers.set(acquisition, [...(offers.get(acquisition) ?? []), state]);
      if (component.has[graph.target[edge]!] === 0) continue;
      moving |= 1 << duties.threadOf[vector]!;
      if (acquisition >= 0) taken.add(acquisition);
    }
  }
  const offered = [...offers].map(([number, states]) => ({ number, states }));
  return { alwaysObliged, moving, taken, offered };
}

/** A closed walk through the component that gives every thread and lock its due. */
function cycleThrough(graph: Graph, component: Component, duties: Duties): Run {
  const states = [component.states[0]!];
  const vectors: number[] = [];
  const walk = (stop: (edge: number, from: number) => boolean) => {
    const found = shortestWalk(graph, component, states[states.length - 1]!, stop);
    for (const edge of found) {
      vectors.push(graph.vector[edge]!);
      states.push(graph.target[edge]!);
    }
  };
  const facts = factsOf(graph, component, duties);
  for (const acquisition of facts.taken) {
    walk((edge) => duties.acquisition[graph.vector[edge]!] === acquisition);
  }
  for (let thread = 0; thread < 31; thread++) {
    const bit = 1 << thread;
    if ((facts.moving & bit) === 0) continue;
    walk((edge, from) => duties.threadOf[graph.vector[edge]!] === thread || (duties.obliged[from]! & bit) === 0);
  }
  if (states[states.length - 1] !== states[0] || vectors.length === 0) {
    walk((edge) => graph.target[edge] === states[0]);
  }
  return { states, vectors };
}

/** The edges of a shortest walk inside the component whose last edge satisfies `stop`. */
function shortestWalk(
  graph: Graph,
  component: Component,
  from: number,
  stop: (edge: number, from: number) => boolean,
): number[] {
  const by = new Map<number, number>();
  const sourceOf = new Map<number, number>();
  const queue = [from];
  for (const state of queue) {
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const to = graph.target[edge]!;
      if (component.has[to] === 0) continue;
      if (stop(edge, state)) return [...pathBack(graph, by, sourceOf, from, state), edge];
      if (by.has(to) || to === from) continue;
      by.set(to, edge);
      sourceOf.set(to, state);
      queue.push(to);
    }
  }
  return [];
}

function pathBack(
  graph: Graph,
  by: ReadonlyMap<number, number>,
  sourceOf: ReadonlyMap<number, number>,
  from: number,
  to: number,
): number[] {
  const edges: number[] = [];
  for (let at = to; at !== from; at = sourceOf.get(at)!) edges.unshift(by.get(at)!);
  return edges;
}

function firstWhere(count: number, test: (i: number) => boolean): number | undefined {
  for (let i = 0; i < count; i++) if (test(i)) return i;
  return undefined;
}
