/**
 * The tool as a library: flatten a machine, compose a system, check its properties, take its paths
 * and write them down as tests. The program is these functions with a catalogue.
 */

export { InputError, suggested } from './base/errors.ts';
export {
  type Catalogue,
  defaultRevision,
  type Expectation,
  type Finding,
  findByName,
  formatScope,
  type LeftOut,
  type Limits,
  type MachineEntry,
  type NotModelled,
  type OfSource,
  type Revision,
} from './catalogue/catalogue.ts';
export type {
  Answer,
  ComparedCall,
  Comparison,
  Design,
  DesignSearch,
} from './catalogue/comparison.ts';
export type { Door } from './catalogue/door.ts';
export { withoutInstance } from './catalogue/instances.ts';
export { differencesOf, judge } from './catalogue/judge.ts';
export { brokenIn, expectationsOf, findingsAt, isSameScope, scopesOf } from './catalogue/known.ts';
export { generateSuites, type SuiteSource, suiteOf } from './catalogue/suites.ts';
export type { Chart } from './chart/chart.ts';
export { chartOf } from './chart/chart-of.ts';
export { svgOf } from './chart/svg.ts';
export { check, type PropertyResult, type SystemResult } from './check/check.ts';
export { fingerprint } from './check/same-system.ts';
export type { Counterexample, Verdict } from './check/verdict.ts';
export { diagram } from './explain/diagram.ts';
export { diagrams, ruleBroken } from './explain/diagrams.ts';
export { BoundReached, type Bounds, explore, type StateSpace } from './explore/explore.ts';
export type { ExportFormat } from './export/format.ts';
export { mermaid } from './export/mermaid.ts';
export { checkFault, type Fault, type FaultResult, faultySystem } from './faults/fault.ts';
export { untestedProperties } from './faults/mutants.ts';
export { type Patch, patched } from './faults/patch.ts';
export { infeasibleIn } from './generate/format-suite.ts';
export { observablesOf } from './generate/observables.ts';
export { parseSuite } from './generate/parse-suite.ts';
export { type Failure, runSuite, type SuiteResult } from './generate/run-suite.ts';
export {
  suitePath,
  type TestCase,
  type TestStep,
  type TestSuite,
  UNSTATED,
} from './generate/test-suite.ts';
export { flatten } from './lts/flatten.ts';
export {
  callOf,
  expandTemplate,
  formatLabel,
  type Label,
  parseLabel,
  plainLabel,
  withoutVariant,
} from './lts/label.ts';
export { type LintFinding, type LintRule, lint } from './lts/lint.ts';
export type { Lts, LtsEdge, LtsState } from './lts/lts.ts';
export { isIn, transitionsOf } from './lts/lts.ts';
export { MachineError } from './lts/machine-error.ts';
export { lineOf } from './orders/line.ts';
export { ordersOf, type Unordered } from './orders/orders.ts';
export { type Searched, search } from './orders/search.ts';
export { machineGraph } from './paths/labelled-graph.ts';
export { primePaths } from './paths/prime-paths.ts';
export { type Explored, exploreForPaths } from './paths/projection.ts';
export { shortestPaths } from './paths/shortest-paths.ts';
export { simplePaths } from './paths/simple-paths.ts';
export { transitionPairs } from './paths/transition-pairs.ts';
export { transitions } from './paths/transitions.ts';
export {
  declaredEvents,
  type EventSequences,
  eventsAlong,
  eventsOfXstatePath,
  xstatePaths,
} from './paths/xstate-paths.ts';
export { checkReduced, type ReducedResult } from './reduce/check-reduced.ts';
export { exploreOrbits } from './reduce/orbits.ts';
export { symmetryOf } from './reduce/symmetry.ts';
export { builtOnce } from './specification/built-once.ts';
export type { Call } from './specification/call.ts';
export { BEGIN, CallTable, call, WAIT } from './specification/call.ts';
export {
  alphabetOf,
  type Binding,
  bindObjects,
  contract,
  joining,
  monitor,
  newLabels,
  type Part,
  procedure,
  resource,
} from './specification/part.ts';
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
export { looseEnds } from './system/connections.ts';
export { compose, ltsOf, type Product, partNamed } from './system/product.ts';
export { refusalsOf } from './system/receptive.ts';
export type { StepResult, Target } from './target/target.ts';
