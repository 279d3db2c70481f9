import { totalmem } from 'node:os';
import type { Command } from 'commander';
import { InputError } from '../base/errors.ts';
import { exampleOfScope } from '../base/program.ts';
import type { Terminal } from '../base/terminal.ts';
import type { Bounds } from '../explore/explore.ts';
import { type CheckOptions, checkCommand } from './check-command.ts';
import { type ExplainOptions, explain } from './explain-command.ts';
import { type FindingsOptions, findingsCommand } from './findings-command.ts';
import {
  GENERATED_TESTS,
  type GenerateOptions,
  generateCommand,
  generateForSystem,
} from './generate-command.ts';
import { type InspectOptions, inspectCommand } from './inspect-command.ts';
import { type ListOptions, listCommand } from './list-command.ts';
import { type MatrixOptions, matrixCommand } from './matrix-command.ts';
import { meant, type SourceOption, withSource } from './of-source.ts';
import { type PathsOptions, pathsCommand } from './paths-command.ts';
import type { Program } from './program.ts';
import { type ReportOptions, reportCommand } from './report-command.ts';
import { startCommand } from './start-command.ts';
import { type TestOptions, testCommand } from './test-command.ts';

/** Where commands are added, what they are about, and who is told their exit status. */
export interface Commands {
  readonly program: Command;
  readonly catalogue: Program;
  readonly terminal: Terminal;
  readonly finished: (status: number) => void;
}

/** Adds every command, those of the specification before the last, as `--help` lists them. */
export function addCommands(to: Commands): void {
  const isSpecified = to.catalogue.families.length > 0;
  addChecks(to);
  if (isSpecified) addOverviews(to);
  addReport(to);
  addLists(to);
  addGenerate(to);
  if (isSpecified) addTest(to);
  addInspect(to);
  for (const add of to.catalogue.commands ?? []) add(to.program, to.terminal, to.finished);
  if (isSpecified) addStart(to);
}

/** Judges systems, and shows what breaks. */
function addChecks(to: Commands): void {
  const { program, catalogue, terminal, finished } = to;
  withSource(bounded(program.command('check')), catalogue)
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
        finished(
          await checkCommand(
            await meant(to, options, name),
            name,
            options,
            boundsOf(options),
            terminal,
          ),
        );
      },
    );
  withSource(bounded(program.command('explain')), catalogue)
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
      finished(
        await explain(await meant(to, options, name), name, options, boundsOf(options), terminal),
      );
    });
}

/** What holds where, and what does not; nothing of it where nothing is specified. */
function addOverviews({ program, catalogue, terminal, finished }: Commands): void {
  bounded(program.command('matrix'))
    .description('check systems at every revision and print rules by revisions')
    .argument('[systems...]', 'some systems; all of them where absent')
    .option('--markdown', 'as a table for a page')
    .option('--json', 'for programs')
    .action((names: string[], options: MatrixOptions & BoundOptions) => {
      finished(matrixCommand(catalogue, names, options, boundsOf(options), terminal));
    });
  bounded(program.command('findings'))
    .description('list what is broken in the newest release, each with the run that shows it')
    .option('--all', 'of every revision')
    .option('--json', 'for programs')
    .action((options: FindingsOptions & BoundOptions) => {
      finished(findingsCommand(catalogue, options, boundsOf(options), terminal));
    });
}

/** For a review. */
function addReport(to: Commands): void {
  const { program, catalogue, terminal, finished } = to;
  withSource(bounded(program.command('report')), catalogue)
    .description('write one file for a review: what is specified, checked, found and left out')
    .argument(
      '[systems or files...]',
      'some systems, or files that export changes of design or XState machines; all systems where absent',
    )
    .option('-o, --output <file>', 'where to; the standard output where absent')
    .option('--markdown', 'for a repository or a mail; a page that needs no network where absent')
    .action(async (names: string[], options: ReportOptions & BoundOptions & SourceOption) => {
      finished(
        await reportCommand(
          await meant(to, options, ...names),
          names,
          options,
          boundsOf(options),
          terminal,
        ),
      );
    });
}

/** What there is. */
function addLists(to: Commands): void {
  const { program, catalogue, terminal, finished } = to;
  program
    .command('list')
    .description('list machines, systems, properties, faults and revisions')
    .argument('[system or file]', 'one system, or those of a file; all of them where absent')
    .option('--scope <scope>', `of that system, such as ${exampleOfScope()}`)
    .option('--json', 'for programs')
    .action(async (name: string | undefined, options: ListOptions) => {
      finished(await listCommand(catalogue, name, options, terminal));
    });
  withSource(program.command('paths'), catalogue)
    .description('count the paths of every machine by criterion, or list those of one')
    .argument('[machine, system or file]', 'one of them; all machines where absent')
    .option('--scope <scope>', `of a system, such as ${exampleOfScope()}`)
    .option(
      '--criterion <name>',
      'list the paths of: transitions, transition pairs, prime paths, simple paths',
    )
    .option('--json', 'for programs')
    .action(async (name: string | undefined, options: PathsOptions & SourceOption) => {
      finished(await pathsCommand(await meant(to, options, name), name, options, terminal));
    });
}

/** Writes tests. */
function addGenerate({ program, catalogue, terminal, finished }: Commands): void {
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
      finished(
        name === undefined
          ? generateCommand(catalogue, GENERATED_TESTS, options, terminal)
          : await generateForSystem(catalogue, name, options, terminal),
      );
    });
}

/** Runs the tests of the specification. */
function addTest({ program, catalogue, terminal, finished }: Commands): void {
  program
    .command('test')
    .description('run the generated tests on a target')
    .argument('[suite]', 'one suite; all of them where absent')
    .option('--target <name>', 'what the tests drive')
    .option('--json', 'for programs')
    .action(async (name: string | undefined, options: TestOptions) => {
      finished(await testCommand(catalogue, GENERATED_TESTS, name, options, terminal));
    });
}

/** The page. */
function addInspect(to: Commands): void {
  const { program, catalogue, terminal, finished } = to;
  withSource(program.command('inspect'), catalogue)
    .description('serve the design as a page to look at and to play with, on this machine only')
    .argument(
      '[name]',
      'where to begin: a machine, system, counterexample or suite, the id of a generated test, or a FILE',
    )
    .option('--port <number>', 'any free one where absent')
    .option('--trace <file...>', 'show what traces of what really ran took')
    .option('--run <file>', 'show what a run took: the JUnit file of the generated tests')
    .option('--stately', 'offer to send machines to the hosted inspector at stately.ai')
    .action(async (name: string | undefined, options: InspectOptions & SourceOption) => {
      finished(await inspectCommand(await meant(to, options, name), name, options, terminal));
    });
}

/** Everything at once. */
function addStart({ program, catalogue, terminal, finished }: Commands): void {
  bounded(program.command('start'))
    .description('the main job: check everything, regenerate the tests and run them')
    .action(async (options: BoundOptions) => {
      finished(await startCommand(catalogue, GENERATED_TESTS, boundsOf(options), terminal));
    });
}

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
      'stop without a verdict at this much memory for states (half of all)',
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
