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
  const { edges, infeasible } = shortestEdges(explored.graph, projection, required);
  return {
    runs: required.flatMap((path, i) =>
      edges[i] === undefined ? [] : [{ path, run: runOf(explored.graph, edges[i]) }],
    ),
    infeasible: infeasible.map(({ path }) => path),
  };
}

/** A path that no run contains. */
export interface Infeasible {
  readonly path: Path;
  /** Its shortest beginning that no run contains either. */
  readonly beginning: Path;
}

/** For each required path the transitions of a shortest run, or `undefined` where there is none. */
export function shortestEdges(
  graph: Graph,
  projection: Projection,
  required: readonly Path[],
): {
  readonly edges: readonly (number[] | undefined)[];
  readonly infeasible: readonly Infeasible[];
} {
  const { search, found, beginningOf } = firstFound(graph, projection, required);
  return {
    edges: required.map((path, i) => {
      if (path.length === 0) return [];
      return found[i] === -1 ? undefined : search.edgesTo(found[i]!);
    }),
    infeasible: required.flatMap((path, i) =>
      path.length > 0 && found[i] === -1 ? [{ path, beginning: beginningOf(path) }] : [],
    ),
  };
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

/** A search from the initial state for paths. */
interface FirstFound {
  readonly search: Search;
  /** Where it first has each path complete; -1 for never. */
  readonly found: Int32Array;
  /** The shortest beginning that is never complete, of a path that is not. */
  readonly beginningOf: (path: Path) => Path;
}

function firstFound(graph: Graph, projection: Projection, paths: readonly Path[]): FirstFound {
  const stepsOf = (path: Path) => path.map(projection.stepOf);
  const wanted = paths.map((path) => (path.length === 0 ? undefined : stepsOf(path)));
  const recogniser = recogniserOf(wanted);
  const search = new Search(graph, projection, recogniser);
  const found = new Int32Array(paths.length).fill(-1);
  const entered = new Uint8Array(recogniser.lastStep.length);
  let open = wanted.filter((steps) => steps !== undefined).length;
  search.run(START, open === 0 ? 0 : Number.POSITIVE_INFINITY, (node, at) => {
    entered[node] = 1;
    for (const index of recogniser.complete[node]!) {
      if (found[index] !== -1) continue;
      found[index] = at;
      open--;
    }
    return open === 0;
  });
  // Where a path is never complete, every position was visited.
  recogniser.withEnds(entered);
  const beginningOf = (path: Path) => {
    const nodes = recogniser.nodesOf(stepsOf(path));
    return path.slice(0, nodes.findIndex((node) => !entered[node]) + 1);
  };
  return { search, found, beginningOf };
}

/** The run that takes these transitions from the initial state. */
export function runOf(graph: Graph, edges: readonly number[]): Run {
  return {
    states: [0, ...edges.map((edge) => graph.target[edge]!)],
    vectors: edges.map((edge) => graph.vector[edge]!),
  };
}
