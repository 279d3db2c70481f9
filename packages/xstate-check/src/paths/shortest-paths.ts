import type { LabelledGraph, Path, Transition } from './labelled-graph.ts';

/**
 * A shortest path from the initial state to each state that can be reached, the empty path to the
 * initial state among them. Of several the one whose labels come first is taken, as
 * `getShortestPaths` of `xstate/graph` does when its events are in the order of the labels.
 */
export function shortestPaths(graph: LabelledGraph): Path[] {
  const arrivedBy = new Map<number, Transition | undefined>([[0, undefined]]);
  for (const state of arrivedBy.keys()) {
    for (const transition of graph.outgoing[state]!) {
      if (!arrivedBy.has(transition.to)) arrivedBy.set(transition.to, transition);
    }
  }
  return [...arrivedBy.keys()].map((state) => {
    const path: Transition[] = [];
    for (let last = arrivedBy.get(state); last !== undefined; last = arrivedBy.get(last.from)) {
      path.unshift(last);
    }
    return path;
  });
}
