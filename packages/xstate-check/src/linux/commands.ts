import type { Command } from 'commander';
import type { Terminal } from '../base/terminal.ts';
import type { KnownDefects } from '../source/judge-carries.ts';
import type { PatchCatalogue } from '../source/judge-change.ts';
import type { CSpecification } from '../source/judge-source.ts';
import type { JudgeTrace } from '../trace/verdict.ts';
import type { CarriesOptions } from './carries-command.ts';
import type { PatchOptions } from './patch-command.ts';
import type { SourceOptions } from './source-command.ts';
import type { TraceOptions } from './trace-command.ts';

/*
 * The commands that read the C and the traces of a kernel: what each is called and takes. What does
 * it, and what it is about, is loaded when it is asked for, so that `--help` need not wait for that.
 */

type Finished = (status: number) => void;

/** `source`: are the machines what the C of a tree says? */
export function addSourceCommand(
  program: Command,
  load: () => Promise<CSpecification>,
  terminal: Terminal,
  finished: Finished,
): void {
  program
    .command('source')
    .description('compare the machines with the C of a source tree, function by function')
    .argument('[tree]', 'the root of the tree, of which only the files that are read need be there')
    .argument('[machines...]', 'machines by name; all that have C where absent')
    .option('--git <repository>', 'read a revision of a git repository, without a check-out')
    .option('--rev <revision>', 'which one: a tag, a branch, a commit')
    .option('--operations', 'instead: what everybody can do, and where that is drawn, if it is')
    .option('--rests', 'also what each comparison rests on, where nothing differs')
    .option('--json', 'for programs')
    .action(async (tree: string | undefined, machines: string[], options: SourceOptions) => {
      const names =
        options.git === undefined || tree === undefined ? machines : [tree, ...machines];
      const { sourceCommand, treeOf } = await import('./source-command.ts');
      const { operationsCommand } = await import('./operations-command.ts');
      const chosen = treeOf(tree, options);
      const judge = options.operations ? operationsCommand : sourceCommand;
      finished(await judge(await load(), chosen, names, options, terminal));
    });
}

/** What `patch` is about. */
export interface PatchSubject {
  readonly catalogue: PatchCatalogue;
  readonly specification: CSpecification;
}

/** `patch`: is a patch right? */
export function addPatchCommand(
  program: Command,
  load: () => Promise<PatchSubject>,
  terminal: Terminal,
  finished: Finished,
): void {
  program
    .command('patch')
    .description('what a patch to the C does to the rules: a diff, a mail, an mbox, a series')
    .argument('[files...]', "patches in their order; '-' for standard input")
    .option('--tree <directory>', 'the source tree that it is for; only the files it needs')
    .option('--git <repository>', 'or a git repository, of which nothing is checked out')
    .option('--rev <revision>', 'of the repository; the base-commit of the patch where absent')
    .option('--base <directory>', 'instead of a patch: the tree before it')
    .option('--changed <directory>', 'and the tree after it')
    .option('--reply', 'the text of a mail that says it')
    .option('--json', 'for programs')
    .action(async (files: string[], options: PatchOptions) => {
      const { patchCommand } = await import('./patch-command.ts');
      const { catalogue, specification } = await load();
      finished(await patchCommand(catalogue, specification, files, options, terminal));
    });
}

/** What `carries` is about. */
export interface CarriesSubject {
  readonly specification: CSpecification;
  readonly known: KnownDefects;
}

/** `carries`: which of the known defects does a tree have, and which of the fixes? */
export function addCarriesCommand(
  program: Command,
  load: () => Promise<CarriesSubject>,
  terminal: Terminal,
  finished: Finished,
): void {
  program
    .command('carries')
    .description('which known defects a source tree has: carried, mended, or not judged and why')
    .argument('[tree]', 'the root of the tree, of which only the files that are read need be there')
    .option('--git <repository>', 'read a revision of a git repository, without a check-out')
    .option('--rev <revision>', 'which one: a tag, a branch, a commit')
    .option('--markdown', 'as Markdown')
    .option('--json', 'for programs')
    .action(async (tree: string | undefined, options: CarriesOptions) => {
      const { treeOf } = await import('./source-command.ts');
      const chosen = treeOf(tree, options);
      const { carriesCommand } = await import('./carries-command.ts');
      const { specification, known } = await load();
      finished(await carriesCommand(specification, known, chosen, options, terminal));
    });
}

/** `trace`: judges the traces that files hold. */
export function addTraceCommand(
  program: Command,
  load: () => Promise<JudgeTrace>,
  terminal: Terminal,
  finished: Finished,
): void {
  program
    .command('trace')
    .description('judge ftrace text of a real kernel: whether the machines have such a run')
    .argument('<file...>', "the text of a trace, or of 'trace-cmd report -O ftrace:parent'")
    .option('--hung', 'the calls that are open at the end are known to hang')
    .option('--log <file>', 'the kernel log of the same run, whose reports are shown beside')
    .option('--json', 'for programs')
    .action(async (files: string[], options: TraceOptions) => {
      const { traceCommand } = await import('./trace-command.ts');
      finished(traceCommand(await load(), files, options, terminal));
    });
}
