/**
 * The tool as a library: flatten a machine, compose a system, check its properties, take its paths
 * and write them down as tests. `dmabuf-spec` is these functions with a specification.
 */

export { InputError } from './base/errors.ts';
export type { Chart } from './chart/chart.ts';
export { chartOf } from './chart/chart-of.ts';
export { svgOf } from './chart/svg.ts';
export { check, type PropertyResult, type SystemResult } from './check/check.ts';
export type { Counterexample, Verdict } from './check/verdict.ts';
export { diagram } from './explain/diagram.ts';
export { type Bounds, explore, type StateSpace } from './explore/explore.ts';
export { mermaid } from './export/mermaid.ts';
export { checkFault, type Fault, type FaultResult } from './faults/fault.ts';
export { type Patch, patched } from './faults/patch.ts';
export { parseSuite } from './generate/parse-suite.ts';
export { runSuite, type SuiteResult } from './generate/run-suite.ts';
export { flatten } from './lts/flatten.ts';
export { formatLabel, type Label, parseLabel } from './lts/label.ts';
export { type LintFinding, lint } from './lts/lint.ts';
export type { Lts, LtsEdge, LtsState } from './lts/lts.ts';
export { machineGraph } from './paths/labelled-graph.ts';
export { primePaths } from './paths/prime-paths.ts';
export { simplePaths } from './paths/simple-paths.ts';
export { transitionPairs } from './paths/transition-pairs.ts';
export { transitions } from './paths/transitions.ts';
export { checkReduced } from './reduce/check-reduced.ts';
export { exploreOrbits } from './reduce/orbits.ts';
export { symmetryOf } from './reduce/symmetry.ts';
export type { Call } from './specification/call.ts';
export { contract, monitor, type Part, procedure, resource } from './specification/part.ts';
export {
  all,
  always,
  any,
  inWords,
  is,
  not,
  type Predicate,
  said,
  where,
} from './specification/predicate.ts';
export type { Property } from './specification/property.ts';
export type { Scope, System, SystemFamily } from './specification/system.ts';
export { compose, type Product } from './system/product.ts';
export type { StepResult, Target } from './target/target.ts';
