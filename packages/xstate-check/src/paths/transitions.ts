import type { LabelledGraph, Path } from './labelled-graph.ts';

/** Every transition, as a path of length 1; a self-loop is one. */
export function transitions(graph: LabelledGraph): Path[] {
  return graph.outgoing.flatMap((leaving) => leaving.map((transition) => [transition]));
}

/** How many transitions there are. */
export function countTransitions(graph: LabelledGraph): number {
  return graph.outgoing.reduce((sum, leaving) => sum + leaving.length, 0);
}
