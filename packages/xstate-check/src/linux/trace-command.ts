import { InputError } from '../base/errors.ts';
import { count, paint, type Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import { columns } from '../trace/columns.ts';
import { readTrace } from '../trace/ftrace.ts';
import { type LogReport, reportsIn } from '../trace/kernel-log.ts';
import type { JudgeTrace, TraceVerdict } from '../trace/verdict.ts';

export interface TraceOptions {
  readonly hung?: boolean;
  readonly log?: string;
  readonly json?: boolean;
}

interface JudgedFile {
  readonly file: string;
  readonly verdict: TraceVerdict;
  readonly log: readonly (LogReport & { readonly line?: number })[];
}

/** Judges traces of real kernels; 0 where the machines allow them all, 1 where not. */
export function traceCommand(
  judge: JudgeTrace,
  files: readonly string[],
  options: TraceOptions,
  terminal: Terminal,
): number {
  const reports = options.log === undefined ? [] : reportsIn(options.log);
  const judged = files.map((file) => judgeFile(judge, file, options, reports, terminal));
  if (options.json) terminal.out(`${JSON.stringify({ traces: judged.map(asJson) }, null, 2)}\n`);
  else
    for (const one of judged) for (const line of asText(one, terminal)) terminal.out(`${line}\n`);
  return judged.every(({ verdict }) => verdict.verdict === 'accepted') ? 0 : 1;
}

function judgeFile(
  judge: JudgeTrace,
  file: string,
  options: TraceOptions,
  reports: readonly LogReport[],
  terminal: Terminal,
): JudgedFile {
  terminal.progress(`${file} …`);
  try {
    const verdict = judge(() => readTrace(file), {
      ...(options.hung !== undefined && { hung: options.hung }),
      progress: (line) => terminal.progress(`${file}: line ${count(line)}`),
    });
    const log = reports.length === 0 ? [] : besideLines(file, reports);
    terminal.progress('');
    return { file, verdict, log };
  } catch (error) {
    if (error instanceof InputError && !error.message.includes(file)) {
      throw new InputError(`'${file}': ${error.message}`);
    }
    throw error;
  }
}

/** The last line of the trace before each report of the kernel log. */
function besideLines(file: string, reports: readonly LogReport[]): JudgedFile['log'] {
  const lines: (number | undefined)[] = reports.map(() => undefined);
  for (const { time, line } of readTrace(file)) {
    reports.forEach((report, i) => {
      if (time <= report.time) lines[i] = line;
    });
  }
  return reports.map((report, i) => ({
    ...report,
    ...(lines[i] !== undefined && { line: lines[i] }),
  }));
}

const WIDTH = 75;

function* asText({ file, verdict, log }: JudgedFile, terminal: Terminal): Generator<string> {
  const accepted = verdict.verdict === 'accepted';
  yield `${file} ${paint(terminal, accepted ? 'green' : 'red', verdict.verdict)}`;
  yield* indented(
    `${count(verdict.explained)} steps explained of ${count(verdict.events)} events` +
      ` (${count(verdict.known)} of functions that the table has); ` +
      `${some(verdict.devices.length, 'device')}, ${some(verdict.tasks.length, 'task')}`,
  );
  if (accepted) yield* acceptedText(verdict);
  else yield* rejectedText(verdict);
  yield* untoldText(verdict);
  for (const report of log) {
    const where = report.line === undefined ? 'before the trace' : `after line ${report.line}`;
    yield* indented(`kernel log, ${where}: ${report.text}`);
  }
  yield '';
}

function* acceptedText({ coverage, open }: TraceVerdict): Generator<string> {
  const covered = coverage
    .filter(({ transitions }) => transitions > 0)
    .map(({ machine, transitions, of }) => `${machine} ${transitions}/${of}`);
  yield* indented(`transitions covered: ${covered.join(', ')}`);
  for (const { task, line, text, waitsFor } of open) {
    const waits = waitsFor === undefined ? '' : `, waiting for ${waitsFor}`;
    yield* indented(
      `incomplete: no return of the call that ${task} was in is shown (last line ${line}: ${text}${waits})`,
    );
  }
}

function* untoldText({ untold }: TraceVerdict): Generator<string> {
  if (untold.length === 0) return;
  yield '  What the trace does not tell:';
  for (const text of untold) yield* indented(text, 4);
}

function* rejectedText({ rejection, open, last, state }: TraceVerdict): Generator<string> {
  yield '';
  for (const line of columns(last)) yield line;
  if (rejection !== undefined) {
    const arrow = `${rejection.line}`.padStart(4);
    yield `${arrow}  ${rejection.event.trim()}   <-- no run of the specification goes on like this`;
  }
  yield '';
  if (rejection?.why !== undefined) yield* indented(rejection.why, 0);
  for (const { task, line, text, waitsFor } of rejection === undefined ? open : []) {
    yield* indented(
      `${task} hung; its last line is ${line}, ${text}.${waitsFor === undefined ? '' : ` It waits for ${waitsFor}.`}`,
      0,
    );
  }
  if (rejection !== undefined && rejection.allowed.length > 0) {
    yield `What the rules do not forbid to ${rejection.task} there:`;
    for (const text of rejection.allowed) yield `  ${text}`;
  }
  yield 'The state so far:';
  for (const { what, is } of state) yield* indented(`${what}: ${is}`);
}

function* indented(text: string, by = 2): Generator<string> {
  for (const line of wrap(text, WIDTH - by)) yield ' '.repeat(by) + line;
}

function some(n: number, what: string): string {
  return `${count(n)} ${what}${n === 1 ? '' : 's'}`;
}

function asJson({ file, verdict, log }: JudgedFile): unknown {
  return { file, ...verdict, ...(log.length > 0 && { log }) };
}
