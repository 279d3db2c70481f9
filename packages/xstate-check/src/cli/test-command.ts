import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../base/errors.ts';
import { identity } from '../base/program.ts';
import { count, paint, type Terminal } from '../base/terminal.ts';
import { type Catalogue, findByName } from '../catalogue/catalogue.ts';
import { parseSuite } from '../generate/parse-suite.ts';
import { type Failure, runSuite, type Skip } from '../generate/run-suite.ts';
import type { TestSuite } from '../generate/test-suite.ts';
import type { Target } from '../target/target.ts';

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
  catalogue: Catalogue,
  directory: string,
  name: string | undefined,
  options: TestOptions,
  terminal: Terminal,
): Promise<number> {
  const names = catalogue.suites.map((source) => source.name);
  if (name !== undefined) findByName('suite', name, names, (n) => n);
  const { make } = findByName(
    'target',
    options.target ?? catalogue.targets[0]!.name,
    catalogue.targets,
    (target) => target.name,
  );
  const run = await runTests(
    catalogue,
    directory,
    name === undefined ? names : [name],
    make(),
    terminal,
  );
  if (options.json) terminal.out(`${JSON.stringify(asJson(run), null, 2)}\n`);
  else for (const line of asText(run, terminal)) terminal.out(line);
  return run.failed.length === 0 ? 0 : 1;
}

export async function runTests(
  catalogue: Catalogue,
  directory: string,
  names: readonly string[],
  target: Target,
  terminal: Terminal,
): Promise<TestRun> {
  const failed: (Failure & { file: string })[] = [];
  const skipped: (Skip & { file: string })[] = [];
  let passed = 0;
  for (const name of names) {
    const { targetScope } = findByName('suite', name, catalogue.suites, (source) => source.name);
    for (const { file, suite } of suitesIn(directory, name)) {
      terminal.progress(`${target.name}: ${file} …`);
      const result = await runSuite(suite, target, { scope: targetScope });
      passed += result.passed.length;
      failed.push(...result.failed.map((failure) => ({ ...failure, file })));
      skipped.push(...result.skipped.map((skip) => ({ ...skip, file })));
    }
  }
  terminal.progress('');
  return { target: target.name, passed, failed, skipped };
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
