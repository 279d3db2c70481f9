import type { Graph } from '../explore/graph.ts';
import type { Run } from '../explore/run.ts';
import type { Path } from './labelled-graph.ts';
import { type Explored, ontoPart, type Projection } from './projection.ts';
import { recogniserOf } from './recogniser.ts';
import { Search, START } from './search.ts';

/** The required paths of a part's machine as runs of the system that the part is in. */
export interface Realisation {
  /** For each required path that has one, a shortest run; in the order of the required paths. */
  readonly runs: readonly { readonly path: Path; readonly run: Run }[];
  /** The paths that no run contains: the search went through all runs. */
  readonly infeasible: readonly Path[];
}

/**
 * Finds for each required path a shortest run of the product from its initial state whose
 * projection on the part contains the path contiguously: steps in which the part has no share may
 * lie in between, a step of the part that is not in the path may not. One breadth-first search over
 * states of the product and of a recogniser of all paths serves them all.
 */
export function realise(explored: Explored, part: number, required: readonly Path[]): Realisation {
  const projection = ontoPart(explored, part);
  const edges = shortestEdges(explored.graph, projection, required);
  return {
    runs: required.flatMap((path, i) =>
      edges[i] === undefined ? [] : [{ path, run: runOf(explored.graph, edges[i]) }],
    ),
    infeasible: required.filter((_, i) => edges[i] === undefined),
  };
}

/** For each required path the transitions of a shortest run, or `undefined` where there is none. */
export function shortestEdges(
  graph: Graph,
  projection: Projection,
  required: readonly Path[],
): (number[] | undefined)[] {
  const { search, found } = firstFound(graph, projection, required);
  return required.map((path, i) => {
    if (path.length === 0) return [];
    return found[i] === -1 ? undefined : search.edgesTo(found[i]!);
  });
}

/** For each path whether some run contains it. */
export function feasible(
  graph: Graph,
  projection: Projection,
  paths: readonly Path[],
): readonly boolean[] {
  const { found } = firstFound(graph, projection, paths);
  return paths.map((path, i) => path.length === 0 || found[i] !== -1);
}

/** Where a search from the initial state first has each path complete; -1 for never. */
function firstFound(
  graph: Graph,
  projection: Projection,
  paths: readonly Path[],
): { readonly search: Search; readonly found: Int32Array } {
  const wanted = paths.map((path) => (path.length === 0 ? undefined : path.map(projection.stepOf)));
  const recogniser = recogniserOf(wanted);
  const search = new Search(graph, projection, recogniser);
  const found = new Int32Array(paths.length).fill(-1);
  let open = wanted.filter((steps) => steps !== undefined).length;
  search.run(START, open === 0 ? 0 : Number.POSITIVE_INFINITY, (node, at) => {
    for (const index of recogniser.complete[node]!) {
      if (found[index] !== -1) continue;
      found[index] = at;
      open--;
    }
    return open === 0;
  });
  return { search, found };
}

/** The run that takes these transitions from the initial state. */
export function runOf(graph: Graph, edges: readonly number[]): Run {
  return {
    states: [0, ...edges.map((edge) => graph.target[edge]!)],
    vectors: edges.map((edge) => graph.vector[edge]!),
  };
}
