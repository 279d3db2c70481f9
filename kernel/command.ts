import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  generateSuites,
  InputError,
  parseSuite,
  type SuiteSource,
  suggested,
  suitePath,
  type TestSuite,
} from 'xstate-check';
import {
  assertDirectoryWritable,
  assertFileWritable,
  type Terminal,
  writeWhole,
} from 'xstate-check/command';
import type { TargetScope } from '../targets/target-scope.ts';
import { type KernelFiles, newestStockKernel } from './archive.ts';
import { buildLabKernel } from './build.ts';
import { Laboratory, type Outcome } from './laboratory.ts';
import { ownKernel } from './own-kernel.ts';
import { type FileOutcome, junit, ktap, ktapHead, summary } from './report.ts';

export interface KernelRunOptions {
  /** A kernel of one's own: its bzImage, and the directory of its modules. */
  readonly kernel?: string;
  readonly modules?: string;
  /** The kernel that `kernel build` builds, built first where it is not yet. */
  readonly lab?: boolean;
  /** Only the tests of one criterion, such as `transitions`. */
  readonly criterion?: string;
  /** Where the trace of every path is written. */
  readonly keepTrace?: string;
  /** A file for JUnit XML. */
  readonly junit?: string;
  /** The version of the design that the kernel is judged by, if not the newest release. */
  readonly revision?: string;
}

/** Where tests come from: those that were generated, or those of another version, made now. */
export interface TestSources {
  readonly suites: readonly SuiteSource<TargetScope>[];
  /** Where those are. */
  readonly directory: string;
  /** Those of a version, and which it has not. @throws InputError for an unknown one */
  readonly ofRevision: (revision: string) => {
    readonly suites: readonly SuiteSource<TargetScope>[];
    readonly missing: readonly { readonly name: string; readonly why: string }[];
  };
}

/**
 * `kernel run`: the generated tests on a real kernel, as KTAP.
 *
 * @returns 0 where nothing failed, 1 otherwise
 * @throws InputError for what cannot be used, in one sentence
 */
export async function kernelRun(
  tests: TestSources,
  name: string | undefined,
  options: KernelRunOptions,
  terminal: Terminal,
): Promise<number> {
  const { junit: junitFile, keepTrace, revision } = options;
  if (junitFile !== undefined) assertFileWritable('--junit', junitFile);
  if (keepTrace !== undefined) assertDirectoryWritable('--keep-trace', keepTrace);
  const { files, judged } = filesOf(tests, name, options);
  const laboratory = new Laboratory(await kernelOf(options, terminal), keepTrace);
  try {
    terminal.progress('booting …');
    const target = await laboratory.open();
    terminal.progress('');
    terminal.out(ktapHead(files.length, [...laboratory.tested, ...judged]));
    const outcomes = await runFiles(files, laboratory, terminal);
    const by = revision === undefined ? target.name : `${target.name} by ${revision}`;
    terminal.out(summary(by, outcomes));
    if (junitFile !== undefined) writeWhole(junitFile, junit(outcomes));
    return outcomes.some((file) => file.outcomes.some(isFailed)) ? 1 : 0;
  } finally {
    await laboratory.close();
  }
}

/** `kernel build`: a small kernel with what stock ones lack, kept for `kernel run --lab`. */
export async function kernelBuild(terminal: Terminal): Promise<number> {
  const { release, image } = await buildLabKernel((what) => terminal.progress(what));
  terminal.progress('');
  terminal.out(`Linux ${release}: ${image}\n`);
  return 0;
}

function isFailed({ verdict }: Outcome): boolean {
  return verdict === 'failed';
}

/** The kernel that was asked for. */
export async function kernelOf(
  { kernel, modules, lab }: Pick<KernelRunOptions, 'kernel' | 'modules' | 'lab'>,
  terminal: Terminal,
): Promise<KernelFiles> {
  if (lab) return buildLabKernel((what) => terminal.progress(what));
  if (kernel !== undefined && modules !== undefined) return ownKernel(kernel, modules);
  if (kernel !== undefined || modules !== undefined) {
    throw new InputError('--kernel and --modules belong together: a bzImage, and its modules');
  }
  terminal.progress('looking for the newest stock kernel …');
  return newestStockKernel();
}

export interface SuiteFile {
  readonly name: string;
  readonly suite: TestSuite;
  readonly source: Pick<SuiteSource<TargetScope>, 'name' | 'targetScope'>;
}

/** The tests that were asked for, and by what else than the newest release they judge. */
function filesOf(
  { suites, directory, ofRevision }: TestSources,
  name: string | undefined,
  { criterion, revision }: KernelRunOptions,
): { files: SuiteFile[]; judged: string[] } {
  const { suites: drawn, missing } =
    revision === undefined ? { suites, missing: [] } : ofRevision(revision);
  const names = [...drawn, ...missing].map((source) => source.name);
  if (name !== undefined && !names.includes(name)) {
    throw new InputError(`there is no suite '${name}'; ${suggested(name, names)}`);
  }
  const isMeant = (one: { readonly name: string }) => name === undefined || one.name === name;
  const files = drawn
    .filter(isMeant)
    .flatMap((source) => (revision === undefined ? written(source, directory) : made(source)));
  const left = missing.filter(isMeant).map((one) => `no suite '${one.name}': ${one.why}`);
  if (files.length === 0) throw new InputError(`revision '${revision}' has ${left.join('; ')}`);
  const judged = revision === undefined ? [] : [`judged by revision ${revision}`, ...left];
  return { files: ofCriterion(files, criterion), judged };
}

function ofCriterion(files: readonly SuiteFile[], criterion: string | undefined): SuiteFile[] {
  const criteria = [...new Set(files.map(({ suite }) => suite.criterion))];
  if (criterion !== undefined && !criteria.includes(criterion)) {
    throw new InputError(`there is no criterion '${criterion}'; there are ${criteria.join(', ')}`);
  }
  return files.filter(({ suite }) => criterion === undefined || suite.criterion === criterion);
}

/** The tests of one suite, as they were generated. */
export function suiteFiles({ suites, directory }: TestSources, name: string): SuiteFile[] {
  return suites.filter((one) => one.name === name).flatMap((one) => written(one, directory));
}

/** The tests that were generated. */
function written(source: SuiteSource<TargetScope>, directory: string): SuiteFile[] {
  const folder = join(directory, source.name);
  if (!existsSync(folder)) {
    throw new InputError(`there are no tests in '${folder}': run 'dmabuf-spec generate' first`);
  }
  return readdirSync(folder)
    .sort()
    .map((file) => fileOf(source, parseSuite(readFileSync(join(folder, file), 'utf8'))));
}

/** The same, generated now. */
function made(source: SuiteSource<TargetScope>): SuiteFile[] {
  return generateSuites(source)
    .suites.filter(({ tests }) => tests.length > 0)
    .map((suite) => fileOf(source, suite));
}

function fileOf(source: SuiteSource<TargetScope>, suite: TestSuite): SuiteFile {
  return { name: suitePath(suite).replace(/\.test\.txt$/, ''), suite, source };
}

async function runFiles(
  files: readonly SuiteFile[],
  laboratory: Laboratory,
  terminal: Terminal,
): Promise<FileOutcome[]> {
  const done: FileOutcome[] = [];
  for (const { name, suite, source } of files) {
    const began = performance.now();
    const outcomes: Outcome[] = [];
    for (const [i, test] of suite.tests.entries()) {
      terminal.progress(`${name} ${i + 1}/${suite.tests.length} …`);
      outcomes.push(await laboratory.run(suite, test, source.targetScope));
    }
    terminal.progress('');
    const outcome = { name, outcomes, seconds: (performance.now() - began) / 1000 };
    done.push(outcome);
    terminal.out(ktap(outcome, done.length));
  }
  return done;
}
