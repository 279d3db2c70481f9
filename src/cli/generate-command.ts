import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { infeasibleIn } from '../generate/format-suite.ts';
import { writeSuites } from '../generate/write-suites.ts';
import type { Catalogue } from './catalogue.ts';
import { filesOf, type GeneratedSuites, generateSuites } from './suites.ts';
import { type Terminal, table } from './terminal.ts';

/** Where the generated tests are kept, below the package. */
export const GENERATED_TESTS = 'generated-tests';

export interface GenerateOptions {
  readonly check?: boolean;
  readonly json?: boolean;
}

/** Writes the tests anew; with `check` writes nothing and fails where a file would change. */
export function generateCommand(
  catalogue: Catalogue,
  directory: string,
  options: GenerateOptions,
  terminal: Terminal,
): number {
  const generated = generateAll(catalogue, terminal);
  const files = filesOf(generated);
  const stale = options.check
    ? files.filter(({ path, text }) => differs(directory, path, text))
    : [];
  if (!options.check) writeSuites(directory, files);
  if (options.json) terminal.out(`${JSON.stringify(summaryOf(generated), null, 2)}\n`);
  else {
    terminal.out(table([SUMMARY_HEAD, ...summaryOf(generated).map((row) => Object.values(row))]));
    for (const { omissions } of generated) {
      for (const o of omissions) {
        terminal.out(`left out: ${o.of}, ${o.criterion}: ${o.reason}\n`);
      }
    }
    for (const { path } of stale) terminal.out(`not as generated: ${join(directory, path)}\n`);
  }
  return stale.length === 0 ? 0 : 1;
}

export function generateAll(catalogue: Catalogue, terminal: Terminal): GeneratedSuites[] {
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

function differs(directory: string, path: string, text: string): boolean {
  const file = join(directory, path);
  return !existsSync(file) || readFileSync(file, 'utf8') !== text;
}
