import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Counterexample } from '../check/verdict.ts';
import { InputError } from '../errors.ts';
import { diagram } from '../explain/diagram.ts';
import { ruleBroken } from '../explain/diagrams.ts';
import type { Bounds } from '../explore/explore.ts';
import type { LeftOver } from '../source/account.ts';
import { applied } from '../source/apply.ts';
import type { Place } from '../source/ast.ts';
import type { Difference } from '../source/compare.ts';
import { type ChangedMachine, type PatchReading, readPatch } from '../source/judge-patch.ts';
import { type CSpecification, SourceReader } from '../source/judge-source.ts';
import { type JudgedSystem, judgeSystems } from '../source/judge-systems.ts';
import { type Patch, patchesOf } from '../source/mail.ts';
import { CReader } from '../source/parse.ts';
import { directoryTree, gitTree, type Tree } from '../source/tree.ts';
import type { SystemFamily } from '../system/system.ts';
import { wrap } from '../text.ts';
import { type Catalogue, formatScope } from './catalogue.ts';
import { EXIT } from './exit.ts';
import { count, paint, type Terminal } from './terminal.ts';

export interface PatchOptions {
  readonly tree?: string;
  readonly git?: string;
  readonly rev?: string;
  readonly json?: boolean;
}

/** What a patch is said to do: two of them may stand together. */
export type PatchAnswer = 'breaks' | 'changes steps' | 'changes no step' | 'cannot judge';

/** `patch`: is a patch right? */
export function addPatchCommand(
  program: Command,
  catalogue: Pick<Catalogue, 'families' | 'expectations' | 'revisions'>,
  specification: CSpecification,
  terminal: Terminal,
  finished: (status: number) => void,
): void {
  program
    .command('patch')
    .description('what a patch to the C does to the rules: a diff, a mail, an mbox, a series')
    .argument('<files...>', "patches in their order; '-' for standard input")
    .option('--tree <directory>', 'the source tree that it is for; only the files it needs')
    .option('--git <repository>', 'or a git repository, of which nothing is checked out')
    .option('--rev <revision>', 'of the repository; the base-commit of the patch where absent')
    .option('--json', 'for programs')
    .action(async (files: string[], options: PatchOptions) => {
      finished(await patchCommand(catalogue, specification, files, options, terminal));
    });
}

/** @returns 1 where a rule breaks that held, 3 where something could not be judged, else 0 */
export async function patchCommand(
  catalogue: Pick<Catalogue, 'families' | 'expectations' | 'revisions'>,
  specification: CSpecification,
  files: readonly string[],
  options: PatchOptions,
  terminal: Terminal,
): Promise<number> {
  const patches = (
    await Promise.all(
      files.map((file) => patchesOf(file === '-' ? 'standard input' : file, textOf(file))),
    )
  ).flat();
  const reader = new SourceReader(specification, await CReader.load(specification.dialect));
  const base = treeOf(options, patches);
  let tree = base;
  const judged: JudgedPatch[] = [];
  for (const patch of patches) {
    const reading = readPatch(reader, tree, patch);
    const one = judge(reader, catalogue, tree, reading, {}, terminal);
    if (!options.json) for (const line of asText(one, terminal)) terminal.out(line);
    judged.push(one);
    tree = applied(tree, patch).tree;
  }
  if (options.json) terminal.out(`${JSON.stringify(judged.map(asJson), null, 2)}\n`);
  const answers = judged.flatMap((one) => one.answers);
  if (answers.includes('breaks')) return EXIT.differs;
  return answers.includes('cannot judge') ? EXIT.unfinished : EXIT.ok;
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new InputError(`there is no file '${file}' that can be read: name a patch, or '-'`);
  }
}

function treeOf({ tree, git, rev }: PatchOptions, patches: readonly Patch[]): Tree {
  if (tree !== undefined && git === undefined) return directoryTree(tree);
  if (git !== undefined && tree === undefined) {
    return gitTree(git, rev ?? patches.find(({ baseCommit }) => baseCommit)?.baseCommit ?? 'HEAD');
  }
  throw new InputError('name the tree that the patch is for, with --tree or with --git');
}

interface JudgedPatch {
  readonly reading: PatchReading;
  readonly systems: readonly JudgedSystem[];
  readonly answers: readonly PatchAnswer[];
}

function judge(
  reader: SourceReader,
  catalogue: Pick<Catalogue, 'families' | 'expectations' | 'revisions'>,
  before: Tree,
  reading: PatchReading,
  bounds: Bounds,
  terminal: Terminal,
): JudgedPatch {
  const functions = new Set(reading.changed.map((one) => one.function));
  const revision = catalogue.revisions.findLast(({ kind }) => kind === 'release')!.name;
  const trees = { functions, before, after: reading.tree };
  const systems: JudgedSystem[] = [];
  for (const one of judgeSystems(reader, bySize(catalogue, revision), trees, revision, bounds)) {
    terminal.progress(`${one.system.name} …`);
    systems.push(one);
  }
  terminal.progress('');
  return { reading, systems, answers: answersOf(reading, systems) };
}

/** The smallest systems answer first. */
function bySize(
  { families, expectations }: Pick<Catalogue, 'families' | 'expectations'>,
  revision: string,
): SystemFamily[] {
  const states = ({ name }: SystemFamily) =>
    expectations.find((e) => e.system === name && e.revision === revision)?.states ?? Infinity;
  return [...families].sort((a, b) => states(a) - states(b));
}

function answersOf(reading: PatchReading, systems: readonly JudgedSystem[]): PatchAnswer[] {
  const breaks = systems.some(({ verdicts }) => verdicts.some((v) => v.after.verdict === 'broken'));
  const isLeft =
    reading.leftOver.length > 0 ||
    reading.unread.length > 0 ||
    reading.changed.some(({ choices }) => choices.length > 0) ||
    (reading.changed.length === 0 && reading.same.length === 0);
  const does: PatchAnswer = breaks
    ? 'breaks'
    : reading.changed.length > 0
      ? 'changes steps'
      : 'changes no step';
  if (!isLeft) return [does];
  return does === 'changes no step' ? ['cannot judge'] : [does, 'cannot judge'];
}

function* asText(
  { reading, systems, answers }: JudgedPatch,
  terminal: Terminal,
): Generator<string> {
  yield `${paint(terminal, 'bold', reading.patch.title)}\n`;
  for (const answer of answers) {
    const colour = answer === 'breaks' ? 'red' : answer === 'cannot judge' ? 'yellow' : 'green';
    yield `${paint(terminal, colour, sentences[answer])}\n`;
  }
  const functions = new Map(reading.changed.map((one) => [one.function, one] as const));
  for (const one of functions.values()) yield* changeText(one);
  for (const judged of systems) yield* systemText(judged);
  const first = systems.find(({ verdicts }) => verdicts.some((v) => v.after.verdict === 'broken'));
  if (first !== undefined) yield* runText(first);
  yield* leftText(reading);
  if (reading.same.length > 0) {
    yield '\n';
    yield* paragraph(
      `Read, and the same before and after: ${reading.same.map((fn) => `${fn}()`).join(', ')}.`,
    );
  }
  yield '\n';
}

const sentences: Readonly<Record<PatchAnswer, string>> = {
  breaks: 'breaks rules',
  'changes steps': 'changes steps, and breaks no rule that was asked',
  'changes no step': 'changes no step that is specified',
  'cannot judge': 'cannot judge all of it',
};

function* changeText({ function: fn, differences, choices }: ChangedMachine): Generator<string> {
  yield '\n';
  yield* paragraph(
    `${fn}() changes${differences.length === 0 ? '' : `, first after ${differences[0]!.run.length} steps`}:`,
  );
  const [first] = differences;
  if (first !== undefined) yield* differenceText(first);
  for (const { text, place } of choices)
    yield* paragraph(`  chosen without a label: ${text}, ${shortly(place)}`);
}

function* differenceText({ run, c, other }: Difference): Generator<string> {
  for (const label of run.slice(-3)) yield `    ${label}\n`;
  for (const { label, at } of other) yield `  - ${label}  ${at.slice(at.lastIndexOf('/') + 1)}\n`;
  for (const { label, place } of c) yield `  + ${label}  ${shortly(place)}\n`;
}

function* systemText({ system, before, after, verdicts }: JudgedSystem): Generator<string> {
  yield '\n';
  const stopped = after.stopped === undefined ? '' : `, and more: ${after.stopped}`;
  yield* paragraph(
    `${system.name}, ${formatScope(system.scope)}: ${count(before.states)} states before, ${count(after.states)} after${stopped}`,
  );
  if (verdicts.length === 0) yield `  all ${after.properties.length} rules as before\n`;
  for (const { property, before: was, after: is } of verdicts) {
    yield `  ${is.verdict.padEnd(8)} ${property} (${was} before)\n`;
  }
}

/** One run: of a rule that breaks at a step rather than of one that waits for ever, the shortest. */
function* runText({ system, verdicts }: JudgedSystem): Generator<string> {
  const broken = verdicts.flatMap(({ after }) =>
    after.verdict === 'broken' ? [after.counterexample] : [],
  );
  const rank = ({ property, run }: Counterexample) =>
    (['invariant', 'monitor'].includes(property.kind) ? 0 : 1_000_000) + run.vectors.length;
  const shown = [...broken].sort((a, b) => rank(a) - rank(b))[0]!;
  yield '\n';
  yield* paragraph(ruleBroken(shown));
  yield* paragraph(
    `The shortest run that breaks it, ${shown.run.vectors.length} steps; ${system.name}, ${formatScope(system.scope)}:`,
  );
  yield `\n${diagram(shown)}`;
}

function* leftText({ leftOver, unread }: PatchReading): Generator<string> {
  if (leftOver.length === 0 && unread.length === 0) return;
  yield '\n';
  yield* paragraph('Not judged:');
  for (const { function: fn, why } of unread)
    yield* paragraph(`  ${fn}() is not read: ${why.message}`);
  for (const { place, change, text, why } of leftOver) yield* leftLine(place, change, text, why);
}

function* leftLine(
  place: Place,
  change: LeftOver['change'],
  text: string,
  why: string,
): Generator<string> {
  yield `  ${change === 'added' ? '+' : '-'} ${shortly(place)}  ${text.slice(0, 50)}\n`;
  for (const line of wrap(why, 70)) yield `      ${line}\n`;
}

function* paragraph(text: string): Generator<string> {
  const indent = /^ */.exec(text)![0];
  for (const line of wrap(text.trimStart(), 75 - indent.length)) yield `${indent}${line}\n`;
}

function shortly({ file, line }: Place): string {
  return `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
}

function asJson({ reading, systems, answers }: JudgedPatch) {
  return {
    title: reading.patch.title,
    answers,
    functions: reading.changed.map(({ function: fn, differences, choices }) => ({
      function: fn,
      differences,
      choices,
    })),
    same: reading.same,
    systems: systems.map(({ system, before, after, verdicts }) => ({
      system: system.name,
      scope: system.scope,
      states: { before: before.states, after: after.states },
      verdicts: verdicts.map((v) => ({
        property: v.property,
        before: v.before,
        after: v.after.verdict,
      })),
    })),
    leftOver: reading.leftOver,
    unread: reading.unread.map(({ function: fn, why }) => ({
      function: fn,
      construct: why.construct,
      place: why.place,
    })),
  };
}
