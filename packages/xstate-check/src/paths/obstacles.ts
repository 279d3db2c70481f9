import type { Path } from './labelled-graph.ts';
import type { Explored, Projection } from './projection.ts';
import { feasible, type Infeasible } from './realise.ts';

/** A path that no run contains although runs contain each proper part of it. */
export interface Obstacle {
  readonly path: Path;
  /** How many infeasible paths it stands in the way of, those with an earlier obstacle left out. */
  readonly obstructs: number;
}

/**
 * What makes paths infeasible: for each of them its shortest infeasible beginning, and of that the
 * shortest infeasible end. Each path contains at least one of the obstacles.
 */
export function obstaclesOf(
  { graph }: Explored,
  projection: Projection,
  infeasible: readonly Infeasible[],
): Obstacle[] {
  const begun = infeasible.map(({ beginning }) => beginning);
  const distinct = new Map(begun.flatMap(ends).map((path) => [keyOf(path), path]));
  const verdicts = feasible(graph, projection, [...distinct.values()]);
  const byKey = new Map([...distinct.keys()].map((key, i) => [key, verdicts[i]!]));
  const endsWell = (path: Path) => byKey.get(keyOf(path))!;
  const obstacles = new Map<string, { path: Path; obstructs: number }>();
  for (const beginning of begun) {
    const path = ends(beginning).find((part) => !endsWell(part))!;
    const known = obstacles.get(keyOf(path));
    if (known === undefined) obstacles.set(keyOf(path), { path, obstructs: 1 });
    else known.obstructs++;
  }
  return [...obstacles.values()];
}

/** The non-empty ends of a path, the shortest first. */
function ends(path: Path): Path[] {
  return path.map((_, i) => path.slice(path.length - 1 - i));
}

function keyOf(path: Path): string {
  return path.map(({ from, label }) => `${from}.${label}`).join(' ');
}
