import { checkFaults } from '../catalogue/check-faults.ts';
import { judgePlace } from '../catalogue/judge-place.ts';
import { makeSuites } from '../catalogue/suites.ts';
import type { Task } from '../catalogue/work.ts';
import { makeBand } from '../matrix/matrix.ts';
import { drawMachine, reviewFaults, reviewFinding, reviewPlace } from '../report/review.ts';
import { showFindings } from './findings-command.ts';
import { runOneSuite } from './test-command.ts';

/** One that is known by its name alone: what it is asked comes from who knows it. */
type AnyTask = Task<unknown, unknown, unknown>;

/** Everything that commands give to other threads. */
const tasks: readonly AnyTask[] = [
  judgePlace,
  checkFaults,
  makeBand,
  makeSuites,
  runOneSuite,
  showFindings,
  ...[reviewPlace, reviewFaults, reviewFinding, drawMachine],
];

export function taskNamed(name: string): AnyTask {
  const task = tasks.find((one) => one.name === name);
  if (task === undefined) throw new Error(`no command gives the task '${name}' to a thread`);
  return task;
}
