import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { InputError } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import type { Terminal } from '../base/terminal.ts';
import {
  type JudgedChange,
  judgeChange,
  type PatchCatalogue,
  type Told,
} from '../source/judge-change.ts';
import { type Change, changeOf, wholeOf } from '../source/judge-patch.ts';
import { type CSpecification, SourceReader } from '../source/judge-source.ts';
import type { JudgedSystem } from '../source/judge-systems.ts';
import { type LeftMail, type Mailbox, type Patch, patchesOf } from '../source/mail.ts';
import { CReader } from '../source/parse.ts';
import { cSourceOf } from '../source/reading.ts';
import { directoryTree, gitTree, type Tree } from '../source/tree.ts';
import { differenceOf } from '../source/tree-difference.ts';
import { patchJson } from './patch-json.ts';
import { replyText } from './patch-reply.ts';
import {
  answerText,
  asBeforeText,
  isAsBefore,
  mailboxText,
  readingText,
  systemsText,
  systemText,
} from './patch-text.ts';

export interface PatchOptions {
  readonly tree?: string;
  readonly git?: string;
  readonly rev?: string;
  readonly base?: string;
  readonly changed?: string;
  readonly reply?: boolean;
  readonly json?: boolean;
}

/** What is to be judged. */
interface Asked {
  readonly tree: string;
  readonly changes: readonly Change[];
  readonly left: readonly LeftMail[];
  readonly series: Mailbox['series'];
}

/**
 * @returns 1 where a rule breaks that held, 3 where something could not be judged, else 0
 * @throws InputError where there is no patch, or one that does not apply
 */
export async function patchCommand(
  catalogue: PatchCatalogue,
  specification: CSpecification,
  files: readonly string[],
  options: PatchOptions,
  terminal: Terminal,
): Promise<number> {
  if (options.reply && options.json) {
    throw new InputError('--reply is a text for people and --json is for programs: leave one out');
  }
  const { tree, changes, left, series } = await askedBy(specification, files, options);
  const reader = new SourceReader(specification, await CReader.load(specification.dialect));
  const streams = !options.json && !options.reply;
  if (streams) print(terminal, mailboxText({ left, series }));
  const judged = (change: Change) => {
    const one = judgeChange(reader, catalogue, change, toldOf(terminal, streams));
    terminal.progress('');
    if (streams) print(terminal, answerText(one, terminal));
    if (options.reply) print(terminal, replyText(one, tree));
    return one;
  };
  const patches = changes.map(judged);
  const whole =
    changes.length < 2
      ? undefined
      : judged(wholeOf(`The ${changes.length} patches as a whole`, changes));
  if (options.json) {
    terminal.out(`${JSON.stringify(patchJson(tree, left, patches, whole), null, 2)}\n`);
  }
  return statusOf([...patches, ...(whole === undefined ? [] : [whole])]);
}

function print(terminal: Terminal, lines: Iterable<string>): void {
  for (const line of lines) terminal.out(line);
}

/** What is known is printed at once, where a person reads it. */
function toldOf(terminal: Terminal, streams: boolean): Told {
  // Systems that have nothing new to say are told together.
  let asBefore: JudgedSystem[] = [];
  const tell = () => {
    print(terminal, asBeforeText(asBefore));
    asBefore = [];
  };
  return {
    read(reading) {
      if (!streams) return;
      print(terminal, readingText(reading, terminal));
      print(terminal, systemsText(reading));
    },
    asks: ({ name }) => terminal.progress(`${name} …`),
    judged(system, run) {
      terminal.progress('');
      if (!streams) return true;
      if (isAsBefore(system)) asBefore.push(system);
      else {
        tell();
        print(terminal, systemText(system, run, terminal));
      }
      return true;
    },
    asked: tell,
  };
}

function statusOf(judged: readonly JudgedChange[]): number {
  const answers = judged.flatMap((one) => one.answers);
  if (answers.includes('breaks')) return EXIT.differs;
  return answers.includes('cannot judge') ? EXIT.unfinished : EXIT.ok;
}

async function askedBy(
  specification: CSpecification,
  files: readonly string[],
  options: PatchOptions,
): Promise<Asked> {
  const { base, changed } = options;
  if (base !== undefined || changed !== undefined) {
    return asksOfTrees(specification, files, options);
  }
  if (files.length === 0) {
    throw new InputError("name a patch, '-' for standard input, or --base and --changed");
  }
  const mailbox = await patchesOf(
    files.map((file) => ({ name: nameOf(file), text: textOf(file) })),
  );
  const tree = treeOf(options, mailbox);
  const { left, series } = mailbox;
  return { tree: tree.name, changes: inOrder(tree, mailbox.patches), left, series };
}

/** Each patch on top of those before it. */
function inOrder(tree: Tree, patches: readonly Patch[]): Change[] {
  const changes: Change[] = [];
  for (const patch of patches) changes.push(changeOf(changes.at(-1)?.after ?? tree, patch));
  return changes;
}

function asksOfTrees(
  { machines, headers }: CSpecification,
  files: readonly string[],
  { base, changed, tree, git, rev }: PatchOptions,
): Asked {
  if (base === undefined || changed === undefined) {
    throw new InputError('--base and --changed name one tree each: the one before, the one after');
  }
  if (files.length > 0 || [tree, git, rev].some((one) => one !== undefined)) {
    throw new InputError('--base and --changed are instead of a patch and its tree');
  }
  const read = machines.flatMap((machine) => {
    const { file, also = [] } = cSourceOf(machine)!;
    return [file, ...also];
  });
  const directories = [...new Set([...read.map((path) => dirname(path)), ...headers])];
  const change = differenceOf(directoryTree(base), directoryTree(changed), directories);
  return { tree: base, changes: [change], left: [], series: [] };
}

const nameOf = (file: string) => (file === '-' ? 'standard input' : file);

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new InputError(`there is no file '${file}' that can be read: name a patch, or '-'`);
  }
}

/** @throws InputError where neither or both of a directory and a repository are named */
function treeOf({ tree, git, rev }: PatchOptions, { patches }: Mailbox): Tree {
  if (tree !== undefined && git === undefined) {
    if (rev === undefined) return directoryTree(tree);
    throw new InputError('--rev is of a repository: name it with --git');
  }
  if (git !== undefined && tree === undefined) {
    return gitTree(git, rev ?? patches.find(({ baseCommit }) => baseCommit)?.baseCommit ?? 'HEAD');
  }
  throw new InputError('name the tree that the patch is for, with --tree or with --git');
}
