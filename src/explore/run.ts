import type { StateSpace } from './explore.ts';

/** A run: the vectors taken from the initial state, and the states between. */
export interface Run {
  /** Numbers of the states, one more than there are steps. */
  readonly states: readonly number[];
  readonly vectors: readonly number[];
}

/**
 * Among the shortest runs to a state, one with the fewest thread switches. Every prefix of a
 * shortest run is a shortest run, so it is enough to look at steps from one depth to the next.
 *
 * @param threadOf - the thread on which a vector runs
 */
export function shortestRun(
  space: StateSpace,
  target: number,
  threadOf: (vector: number) => number,
): Run {
  const depth = depthOf(space, target);
  const { table, stepper } = space;
  let layer = new Map<number, Map<number, Arrival>>([[0, new Map([[NO_THREAD, START]])]]);
  for (let d = 0; d < depth; d++) {
    const next = new Map<number, Map<number, Arrival>>();
    const last = d + 1 === depth ? target : undefined;
    for (const [state, arrivals] of layer) {
      stepper.each(table, state, (vector, key) => {
        const to = table.find(key);
        if (last === undefined ? depthOf(space, to) !== d + 1 : to !== last) return;
        const thread = threadOf(vector);
        for (const [before, arrival] of arrivals) {
          const switches = arrival.switches + (before === thread || before === NO_THREAD ? 0 : 1);
          keepBetter(next, to, thread, { switches, vector, from: arrival, state: to });
        }
      });
    }
    layer = next;
  }
  const arrivals = [...(layer.get(target)?.values() ?? [])];
  const best = arrivals.reduce((a, b) => (b.switches < a.switches ? b : a));
  return unwind(best);
}

interface Arrival {
  readonly state: number;
  readonly switches: number;
  readonly vector: number;
  readonly from?: Arrival;
}

const NO_THREAD = -2;
const START: Arrival = { state: 0, switches: 0, vector: -1 };

function keepBetter(
  layer: Map<number, Map<number, Arrival>>,
  state: number,
  thread: number,
  arrival: Arrival,
): void {
  const arrivals = layer.get(state) ?? new Map<number, Arrival>();
  layer.set(state, arrivals);
  const known = arrivals.get(thread);
  if (known === undefined || arrival.switches < known.switches) arrivals.set(thread, arrival);
}

function unwind(last: Arrival): Run {
  const states: number[] = [];
  const vectors: number[] = [];
  for (let at: Arrival | undefined = last; at !== undefined; at = at.from) {
    states.unshift(at.state);
    if (at.from !== undefined) vectors.unshift(at.vector);
  }
  return { states, vectors };
}

/** The length of the shortest run to a state. */
export function depthOf(space: StateSpace, state: number): number {
  let low = 0;
  let high = space.levels.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (space.levels[middle]! <= state) low = middle;
    else high = middle - 1;
  }
  return low;
}
