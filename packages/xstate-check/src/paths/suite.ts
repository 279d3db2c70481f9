import { InputError } from '../base/errors.ts';
import type { Run } from '../explore/run.ts';
import { coverage } from './coverage.ts';
import { type LabelledGraph, machineGraph, type Path, productGraph } from './labelled-graph.ts';
import { type Obstacle, obstaclesOf } from './obstacles.ts';
import { findPrimePaths } from './prime-paths.ts';
import { type Explored, ontoPart, ontoSystem, partPath, systemPath } from './projection.ts';
import { simplePaths } from './simple-paths.ts';
import { tours } from './tours.ts';
import { countTransitionPairs, transitionPairs } from './transition-pairs.ts';
import { countTransitions, transitions } from './transitions.ts';

/** The criteria that are counted on a machine, from weak to strong; simple paths stand aside. */
export const MACHINE_CRITERIA = [
  'transitions',
  'transition pairs',
  'prime paths',
  'simple paths',
] as const;
export type MachineCriterion = (typeof MACHINE_CRITERIA)[number];

/** The criteria that are counted on all of a product. */
export const SYSTEM_CRITERIA = ['transitions', 'transition pairs'] as const;
export type SystemCriterion = (typeof SYSTEM_CRITERIA)[number];

/** Runs of a system that meet a criterion. */
export interface Suite {
  readonly criterion: MachineCriterion;
  /** The part on whose machine the criterion is counted; absent where it is the whole product. */
  readonly part?: number;
  readonly states: number;
  readonly transitions: number;
  readonly required: number;
  /** The required paths that no run of the system contains: the search went through all runs. */
  readonly infeasible: readonly Path[];
  /** What is impossible about them. */
  readonly obstacles: readonly Obstacle[];
  readonly runs: readonly Run[];
}

/** Why there is no suite for a criterion, and how many paths it would have to contain. */
export interface Omission {
  readonly criterion: MachineCriterion;
  readonly part?: number;
  readonly required: bigint;
  /** Whether `required` is exact, or only proven to be a lower bound. */
  readonly exact: boolean;
  readonly reason: string;
}

export type SuiteOrOmission =
  | { readonly kind: 'suite'; readonly suite: Suite }
  | { readonly kind: 'omitted'; readonly omission: Omission };

/** Most transitions, and most transition pairs, of a product for which tests are written. */
export const MOST_SYSTEM_PATHS = 5_000;

/**
 * Runs of a system that meet a criterion counted on the machine of one part. Only simple paths can
 * be omitted: where there are too many to list.
 *
 * @throws InputError when there are too many prime paths
 */
export function machineSuite(
  explored: Explored,
  part: number,
  criterion: MachineCriterion,
): SuiteOrOmission {
  const graph = machineGraph(explored.product.ltss[part]!);
  const required = requiredOf(graph, criterion);
  if ('reason' in required) {
    if (criterion === 'simple paths') return { kind: 'omitted', omission: { ...required, part } };
    throw new InputError(`'${graph.name}' has ${required.reason}; split the machine`);
  }
  const projection = ontoPart(explored, part);
  const { runs, infeasible: none } = tours(explored, projection, required.paths);
  const infeasible = none.map(({ path }) => path);
  const walked = runs.map((run) => partPath(explored, run, part));
  assertMet(graph, criterion, walked, required.paths, infeasible);
  return {
    kind: 'suite',
    suite: {
      criterion,
      part,
      ...sizeOf(graph),
      required: required.paths.length,
      infeasible,
      obstacles: obstaclesOf(explored, projection, none),
      runs,
    },
  };
}

/**
 * Runs that meet a criterion counted on the product; every path of it has a run. Omitted where
 * there are more than `most` paths to contain.
 */
export function systemSuite(
  explored: Explored,
  criterion: SystemCriterion,
  most = MOST_SYSTEM_PATHS,
): SuiteOrOmission {
  const graph = productGraph(explored.product.name, explored.graph);
  const [count, list] =
    criterion === 'transitions'
      ? [countTransitions, transitions]
      : [countTransitionPairs, transitionPairs];
  const required = count(graph);
  if (required > most) {
    const reason = `the system has ${required} ${criterion}, and tests are written for at most ${most}`;
    return {
      kind: 'omitted',
      omission: { criterion, required: BigInt(required), exact: true, reason },
    };
  }
  const paths = list(graph);
  const { runs, infeasible: none } = tours(explored, ontoSystem(explored), paths);
  const infeasible = none.map(({ path }) => path);
  assertMet(graph, criterion, runs.map(systemPath), paths, infeasible);
  const size = sizeOf(graph);
  return {
    kind: 'suite',
    suite: { criterion, ...size, required, infeasible, obstacles: [], runs },
  };
}

/** The paths that a criterion requires of a machine, or why they are not listed. */
export function requiredOf(
  graph: LabelledGraph,
  criterion: MachineCriterion,
): { readonly paths: readonly Path[] } | Omission {
  switch (criterion) {
    case 'transitions':
      return { paths: transitions(graph) };
    case 'transition pairs':
      return { paths: transitionPairs(graph) };
    case 'prime paths':
      return primeOf(graph);
    case 'simple paths': {
      const simple = simplePaths(graph);
      if (simple.kind === 'all') return { paths: simple.paths };
      const { count, kind, reason } = simple;
      return { criterion, required: count, exact: kind === 'counted', reason };
    }
  }
}

function primeOf(graph: LabelledGraph): { readonly paths: readonly Path[] } | Omission {
  const prime = findPrimePaths(graph);
  if (prime.kind === 'all') return prime;
  const { count, reason } = prime;
  return { criterion: 'prime paths', required: BigInt(count), exact: false, reason };
}

function sizeOf(graph: LabelledGraph): { states: number; transitions: number } {
  return { states: graph.outgoing.length, transitions: countTransitions(graph) };
}

/** Recounts what the runs contain; a suite that misses something is a defect of this tool. */
function assertMet(
  graph: LabelledGraph,
  criterion: string,
  walked: readonly Path[],
  required: readonly Path[],
  infeasible: readonly Path[],
): void {
  const left = new Set(infeasible);
  const feasible = required.filter((path) => path.length > 0 && !left.has(path));
  const { met, missing } = coverage(walked, feasible);
  if (missing.length === 0) return;
  throw new Error(
    `'${graph.name}': the runs contain ${met} of ${feasible.length} feasible ${criterion}; ` +
      'this is a defect of the search for runs, please report it',
  );
}
