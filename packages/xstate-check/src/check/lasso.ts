import type { StateSpace } from '../explore/explore.ts';
import type { Graph } from '../explore/graph.ts';
import { depthOf, type Run } from '../explore/run.ts';
import type { Component, Duties } from './fairness.ts';
import { threadsOf } from './threads.ts';

/**
 * The states that can be reached from a trigger without meeting the goal, by the length of the
 * shortest run that meets a trigger on the way and never the goal after it.
 */
export interface Open {
  readonly triggered: boolean;
  /** Whether the trigger holds in a state, and the goal does not. */
  readonly isTrigger: Uint8Array;
  readonly has: Uint8Array;
  /** -1 where the state is not open. */
  readonly distance: Int32Array;
  /** The open states at each distance. */
  readonly layers: readonly Int32Array[];
}

/** @param goal - 1 in the states that fulfil the promise; `trigger`, 1 in those that make it */
export function openStates(
  space: StateSpace,
  graph: Graph,
  trigger: Uint8Array,
  goal: Uint8Array,
): Open {
  const isTrigger = new Uint8Array(space.states);
  const has = new Uint8Array(space.states);
  const distance = new Int32Array(space.states).fill(-1);
  /** States that are not entered any more: they are open, or fulfil the promise. */
  const closed = goal.slice();
  const open = new Int32Array(space.states);
  const layers: Int32Array[] = [];
  let triggered = false;
  let count = 0;
  const enter = (state: number) => {
    closed[state] = 1;
    has[state] = 1;
    distance[state] = layers.length;
    open[count++] = state;
  };
  for (let depth = 0; depth <= space.depth || layers[depth - 1]!.length > 0; depth++) {
    const first = count;
    for (const state of layers[depth - 1] ?? []) {
      for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
        if (closed[graph.target[edge]!] === 0) enter(graph.target[edge]!);
      }
    }
    const end = space.levels[depth + 1] ?? space.states;
    for (let state = space.levels[depth] ?? end; state < end; state++) {
      if (trigger[state] === 0) continue;
      triggered = true;
      if (goal[state] === 1) continue;
      isTrigger[state] = 1;
      if (closed[state] === 0) enter(state);
    }
    layers.push(open.subarray(first, count));
  }
  return { triggered, isTrigger, has, distance, layers };
}

/** A step on a shortest run to the target, and the fewest thread switches from there on. */
interface Step {
  readonly vector: number;
  /** The place reached: see `stemTo`. */
  readonly to: number;
  readonly switches: number;
}

type Layer = Map<number, Step[]>;

/**
 * A shortest run that meets a trigger and then, without the goal, the target; among these one with
 * the fewest thread switches. A place on the way is the number of a state, below which 0 says that
 * the trigger was met: `state` after it and `states + state` before it.
 */
export function stemTo(space: StateSpace, graph: Graph, open: Open, target: number): Run {
  const { of: threadOf } = threadsOf(space.product);
  const length = open.distance[target]!;
  const layers: Layer[] = [];
  layers[length] = withTriggers(space, open, length, new Map([[target, []]]));
  for (let depth = length - 1; depth >= 0; depth--) {
    layers[depth] = layerBefore(space, graph, open, depth, layers[depth + 1]!, threadOf);
  }
  const states = [0];
  const vectors: number[] = [];
  for (let depth = 0, place = space.states; depth < length; depth++) {
    const step = bestStep(layers[depth]!.get(place)!, vectors.at(-1), threadOf);
    vectors.push(step.vector);
    states.push(step.to % space.states);
    place = step.to;
  }
  return { states, vectors };
}

function layerBefore(
  space: StateSpace,
  graph: Graph,
  open: Open,
  depth: number,
  after: Layer,
  threadOf: Int32Array,
): Layer {
  const layer: Layer = new Map();
  const look = (state: number, shift: number) => {
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const to = graph.target[edge]! + shift;
      const onward = after.get(to);
      if (onward === undefined) continue;
      const vector = graph.vector[edge]!;
      const switches =
        onward.length === 0 ? 0 : cost(bestStep(onward, vector, threadOf), vector, threadOf);
      const steps = layer.get(state + shift) ?? [];
      if (steps.length === 0) layer.set(state + shift, steps);
      steps.push({ vector, to, switches });
    }
  };
  for (const state of open.layers[depth]!) look(state, 0);
  const end = space.levels[depth + 1] ?? space.states;
  for (let state = space.levels[depth] ?? end; state < end; state++) look(state, space.states);
  return withTriggers(space, open, depth, layer);
}

/** Where the trigger holds, the place before it is as good as the place after it. */
function withTriggers(space: StateSpace, open: Open, depth: number, layer: Layer): Layer {
  for (const [place, steps] of [...layer]) {
    if (place >= space.states || open.isTrigger[place] === 0) continue;
    if (depthOf(space, place) !== depth) continue;
    const before = place + space.states;
    layer.set(before, [...(layer.get(before) ?? []), ...steps]);
  }
  return layer;
}

/** The step with the fewest switches after `before`, the first in the order of the vectors. */
function bestStep(steps: readonly Step[], before: number | undefined, threadOf: Int32Array): Step {
  return steps.reduce((best, step) => {
    const difference = cost(step, before, threadOf) - cost(best, before, threadOf);
    return difference < 0 || (difference === 0 && step.vector < best.vector) ? step : best;
  });
}

function cost(step: Step, before: number | undefined, threadOf: Int32Array): number {
  const switched = before !== undefined && threadOf[before] !== threadOf[step.vector];
  return step.switches + (switched ? 1 : 0);
}

/**
 * A closed walk through a fair component that is fair itself: a thread that is obliged all along
 * takes a step, and every lock acquisition that is a duty somewhere is made.
 */
export function fairCycle(duties: Duties, component: Component, entry: number): Run {
  const { graph } = duties;
  const walk: Walk = { states: [entry], edges: [] };
  const isBack = (edge: number) => graph.target[edge] === entry;
  for (;;) {
    const isClosed = walk.edges.length > 0 && walk.states.at(-1) === entry;
    const wanted = nextDue(duties, walk) ?? (isClosed ? undefined : isBack);
    if (wanted === undefined) break;
    for (const edge of shortestWalk(graph, component, walk.states.at(-1)!, wanted)) {
      walk.edges.push(edge);
      walk.states.push(graph.target[edge]!);
    }
  }
  return { states: walk.states, vectors: walk.edges.map((edge) => graph.vector[edge]!) };
}

interface Walk {
  readonly states: number[];
  readonly edges: number[];
}

type LastEdge = (edge: number, from: number) => boolean;

/** The edge to which a walk must still go to deny nobody what is due; none where it is fair. */
function nextDue(duties: Duties, { states, edges }: Walk): LastEdge | undefined {
  const { graph } = duties;
  const taken = new Set(edges.map(duties.acquisitionOf));
  for (const state of states) {
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const acquisition = duties.acquisitionOf(edge);
      if (acquisition < 0 || taken.has(acquisition)) continue;
      return (candidate) => duties.acquisitionOf(candidate) === acquisition;
    }
  }
  const moving = new Set(edges.map(duties.threadOf));
  for (let thread = 0; thread < duties.threads; thread++) {
    if (moving.has(thread) || !states.every((state) => duties.isObliged(state, thread))) continue;
    return (edge, from) => duties.threadOf(edge) === thread || !duties.isObliged(from, thread);
  }
  return undefined;
}

/** The edges of a shortest walk inside the component whose last edge satisfies `isLast`. */
function shortestWalk(
  graph: Graph,
  component: Component,
  from: number,
  isLast: LastEdge,
): number[] {
  const cameBy = new Map<number, { edge: number; before: number }>();
  const queue = [from];
  for (const state of queue) {
    for (let edge = graph.start[state]!; edge < graph.start[state + 1]!; edge++) {
      const to = graph.target[edge]!;
      if (!component.has(to)) continue;
      if (isLast(edge, state)) {
        const edges = [edge];
        for (let at = state; at !== from; at = cameBy.get(at)!.before)
          edges.push(cameBy.get(at)!.edge);
        return edges.reverse();
      }
      if (cameBy.has(to) || to === from) continue;
      cameBy.set(to, { edge, before: state });
      queue.push(to);
    }
  }
  throw new RangeError('a component that is fair gives everybody what is due');
}
