import type { LabelledGraph, Path } from './labelled-graph.ts';

/** Every two transitions that can follow one another (1-switch); a self-loop also follows itself. */
export function transitionPairs(graph: LabelledGraph): Path[] {
  return graph.outgoing.flatMap((leaving) =>
    leaving.flatMap((first) => graph.outgoing[first.to]!.map((second) => [first, second])),
  );
}

/** How many transition pairs there are, without making them. */
export function countTransitionPairs(graph: LabelledGraph): number {
  return graph.outgoing.reduce(
    (sum, leaving) => leaving.reduce((s, { to }) => s + graph.outgoing[to]!.length, sum),
    0,
  );
}
