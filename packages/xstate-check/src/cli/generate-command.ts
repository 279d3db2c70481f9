import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { assertReplaceable } from '../base/output.ts';
import { identity } from '../base/program.ts';
import { type Terminal, table } from '../base/terminal.ts';
import { type Catalogue, defaultRevision, parseScope } from '../catalogue/catalogue.ts';
import { filesOf, type GeneratedSuites, generateSuites } from '../catalogue/suites.ts';
import { infeasibleIn } from '../generate/format-suite.ts';
import { type GeneratedFile, writeSuites } from '../generate/write-suites.ts';
import { familiesNamed, withRefused } from '../load/file.ts';

export interface GenerateOptions {
  readonly scope?: string;
  readonly out?: string;
  readonly check?: boolean;
  readonly json?: boolean;
}

/**
 * Writes the transitions and transition pairs of one system, or of those of a file, at a scope as
 * tests, somewhere else than where the tests of the specification are kept.
 *
 * @throws InputError without a directory
 */
export async function generateForSystem(
  catalogue: Catalogue,
  name: string,
  options: GenerateOptions,
  terminal: Terminal,
): Promise<number> {
  const { families, refused } = await familiesNamed(catalogue, name);
  if (options.out === undefined) {
    throw new InputError(`say where to write the tests of '${name}': --out DIRECTORY`);
  }
  if (options.check)
    throw new InputError('--check is for the tests of the specification: leave the system out');
  assertReplaceable('--out', options.out, 'name another directory');
  const generated = families.map((family) =>
    generateSuites({
      name: family.name,
      system: family.build({
        scope: parseScope(options.scope, family),
        revision: defaultRevision(catalogue, family),
      }),
      parts: [],
      whole: true,
      targetScope: {},
      performed: (product, vector) => product.vectors[vector]!.initiator < 0,
    }),
  );
  const commands = {
    generate: `${identity().name} generate ${name} --out DIRECTORY`,
    run: `\`runSuite()\` of ${identity().package}, on a target of your own`,
  };
  const files = filesOf(generated, commands);
  if (files.length === 0) throw nothingToWrite(name, generated);
  writeSuites(options.out, files);
  report(generated, options, terminal);
  return withRefused(EXIT.ok, refused, terminal);
}

function nothingToWrite(name: string, generated: readonly GeneratedSuites[]): InputError {
  const reasons = generated.flatMap(({ omissions }) => omissions.map(({ reason }) => reason));
  return new InputError(
    `no test of '${name}' is written: ${reasons.join('; ') || 'it takes no step'}; ` +
      'take a smaller --scope',
  );
}

/** Writes the tests anew; with `check` writes nothing and fails where a file would change. */
export function generateCommand(
  catalogue: Catalogue,
  directory: string,
  options: GenerateOptions,
  terminal: Terminal,
): number {
  if (options.out !== undefined || options.scope !== undefined) {
    throw new InputError(
      `--out and --scope are for one system: ${identity().name} generate SYSTEM --out DIRECTORY`,
    );
  }
  if (!options.check) assertReplaceable('generate', directory, 'run it in another directory');
  const generated = generateAll(catalogue, terminal);
  const files = filesOf(generated);
  const stale = options.check ? staleFiles(directory, files) : [];
  if (!options.check) writeSuites(directory, files);
  report(generated, options, terminal);
  if (!options.json) {
    for (const path of stale) terminal.out(`not as generated: ${join(directory, path)}\n`);
  }
  return stale.length === 0 ? 0 : 1;
}

function report(
  generated: readonly GeneratedSuites[],
  options: GenerateOptions,
  terminal: Terminal,
): void {
  if (options.json) {
    terminal.out(`${JSON.stringify(summaryOf(generated), null, 2)}\n`);
    return;
  }
  terminal.out(table([SUMMARY_HEAD, ...summaryOf(generated).map((row) => Object.values(row))]));
  for (const { omissions } of generated) {
    for (const o of omissions) terminal.out(`left out: ${o.of}, ${o.criterion}: ${o.reason}\n`);
  }
}

function generateAll(catalogue: Catalogue, terminal: Terminal): GeneratedSuites[] {
  const generated = catalogue.suites.map((source) => {
    terminal.progress(`tests of ${source.name} …`);
    return generateSuites(source);
  });
  terminal.progress('');
  return generated;
}

const SUMMARY_HEAD = ['suite', 'machine', 'criterion', 'required', 'feasible', 'tests', 'steps'];

function summaryOf(generated: readonly GeneratedSuites[]) {
  return generated.flatMap(({ source, suites }) =>
    suites.map((suite) => ({
      suite: source.name,
      machine: suite.part?.machine ?? 'system',
      criterion: suite.criterion,
      required: suite.required,
      feasible: suite.required - infeasibleIn(suite.obstacles),
      tests: suite.tests.length,
      steps: suite.tests.reduce((sum, test) => sum + test.steps.length, 0),
    })),
  );
}

/** The files that generating would write otherwise, or take away. */
function staleFiles(directory: string, files: readonly GeneratedFile[]): string[] {
  const changed = files.filter(({ path, text }) => {
    const file = join(directory, path);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  const wanted = new Set(files.map(({ path }) => path));
  const present = existsSync(directory)
    ? readdirSync(directory, { recursive: true, withFileTypes: true })
    : [];
  const surplus = present
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .filter((path) => !wanted.has(path));
  return [...changed.map(({ path }) => path), ...surplus];
}
