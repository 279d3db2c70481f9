/** The dialect of Linux: its C, its locks, its runtime monitors, and the commands that read them. */

export { kernelDialect } from '../linux/c-dialect.ts';
export { type CarriesOptions, carriesCommand } from '../linux/carries-command.ts';
export { ofSource } from '../linux/of-source.ts';
export { operationsCommand } from '../linux/operations-command.ts';
export { type PatchOptions, patchCommand } from '../linux/patch-command.ts';
export {
  type RuntimeMonitor,
  runtimeMonitor,
  runtimeMonitorFormat,
} from '../linux/runtime-monitors.ts';
export {
  type Attachment,
  eventName,
  monitorClass,
  only,
  type Site,
  siteText,
  stateName,
  type Watch,
} from '../linux/rv-dot.ts';
export { type SourceOptions, sourceCommand } from '../linux/source-command.ts';
export { type TraceOptions, traceCommand } from '../linux/trace-command.ts';
export { answer } from '../monitors/answer.monitor.ts';
export {
  type Answer,
  answerMonitors,
  type Permission,
  permissionMonitors,
  type Reference,
  referenceMonitors,
} from '../monitors/calls.ts';
export { heldWhereRequired } from '../monitors/held-where-required.monitor.ts';
export {
  balanceMonitors,
  heldMonitors,
  type Lock,
  type LockKind,
  orderMonitors,
} from '../monitors/locks.ts';
export { NotRead, type Place } from '../source/ast.ts';
export { compare, offersOfMachine } from '../source/compare.ts';
export type { CGraph } from '../source/graph.ts';
export { judgeCarries, type KnownDefects } from '../source/judge-carries.ts';
export { type JudgedChange, judgeChange, type PatchCatalogue } from '../source/judge-change.ts';
export { type ChangedMachine, changeOf } from '../source/judge-patch.ts';
export {
  type AcceptedDifference,
  type CSpecification,
  isAccepted,
  SourceReader,
} from '../source/judge-source.ts';
export type { JudgedSystem } from '../source/judge-systems.ts';
export { patchesOf } from '../source/mail.ts';
export { minimised } from '../source/minimise.ts';
export {
  type HeldObject,
  type JudgedOperations,
  keyOf,
  type Operation,
  type OperationList,
  type OperationSaid,
  type OperationTable,
  operationsOf,
} from '../source/operations.ts';
export type { OutsideTable } from '../source/outside.ts';
export { CReader } from '../source/parse.ts';
export { Program, readRow } from '../source/program.ts';
export { cSourceOf, isInside, readingOf, rowsOf } from '../source/reading.ts';
export { readFunction } from '../source/run.ts';
export type { Signature } from '../source/signature.ts';
export type { Row } from '../source/table.ts';
export { changedTree, directoryTree, type Tree } from '../source/tree.ts';
export type { FunctionVersion } from '../source/versions.ts';
export { functionAt } from '../source/within.ts';
