import type { Run } from '../explore/run.ts';
import type { Path } from './labelled-graph.ts';
import type { Explored, Projection } from './projection.ts';
import { type Infeasible, runOf, shortestEdges } from './realise.ts';
import { type Recogniser, recogniserOf } from './recogniser.ts';
import { Search, START } from './search.ts';

/** Runs that contain all required paths that any run contains. */
export interface Tours {
  readonly runs: readonly Run[];
  /** The required paths that no run contains. */
  readonly infeasible: readonly Infeasible[];
}

/** Steps beyond which a run is not extended: a test has to be readable. */
export const LONGEST_EXTENDED = 40;

/** What starting over costs, in steps: making all objects afresh, and one more test to read. */
const START_OVER = 4;

/**
 * Few and short runs whose projections contain the required paths. Each run starts with the
 * required path that is farthest from the initial state, and goes on to the nearest one not yet
 * walked as long as that costs no more than starting over for it. Then runs and ends of runs that the
 * others make superfluous are cut off.
 *
 * An empty required path is part of every run and asks for none.
 */
export function tours(
  explored: Explored,
  projection: Projection,
  required: readonly Path[],
  longest = LONGEST_EXTENDED,
): Tours {
  const { edges: alone, infeasible } = shortestEdges(explored.graph, projection, required);
  const errands = required.flatMap((path, i): Errand[] =>
    path.length === 0 || alone[i] === undefined
      ? []
      : [{ steps: path.map(projection.stepOf), alone: alone[i] }],
  );
  const walked = new Uint8Array(errands.length);
  const order = errands.map((_, i) => i);
  order.sort((a, b) => errands[b]!.alone.length - errands[a]!.alone.length || a - b);
  const found = order.flatMap((seed) =>
    walked[seed] ? [] : [tour(seed, errands, walked, explored, projection, longest)],
  );
  const steps = errands.map((errand) => errand.steps);
  return {
    runs: withoutSuperfluous(found, explored, projection, steps).map((edges) =>
      runOf(explored.graph, edges),
    ),
    infeasible,
  };
}

/** A required path that some run contains. */
interface Errand {
  readonly steps: readonly number[];
  /** A shortest run to its end, as transitions of the product. */
  readonly alone: readonly number[];
}

/** One run: to the end of the errand `seed`, and on to others; marks all that it has `walked`. */
function tour(
  seed: number,
  errands: readonly Errand[],
  walked: Uint8Array,
  { graph }: Explored,
  projection: Projection,
  longest: number,
): number[] {
  const recogniser = recogniserOf(errands.map(({ steps }, i) => (walked[i] ? undefined : steps)));
  const search = new Search(graph, projection, recogniser);
  const mark = (node: number) => {
    for (const index of recogniser.complete[node]!) walked[index] = 1;
  };
  const cost = errands.map((errand) => errand.alone.length + START_OVER);
  const edges = [...errands[seed]!.alone];
  let position = search.follow(START, edges, mark);
  for (;;) {
    const most = Math.min(longest - edges.length, farthest(cost, walked));
    const at = search.run(position, most, (node) =>
      recogniser.complete[node]!.some((index) => !walked[index]),
    );
    if (at < 0) return edges;
    const extension = search.edgesTo(at);
    const reached = recogniser.complete[search.positionAt(at).node]!;
    if (reached.every((index) => walked[index] || cost[index]! < extension.length)) return edges;
    position = search.follow(position, extension, mark);
    edges.push(...extension);
  }
}

/** What starting over for the costliest path not yet walked costs; no extension pays beyond it. */
function farthest(cost: readonly number[], walked: Uint8Array): number {
  return cost.reduce((most, steps, i) => (walked[i] ? most : Math.max(most, steps)), 0);
}

/** Drops runs, then ends of runs, that contain no path which only they contain. */
function withoutSuperfluous(
  runs: readonly number[][],
  { graph }: Explored,
  projection: Projection,
  required: readonly (readonly number[])[],
): number[][] {
  const recogniser = recogniserOf(required);
  const search = new Search(graph, projection, recogniser);
  const walks = runs.map((edges) => ({ edges, first: firstComplete(search, recogniser, edges) }));
  const times = new Int32Array(required.length);
  for (const { first } of walks) for (const index of first.keys()) times[index]!++;
  const release = (first: ReadonlyMap<number, number>, after: number) => {
    for (const [index, steps] of first) if (steps > after) times[index]!--;
  };
  const byValue = [...walks].sort((a, b) => a.first.size - b.first.size);
  const dropped = new Set<(typeof walks)[number]>();
  for (const walk of byValue) {
    if (![...walk.first.keys()].every((index) => times[index]! > 1)) continue;
    release(walk.first, 0);
    dropped.add(walk);
  }
  return walks
    .filter((walk) => !dropped.has(walk))
    .map(({ edges, first }) => {
      const needed = [...first].filter(([index]) => times[index] === 1).map(([, steps]) => steps);
      const end = Math.max(...needed);
      release(first, end);
      return edges.slice(0, end);
    });
}

/** The required paths that a run contains, each with the steps after which it is first complete. */
function firstComplete(
  search: Search,
  recogniser: Recogniser,
  edges: readonly number[],
): Map<number, number> {
  const first = new Map<number, number>();
  search.follow(START, edges, (node, steps) => {
    for (const index of recogniser.complete[node]!) if (!first.has(index)) first.set(index, steps);
  });
  return first;
}
