import { InputError, suggested } from 'xstate-check';
import type { Terminal } from 'xstate-check/command';
import { type KernelFiles, newestStockKernel } from '../archive.ts';
import { type SuiteFile, suiteFiles, type TestSources } from '../command.ts';
import { Laboratory, type Outcome } from '../laboratory.ts';
import { explanation } from '../report.ts';
import { mutated, vfioSource } from './build.ts';
import { type Mutant, mutants } from './mutants.ts';

/** How a kernel with a defect did. */
export interface MutantResult {
  readonly mutant: Mutant | undefined;
  readonly tests: number;
  /** The first test that failed, and where it is from. */
  readonly caught: { readonly file: string; readonly outcome: Outcome } | undefined;
}

/**
 * `kernel mutants`: builds defects into vfio-pci-core.ko, each for itself, and says which test of
 * the suites finds it, at which step; first the module without one, which must pass.
 *
 * @returns 0 where each was caught that is said to be, 1 otherwise
 */
export async function kernelMutants(
  tests: TestSources,
  ids: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const chosen = mutantsNamed(ids);
  terminal.progress('looking for the newest stock kernel …');
  const kernel = await newestStockKernel();
  terminal.progress('looking for its source …');
  const source = await vfioSource();
  let wrong = 0;
  for (const mutant of chosen) {
    const result = await tryMutant(kernel, source, mutant, tests, terminal);
    terminal.progress('');
    terminal.out(describe(result));
    if (isUnexpected(result)) wrong++;
  }
  return wrong === 0 ? 0 : 1;
}

/** The module as it is comes first, and alone by the name `none`. */
function mutantsNamed(ids: readonly string[]): (Mutant | undefined)[] {
  if (ids.length === 0) return [undefined, ...mutants];
  return ids.map((id) => {
    const found = mutants.find((mutant) => mutant.id === id);
    if (found !== undefined || id === 'none') return found;
    const names = ['none', ...mutants.map((mutant) => mutant.id)];
    throw new InputError(`there is no mutant '${id}'; ${suggested(id, names)}`);
  });
}

/** Runs the suites that walk the function, until a test fails. */
export async function tryMutant(
  kernel: KernelFiles,
  source: string,
  mutant: Mutant | undefined,
  tests: TestSources,
  terminal: Pick<Terminal, 'progress'>,
): Promise<MutantResult> {
  const id = mutant?.id ?? 'none';
  terminal.progress(`${id}: building …`);
  const laboratory = new Laboratory(await mutated(kernel, source, mutant));
  const names = mutant?.suites ?? [...new Set(mutants.flatMap(({ suites }) => suites))];
  let count = 0;
  try {
    for (const file of names.flatMap((name) => filesOfSuite(tests, name))) {
      for (const test of file.suite.tests) {
        terminal.progress(`${id}: ${file.name} …`);
        const outcome = await laboratory.run(file.suite, test, file.source.targetScope);
        if (outcome.verdict !== 'skipped') count++;
        if (outcome.verdict !== 'failed') continue;
        return { mutant, tests: count, caught: { file: file.name, outcome } };
      }
    }
    return { mutant, tests: count, caught: undefined };
  } finally {
    await laboratory.close();
  }
}

/** Every transition of the machines of a suite is enough: who needs a longer way is named so. */
function filesOfSuite(tests: TestSources, name: string): SuiteFile[] {
  return suiteFiles(tests, name).filter(({ suite }) => suite.criterion === 'transitions');
}

export function isUnexpected({ mutant, caught }: MutantResult): boolean {
  if (mutant === undefined) return caught !== undefined;
  return (caught === undefined) !== (mutant.survives !== undefined);
}

export function describe({ mutant, tests, caught }: MutantResult): string {
  const head =
    mutant === undefined ? 'none: the module without a defect' : `${mutant.id}: ${mutant.what}`;
  const lines =
    caught === undefined
      ? [`not caught, by ${tests} tests${mutant?.survives ? `: ${mutant.survives}` : ''}`]
      : [`caught by ${caught.file}`, ...explanation(caught.outcome)];
  return `${[head, ...lines.map((line) => `  ${line}`)].join('\n')}\n`;
}
