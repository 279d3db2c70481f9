import { totalmem } from 'node:os';
import type { Command } from 'commander';
import { InputError } from '../base/errors.ts';
import { exampleOfScope } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Work } from '../catalogue/work.ts';
import type { Bounds } from '../explore/explore.ts';
import type { Answers } from '../keep/answers.ts';
import { digestOfFiles } from '../keep/files.ts';
import type { Kept } from '../keep/kept.ts';
import { type Asked, answered, intoFile, isAboutOthers } from './answered.ts';
import type { CheckOptions } from './check-command.ts';
import type { CompareOptions } from './compare-command.ts';
import type { ExplainOptions } from './explain-command.ts';
import type { FindOptions } from './find-command.ts';
import type { FindingsOptions } from './findings-command.ts';
import type { GenerateOptions } from './generate-command.ts';
import { GENERATED_TESTS } from './generated-tests.ts';
import type { InspectOptions } from './inspect-command.ts';
import type { ListOptions } from './list-command.ts';
import type { MatrixOptions } from './matrix-command.ts';
import type { PathsOptions } from './paths-command.ts';
import type { Program } from './program.ts';
import type { ReportOptions } from './report-command.ts';
import { meant, type SourceOption, withSource } from './source-option.ts';
import type { TestOptions } from './test-command.ts';

/** Where commands are added, what they are about, and who is told their exit status. */
export interface Commands {
  readonly program: Command;
  readonly about: Program;
  readonly terminal: Terminal;
  readonly finished: (status: number) => void;
}

/** Adds every command, those of the specification before the last, as `--help` lists them. */
export function addCommands(to: Commands): void {
  const { isSpecified } = to.about;
  addChecks(to);
  addFind(to);
  if (isSpecified) addOverviews(to);
  addReport(to);
  addLists(to);
  addGenerate(to);
  if (isSpecified) addTest(to);
  addInspect(to);
  for (const add of to.about.commands ?? []) add(to.program, to.terminal, to.finished);
  if (isSpecified) addStart(to);
}

/** Judges systems, and shows what breaks. */
function addChecks(to: Commands): void {
  const { program, about } = to;
  withSource(bounded(program.command('check')), about.readsC)
    .description('visit every state of the systems and judge every property against the manifest')
    .argument(
      '[system or file]',
      'one system, or a file that exports changes of design or XState machines; all systems where absent',
    )
    .option('--revision <name>', 'the version of the design')
    .option('--scope <scope>', `how many of each, such as ${exampleOfScope()}`)
    .option(
      '--confidence',
      'at the largest scope offered; where a bound stops it, what was seen is judged (exit status 3 ' +
        'where that breaks nothing)',
    )
    .option(
      '--reduce',
      'visit fewer states, by partial-order reduction, with the same verdicts; what it does not keep ' +
        'is judged where all states are few enough (exit status 3 where they are not)',
    )
    .option('--json', 'for programs')
    .option('--junit <file>', 'write JUnit XML to a file')
    .action(
      async (name: string | undefined, options: CheckOptions & BoundOptions & SourceOption) => {
        const bounds = boundsOf(options);
        const asked = { command: 'check', names: [name], options, besides: bounds, says: true };
        await answer(to, asked, async (terminal) => {
          const { checkCommand } = await import('./check-command.ts');
          const catalogue =
            (await partFor(about, name, options)) ??
            (await meant(await about.load(), terminal, options, name));
          return withWork(to, asked, catalogue, terminal, (work) =>
            checkCommand(work, name, options, terminal),
          );
        });
      },
    );
  withSource(bounded(program.command('explain')), about.readsC)
    .description('print the shortest run of a fault, a finding or a broken property')
    .argument(
      '<name>',
      'a fault (P4), a finding, a system, SYSTEM/PROPERTY/REVISION, or FILE or FILE/PROPERTY',
    )
    .option(
      '--property <id>',
      'the property to break, with or without its instance; the first that breaks where absent',
    )
    .option('--revision <name>', 'the version of the design')
    .option('--scope <scope>', `how many of each, such as ${exampleOfScope()}`)
    .option('--reduce', 'find it by partial-order reduction, where the scope is large')
    .option('--json', 'for programs')
    .action(async (name: string, options: ExplainOptions & BoundOptions & SourceOption) => {
      const bounds = boundsOf(options);
      const asked = { command: 'explain', names: [name], options, besides: bounds };
      await answer(to, asked, async (terminal) => {
        const { explain } = await import('./explain-command.ts');
        const catalogue = await meant(await about.load(), terminal, options, name);
        return explain(catalogue, name, options, keeping(to, bounds), terminal);
      });
    });
}

/** Looks for a state that somebody describes. */
function addFind(to: Commands): void {
  const { program, about } = to;
  withSource(bounded(program.command('find')), about.readsC)
    .description('print the shortest run to a state that is described, or say that there is none')
    .argument('<system or file>', 'a system, a fault, FILE or FILE/SYSTEM')
    .argument(
      '<condition>',
      'PART is STATE, LOCK is held [HOW] [by THREAD], PART.COUNT >= 1, RULE is broken; joined by ' +
        'and, or, not and parentheses',
    )
    .option('--revision <name>', 'the version of the design')
    .option('--scope <scope>', `how many of each, such as ${exampleOfScope()}`)
    .option('--number <n>', '2 for the next run in the order of their length, and so on')
    .option('--json', 'for programs')
    .action(
      async (
        name: string,
        condition: string,
        options: FindOptions & BoundOptions & SourceOption,
      ) => {
        const bounds = boundsOf(options);
        const asked = { command: 'find', names: [name, condition], options, besides: bounds };
        await answer(to, asked, async (terminal) => {
          const { findCommand } = await import('./find-command.ts');
          const catalogue = await meant(await about.load(), terminal, options, name);
          return findCommand(catalogue, name, condition, options, bounds, terminal);
        });
      },
    );
}

/** What a check of one system needs: who reads its verdicts edits it, and waits for them. */
async function partFor(
  { loadSystem }: Program,
  name: string | undefined,
  options: CheckOptions & SourceOption,
): Promise<Catalogue | undefined> {
  const asksMore = ['source', 'confidence', 'json', 'junit'].some((option) => option in options);
  return name === undefined || asksMore ? undefined : loadSystem?.(name);
}

/** What holds where, and what does not; nothing of it where nothing is specified. */
function addOverviews(to: Commands): void {
  const { program, about } = to;
  bounded(program.command('matrix'))
    .description('check systems at every revision and print rules by revisions')
    .argument('[systems...]', 'some systems; all of them where absent')
    .option('--markdown', 'as a table for a page')
    .option('--json', 'for programs')
    .action(async (names: string[], options: MatrixOptions & BoundOptions) => {
      const bounds = boundsOf(options);
      const asked = { command: 'matrix', names, options, besides: bounds };
      await answer(to, asked, async (terminal) => {
        const { matrixCommand } = await import('./matrix-command.ts');
        return withWork(to, asked, await about.load(), terminal, (work) =>
          matrixCommand(work, names, options, terminal),
        );
      });
    });
  bounded(program.command('compare'))
    .description('check designs of one thing and print, as Markdown, which rule each of them keeps')
    .argument('[comparison]', 'one of several; the only one where absent')
    .option('--json', 'for programs')
    .action(async (name: string | undefined, options: CompareOptions & BoundOptions) => {
      const bounds = boundsOf(options);
      const asked = { command: 'compare', names: [name], options, besides: bounds };
      await answer(to, asked, async (terminal) => {
        const { compareCommand } = await import('./compare-command.ts');
        return withWork(to, asked, await about.load(), terminal, (work) =>
          compareCommand(work, name, options, terminal),
        );
      });
    });
  bounded(program.command('findings'))
    .description('list what is broken in the newest release, each with the run that shows it')
    .option('--all', 'of every revision')
    .option('--json', 'for programs')
    .action(async (options: FindingsOptions & BoundOptions) => {
      const bounds = boundsOf(options);
      const asked = { command: 'findings', options, besides: bounds };
      await answer(to, asked, async (terminal) => {
        const { findingsCommand } = await import('./findings-command.ts');
        return withWork(to, asked, await about.load(), terminal, (work) =>
          findingsCommand(work, options, terminal),
        );
      });
    });
}

/** For a review. */
function addReport(to: Commands): void {
  const { program, about, terminal, finished } = to;
  withSource(bounded(program.command('report')), about.readsC)
    .description('write one file for a review: what is specified, checked, found and left out')
    .argument(
      '[systems or files...]',
      'some systems, or files that export changes of design or XState machines; all systems where absent',
    )
    .option('-o, --output <file>', 'where to; the standard output where absent')
    .option('--markdown', 'for a repository or a mail; a page that needs no network where absent')
    .action(
      async (names: string[], options: ToFile<ReportOptions & BoundOptions & SourceOption>) => {
        const { output, ...rest } = options;
        const bounds = boundsOf(rest);
        const asked = { command: 'report', names, options: rest, besides: bounds };
        const report = (into: Terminal) =>
          answered(answersOf(to), asked, into, async (terminal) => {
            const { reportCommand } = await import('./report-command.ts');
            const catalogue = await meant(await about.load(), terminal, rest, ...names);
            return withWork(to, asked, catalogue, terminal, (work) =>
              reportCommand(work, names, rest, terminal),
            );
          });
        finished(await intoFile(output, terminal, report));
      },
    );
}

/** What there is. */
function addLists(to: Commands): void {
  const { program, about } = to;
  program
    .command('list')
    .description('list machines, systems, properties, faults and revisions')
    .argument('[system or file]', 'one system, or those of a file; all of them where absent')
    .option('--scope <scope>', `of that system, such as ${exampleOfScope()}`)
    .option('--json', 'for programs')
    .action(async (name: string | undefined, options: ListOptions) => {
      await answer(to, { command: 'list', names: [name], options }, async (terminal) => {
        const { listCommand } = await import('./list-command.ts');
        return listCommand(await about.load(), name, options, terminal);
      });
    });
  withSource(program.command('paths'), about.readsC)
    .description('count the paths of every machine by criterion, or list those of one')
    .argument('[machine, system or file]', 'one of them; all machines where absent')
    .option('--scope <scope>', `of a system, such as ${exampleOfScope()}`)
    .option(
      '--criterion <name>',
      'list the paths of: transitions, transition pairs, prime paths, simple paths',
    )
    .option('--json', 'for programs')
    .action(async (name: string | undefined, options: PathsOptions & SourceOption) => {
      await answer(to, { command: 'paths', names: [name], options }, async (terminal) => {
        const { pathsCommand } = await import('./paths-command.ts');
        const catalogue = await meant(await about.load(), terminal, options, name);
        return pathsCommand(catalogue, name, options, terminal);
      });
    });
}

/** Writes tests. */
function addGenerate({ program, about, terminal, finished }: Commands): void {
  program
    .command('generate')
    .description('write the tests anew, or those of one system at another scope elsewhere')
    .argument(
      '[system or file]',
      'one system, or those of a file; the tests of the specification where absent',
    )
    .option('--scope <scope>', `of that system, such as ${exampleOfScope()}`)
    .option('--out <directory>', 'where to write the tests of that system')
    .option('--check', 'write nothing, and fail where a file is not as generated')
    .option('--json', 'for programs')
    .action(async (name: string | undefined, options: GenerateOptions) => {
      const generate = await import('./generate-command.ts');
      const catalogue = await about.load();
      finished(
        name === undefined
          ? generate.generateCommand(catalogue, GENERATED_TESTS, options, terminal)
          : await generate.generateForSystem(catalogue, name, options, terminal),
      );
    });
}

/** Runs the tests of the specification. */
function addTest(to: Commands): void {
  const { program, about } = to;
  program
    .command('test')
    .description('run the generated tests on a target')
    .argument('[suite]', 'one suite; all of them where absent')
    .option('--target <name>', 'what the tests drive')
    .option('--json', 'for programs')
    .action(async (name: string | undefined, options: TestOptions) => {
      const files = () => digestOfFiles(GENERATED_TESTS);
      const asked = { command: 'test', names: [name], options, files };
      await answer(to, asked, async (terminal) => {
        const { testCommand } = await import('./test-command.ts');
        return withWork(to, asked, await about.load(), terminal, (work) =>
          testCommand(work, GENERATED_TESTS, name, options, terminal),
        );
      });
    });
}

/** The page. */
function addInspect(to: Commands): void {
  const { program, about, terminal, finished } = to;
  withSource(program.command('inspect'), about.readsC)
    .description('serve the design as a page to look at and to play with, on this machine only')
    .argument(
      '[name]',
      'where to begin: a machine, system, counterexample, suite or comparison, the id of a generated test, or a FILE',
    )
    .option('--port <number>', 'any free one where absent')
    .option('--trace <file...>', 'show what traces of what really ran took')
    .option('--run <file>', 'show what a run took: the JUnit file of the generated tests')
    .option('--stately', 'offer to send machines to the hosted inspector at stately.ai')
    .action(async (name: string | undefined, options: InspectOptions & SourceOption) => {
      const { inspectCommand } = await import('./inspect-command.ts');
      const catalogue = await meant(await about.load(), terminal, options, name);
      finished(await inspectCommand(catalogue, name, options, terminal));
    });
}

/** Everything at once. */
function addStart(to: Commands): void {
  const { program, about, terminal } = to;
  bounded(program.command('start'))
    .description(
      'the main job: check the core in full, write its tests anew, run them, and say what is not asked',
    )
    .action(async (options: BoundOptions) => {
      const start = performance.now();
      const besides = boundsOf(options);
      const files = () => digestOfFiles(GENERATED_TESTS);
      const asked = { command: 'start', options, besides, files, says: true };
      await answer(to, asked, async (terminal) => {
        const { startCommand } = await import('./start-command.ts');
        return withWork(to, asked, await about.load(), terminal, (work) =>
          startCommand(work, GENERATED_TESTS, terminal),
        );
      });
      terminal.out(`${((performance.now() - start) / 1000).toFixed(1)} s\n`);
    });
}

/** Answers a command, as it was answered before where that is the same. */
async function answer(
  to: Commands,
  asked: Asked,
  find: (terminal: Terminal) => Promise<number>,
): Promise<void> {
  to.finished(await answered(answersOf(to), asked, to.terminal, find));
  const { found, judged } = keptBy(to)?.verdicts ?? { found: 0, judged: 0 };
  if (!asked.says || found === 0) return;
  to.terminal.error(
    `${found} of ${found + judged} verdicts were known already; --no-cache finds them anew.\n`,
  );
}

/**
 * Does with several threads what is about the program's own catalogue, which is what the others have:
 * what is about somebody's file, or a source tree, is done by one.
 */
async function withWork(
  to: Commands,
  asked: Asked & { readonly besides?: Bounds },
  catalogue: Catalogue,
  terminal: Terminal,
  work: (by: Work) => Promise<number>,
): Promise<number> {
  const means = {
    catalogue,
    bounds: keeping(to, asked.besides ?? {}),
    progress: (text: string) => terminal.progress(text),
  };
  const { alone } = await import('../catalogue/work.ts');
  const { beside } = to.about;
  if (beside === undefined || catalogue.isPart || isAboutOthers(asked)) return work(alone(means));
  const { Workers } = await import('./workers.ts');
  const workers = new Workers(means, beside, to.program.opts<{ cache: boolean }>().cache);
  try {
    return await work(workers);
  } finally {
    await workers.end();
  }
}

/** Those that were kept, unless they are not to be looked at. */
function answersOf(to: Commands): Answers | undefined {
  return keptBy(to)?.answers;
}

/** The same bounds, with the verdicts that were kept. */
function keeping(to: Commands, bounds: Bounds): Bounds {
  const kept = keptBy(to)?.verdicts;
  return { ...bounds, ...(kept !== undefined && { kept }) };
}

function keptBy({ program, about }: Commands): Kept | undefined {
  return program.opts<{ readonly cache: boolean }>().cache ? about.kept : undefined;
}

type ToFile<Options> = Options & { readonly output?: string };

interface BoundOptions {
  readonly maxStates?: string;
  readonly maxMemory?: string;
}

/** A command that stops without a verdict where it is told to. */
function bounded(command: Command): Command {
  return command
    .option('--max-states <n>', 'stop without a verdict at this many states')
    .option(
      '--max-memory <megabytes>',
      'stop without a verdict at this much memory for states (half of all, which threads share)',
    );
}

function boundsOf({ maxStates, maxMemory }: BoundOptions): Bounds {
  return {
    ...(maxStates !== undefined && { states: positive('--max-states', maxStates) }),
    bytes: maxMemory === undefined ? totalmem() / 2 : positive('--max-memory', maxMemory) * 2 ** 20,
  };
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InputError(`${option}: '${text}' is no positive whole number`);
}
