import type { StateSpace } from './explore.ts';

/** A run: the vectors taken from the initial state, and the states between. */
export interface Run {
  /** Numbers of the states, one more than there are steps. */
  readonly states: readonly number[];
  readonly vectors: readonly number[];
}

/**
 * Among the shortest runs to a state, one with the fewest thread switches; among those the first
 * in the order of the vectors, so that it does not depend on how states are numbered. Every prefix
 * of a shortest run is a shortest run, so it is enough to look at steps from one depth to the next.
 *
 * @param threadOf - the thread on which a vector runs
 */
export function shortestRun(
  space: StateSpace,
  target: number,
  threadOf: (vector: number) => number,
): Run {
  const depth = depthOf(space, target);
  const layers: Layer[] = [];
  layers[depth] = new Map([[target, []]]);
  for (let d = depth - 1; d >= 0; d--) layers[d] = layerBefore(space, d, layers[d + 1]!, threadOf);
  const states = [0];
  const vectors: number[] = [];
  for (let d = 0; d < depth; d++) {
    const { vector, to } = bestStep(layers[d]!.get(states[d]!)!, vectors.at(-1), threadOf);
    vectors.push(vector);
    states.push(to);
  }
  return { states, vectors };
}

/** A step on a shortest run to the target, and the fewest switches from its own thread on. */
interface Step {
  readonly vector: number;
  readonly to: number;
  readonly switches: number;
}

/** The states at one depth from which a shortest run goes on to the target, with its next steps. */
type Layer = ReadonlyMap<number, readonly Step[]>;

function layerBefore(
  space: StateSpace,
  depth: number,
  after: Layer,
  threadOf: (vector: number) => number,
): Layer {
  const { table, stepper, levels } = space;
  const layer = new Map<number, Step[]>();
  for (let state = levels[depth]!; state < levels[depth + 1]!; state++) {
    stepper.each(table, state, (vector, key) => {
      const to = table.find(key);
      const onward = after.get(to);
      if (onward === undefined) return;
      const switches =
        onward.length === 0 ? 0 : cost(bestStep(onward, vector, threadOf), vector, threadOf);
      const steps = layer.get(state);
      if (steps === undefined) layer.set(state, [{ vector, to, switches }]);
      else steps.push({ vector, to, switches });
    });
  }
  return layer;
}

/** The step with the fewest switches after `before`, the first in the order of the vectors. */
function bestStep(
  steps: readonly Step[],
  before: number | undefined,
  threadOf: (vector: number) => number,
): Step {
  return steps.reduce((best, step) => {
    const difference = cost(step, before, threadOf) - cost(best, before, threadOf);
    return difference < 0 || (difference === 0 && step.vector < best.vector) ? step : best;
  });
}

function cost(
  step: Step,
  before: number | undefined,
  threadOf: (vector: number) => number,
): number {
  const switched = before !== undefined && threadOf(before) !== threadOf(step.vector);
  return step.switches + (switched ? 1 : 0);
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
