/** What the commands do, and what they show: the page and the report. */

export { alone } from '../catalogue/work.ts';
export { isCaught } from '../cli/check-command.ts';
export { exportCommand } from '../cli/export-command.ts';
export { generateCommand } from '../cli/generate-command.ts';
export { openedBy, takenInTrace } from '../cli/inspect-command.ts';
export { startCommand } from '../cli/start-command.ts';
export { exportFormats } from '../export/formats.ts';
export { Inspector } from '../inspect/inspector.ts';
export { passedIn } from '../inspect/junit-run.ts';
export { findingsView, overviewOf } from '../inspect/pages.ts';
export type {
  BesideView,
  ComparisonView,
  Coverage,
  FindingsView,
  MachineView,
  MatrixView,
  Overview,
  PathList,
  Play,
  RunView,
  SystemView,
  Words,
} from '../inspect/protocol.ts';
export { type InspectServer, serve } from '../inspect/server.ts';
export { Sources } from '../inspect/sources.ts';
export { answersOf } from '../matrix/answers.ts';
export { comparedOf, familiesOf } from '../matrix/compared.ts';
export { comparedMarkdown } from '../matrix/compared-markdown.ts';
export { expectedBands, expectedMatrix } from '../matrix/expected.ts';
export { type Matrix, matrixOf } from '../matrix/matrix.ts';
export { anchor } from '../report/document.ts';
export { reviewOf } from '../report/review.ts';
