import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { identity } from '../base/program.ts';
import { count, paint, type Terminal } from '../base/terminal.ts';
import { findByName } from '../catalogue/catalogue.ts';
import { SIZE_OF_SUITE } from '../catalogue/suites.ts';
import { plainTask, type Work } from '../catalogue/work.ts';
import { parseSuite } from '../generate/parse-suite.ts';
import { type Failure, runSuite, type Skip } from '../generate/run-suite.ts';
import type { TestSuite } from '../generate/test-suite.ts';

export interface TestOptions {
  readonly target?: string;
  readonly json?: boolean;
}

/** How the generated tests went on a target. */
export interface TestRun {
  readonly target: string;
  readonly passed: number;
  readonly failed: readonly (Failure & { readonly file: string })[];
  readonly skipped: readonly (Skip & { readonly file: string })[];
}

/** Runs the generated tests, all or those of one suite, on a target. */
export async function testCommand(
  work: Work,
  directory: string,
  name: string | undefined,
  options: TestOptions,
  terminal: Terminal,
): Promise<number> {
  const { catalogue } = work.means;
  const names = catalogue.suites.map((source) => source.name);
  if (name !== undefined) findByName('suite', name, names, (n) => n);
  const target = findByName(
    'target',
    options.target ?? catalogue.targets[0]!.name,
    catalogue.targets,
    (one) => one.name,
  );
  const run = await runTests(work, directory, name === undefined ? names : [name], target.name);
  terminal.progress('');
  if (options.json) terminal.out(`${JSON.stringify(asJson(run), null, 2)}\n`);
  else for (const line of asText(run, terminal)) terminal.out(line);
  return run.failed.length === 0 ? 0 : 1;
}

/** The tests of a suite, as they are written in a directory, and what runs them. */
interface Tests {
  readonly directory: string;
  readonly suite: string;
  readonly target: string;
}

/** Runs the tests of one suite. */
export const runOneSuite = plainTask({
  name: 'tests',
  about: (_, { suite }: Tests) => `the tests of ${suite}`,
  size: () => SIZE_OF_SUITE,
  async of(
    { catalogue, progress },
    { directory, suite: name, target: driven }: Tests,
  ): Promise<TestRun> {
    const target = findByName('target', driven, catalogue.targets, (one) => one.name).make();
    const { targetScope } = findByName('suite', name, catalogue.suites, (source) => source.name);
    const runs: TestRun[] = [];
    for (const { file, suite } of suitesIn(directory, name)) {
      progress(`${target.name}: ${file} …`);
      const { passed, failed, skipped } = await runSuite(suite, target, { scope: targetScope });
      runs.push({
        target: target.name,
        passed: passed.length,
        failed: failed.map((failure) => ({ ...failure, file })),
        skipped: skipped.map((skip) => ({ ...skip, file })),
      });
    }
    return together(target.name, runs);
  },
});

/** @param driven - the name of the target; the first where absent */
export async function runTests(
  work: Work,
  directory: string,
  names: readonly string[],
  driven = work.means.catalogue.targets[0]!.name,
): Promise<TestRun> {
  const asked = names.map((suite) => ({ directory, suite, target: driven }));
  const runs = await work.all(runOneSuite, asked);
  return together(runs[0]?.target ?? driven, runs);
}

function together(target: string, runs: readonly TestRun[]): TestRun {
  return {
    target,
    passed: runs.reduce((sum, { passed }) => sum + passed, 0),
    failed: runs.flatMap(({ failed }) => failed),
    skipped: runs.flatMap(({ skipped }) => skipped),
  };
}

function suitesIn(directory: string, name: string): { file: string; suite: TestSuite }[] {
  const folder = join(directory, name);
  if (!existsSync(folder)) {
    throw new InputError(
      `there are no tests in '${folder}': run '${identity().name} generate' first`,
    );
  }
  return readdirSync(folder)
    .sort()
    .map((entry) => join(folder, entry))
    .map((file) => ({ file, suite: parseFile(file) }));
}

function parseFile(file: string): TestSuite {
  try {
    return parseSuite(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${file}: ${error.message}`);
    throw error;
  }
}

/** Failures shown in full; the rest is counted. */
const SHOWN = 10;

function* asText(run: TestRun, terminal: Terminal): Generator<string> {
  for (const { file, test, step, expected, actual, pending } of run.failed.slice(0, SHOWN)) {
    yield `${paint(terminal, 'red', 'failed')} ${test.id}  ${test.title}\n  ${file}, step ${step}\n`;
    yield `  expected  ${expected}\n  happened  ${actual ?? 'nothing'}\n`;
    if (pending.length > 0) yield `  pending   ${pending.join('\n            ')}\n`;
  }
  if (run.failed.length > SHOWN) yield `… and ${run.failed.length - SHOWN} more\n`;
  for (const [label, tests] of byLabel(run.skipped)) {
    yield `${paint(terminal, 'yellow', 'skipped')} ${tests} tests: ${run.target} cannot do ${label}\n`;
  }
  yield `${run.target}: ${count(run.passed)} passed, ${run.failed.length} failed, ${run.skipped.length} skipped\n`;
}

function byLabel(skipped: readonly Skip[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { label } of skipped) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

function asJson({ target, passed, failed, skipped }: TestRun) {
  return {
    target,
    passed,
    failed: failed.map(({ file, test, step, expected, actual, pending }) => ({
      file,
      id: test.id,
      title: test.title,
      step,
      expected,
      actual: actual ?? null,
      pending,
    })),
    skipped: skipped.map(({ file, test, label }) => ({ file, id: test.id, label })),
  };
}
