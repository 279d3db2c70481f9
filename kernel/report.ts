import type { Outcome } from './laboratory.ts';

/** The outcomes of one generated file. */
export interface FileOutcome {
  /** `device/memory.transitions`. */
  readonly name: string;
  readonly outcomes: readonly Outcome[];
  readonly seconds: number;
}

/** One file as a KTAP subtest, with what went wrong as diagnostics. */
export function ktap({ name, outcomes }: FileOutcome, number: number): string {
  const lines = [
    '    KTAP version 1',
    `    # Subtest: ${name}`,
    `    1..${outcomes.length}`,
    ...outcomes.flatMap((outcome, i) =>
      [...diagnostics(outcome), ktapResult(outcome, i + 1)].map((line) => `    ${line}`),
    ),
    `${outcomes.some(isFailed) ? 'not ok' : 'ok'} ${number} ${name}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** KTAP has a plan first: how many files there are. What is tested stands below it. */
export function ktapHead(files: number, tested: readonly string[]): string {
  return `KTAP version 1\n1..${files}\n${comments(tested)}`;
}

/** Lines that KTAP passes over. */
export function comments(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}\n`).join('');
}

function ktapResult({ test, verdict, reason }: Outcome, number: number): string {
  const word = verdict === 'failed' ? 'not ok' : 'ok';
  const skip = verdict === 'skipped' ? ` # SKIP ${reason}` : '';
  return `${word} ${number} ${test.id} ${test.title.replaceAll('#', '')}${skip}`;
}

function diagnostics(outcome: Outcome): string[] {
  return outcome.verdict === 'failed' ? explanation(outcome).map((line) => `# ${line}`) : [];
}

/** What was wrong, the step with both answers. */
export function explanation({ test, failure, reason, details = [] }: Outcome): string[] {
  if (!failure) return [`${test.id}: ${reason}`, ...details];
  return [
    `${test.id}, step ${failure.step}`,
    `expected  ${failure.expected}`,
    `happened  ${failure.actual ?? 'nothing'}`,
    ...failure.pending.map((line) => `pending   ${line}`),
    ...(reason === undefined ? [] : [`after it  ${reason}`, ...details]),
  ];
}

function isFailed({ verdict }: Outcome): boolean {
  return verdict === 'failed';
}

/** Counts, and each reason for a skip with its number; KTAP takes them for comments. */
export function summary(target: string, files: readonly FileOutcome[]): string {
  const all = files.flatMap(({ outcomes }) => outcomes);
  const counted = (verdict: Outcome['verdict']) =>
    all.filter((outcome) => outcome.verdict === verdict).length;
  const reasons = new Map<string, number>();
  for (const { verdict, reason } of all) {
    if (verdict === 'skipped') reasons.set(reason!, (reasons.get(reason!) ?? 0) + 1);
  }
  const inPart = all.filter((outcome) => outcome.inPart).length;
  const lines = [
    ...(inPart === 0 ? [] : [`${inPart} of those skipped went right as far as they can be done`]),
    ...[...reasons].sort(([, a], [, b]) => b - a).map(([reason, n]) => `${n} skipped: ${reason}`),
    `${target}: ${counted('passed')} passed, ${counted('failed')} failed, ${counted('skipped')} skipped`,
  ];
  return comments(lines);
}

/** JUnit XML, a suite for each file. */
export function junit(files: readonly FileOutcome[]): string {
  const suites = files.map(({ name, outcomes, seconds }) => {
    const failures = outcomes.filter(isFailed).length;
    const skips = outcomes.filter(({ verdict }) => verdict === 'skipped').length;
    const head = `  <testsuite name="${xml(name)}" tests="${outcomes.length}" failures="${failures}" skipped="${skips}" time="${seconds.toFixed(3)}">\n`;
    return `${head}${outcomes.map((outcome) => junitCase(name, outcome)).join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

function junitCase(suite: string, outcome: Outcome): string {
  const { test, verdict, reason } = outcome;
  const open = `    <testcase classname="${xml(suite)}" name="${xml(`${test.id} ${test.title}`)}"`;
  if (verdict === 'passed') return `${open}/>\n`;
  if (verdict === 'skipped') {
    return `${open}>\n      <skipped message="${xml(reason!)}"/>\n    </testcase>\n`;
  }
  const [first, ...rest] = explanation(outcome);
  const failure = `      <failure message="${xml(first!)}">${xml(rest.join('\n'))}</failure>\n`;
  return `${open}>\n${failure}    </testcase>\n`;
}

function xml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (character) => entities[character]!);
}
