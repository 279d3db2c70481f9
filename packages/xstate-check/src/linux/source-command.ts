import { InputError, suggested } from '../base/errors.ts';
import { EXIT } from '../base/exit.ts';
import { paint, type Terminal } from '../base/terminal.ts';
import { wrap } from '../base/text.ts';
import type { Place } from '../source/ast.ts';
import type { Difference } from '../source/compare.ts';
import type { Note } from '../source/graph.ts';
import {
  type AcceptedDifference,
  type CSpecification,
  isAccepted,
  SourceReader,
  type SourceVerdict,
} from '../source/judge-source.ts';
import type { OutsideFunction } from '../source/outside.ts';
import { CReader } from '../source/parse.ts';
import { cSourceOf } from '../source/reading.ts';
import { directoryTree, gitTree, type Tree } from '../source/tree.ts';
import type { NearestVersion } from '../source/versions.ts';

export interface SourceOptions {
  readonly git?: string;
  readonly rev?: string;
  readonly operations?: boolean;
  readonly rests?: boolean;
  readonly json?: boolean;
}

/** @throws InputError where neither or both of a directory and a repository are named */
export function treeOf(directory: string | undefined, { git, rev }: SourceOptions): Tree {
  if (git !== undefined) return gitTree(git, rev ?? 'HEAD');
  if (rev !== undefined) throw new InputError('--rev is of a repository: name it with --git');
  if (directory === undefined) {
    throw new InputError('name the root of a source tree, or a repository with --git');
  }
  return directoryTree(directory);
}

/** @returns 1 where something differs that is not known, or no longer differs that was */
export async function sourceCommand(
  specification: CSpecification,
  tree: Tree,
  names: readonly string[],
  options: SourceOptions,
  terminal: Terminal,
): Promise<number> {
  const machines = chosenMachines(specification, names);
  mustHaveSome(tree, machines);
  const reader = new SourceReader(specification, await CReader.load(specification.dialect));
  const verdicts = machines.map((machine) => {
    terminal.progress(`${machine.id} …`);
    return reader.judge(tree, machine);
  });
  terminal.progress('');
  const outside = reader.outside(tree, verdicts);
  const exits = reader.untaken(tree, verdicts);
  const gone = vanished(specification.accepted, verdicts);
  if (options.json)
    terminal.out(
      `${JSON.stringify({ ...asJson(tree, verdicts, gone), outside, exits }, null, 2)}\n`,
    );
  else {
    for (const line of asText(tree, verdicts, gone, options, terminal)) terminal.out(line);
    if (names.length === 0) {
      for (const line of outsideText(outside, options)) terminal.out(line);
      for (const line of exitsText(exits, options)) terminal.out(line);
    }
  }
  const differs = verdicts.some(({ verdict }) => verdict === 'differs') || gone.length > 0;
  if (differs) return EXIT.differs;
  return verdicts.some(({ verdict }) => verdict === 'not read') ? EXIT.unfinished : EXIT.ok;
}

function chosenMachines({ machines }: CSpecification, names: readonly string[]) {
  const known = machines.map(({ id }) => id);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new InputError(`there is no machine '${name}' that has C; ${suggested(name, known)}`);
  }
  return names.length === 0 ? machines : machines.filter(({ id }) => names.includes(id));
}

/** @throws InputError where a tree has none of the files that are read: it is another one */
export function mustHaveSome(tree: Tree, machines: CSpecification['machines']): void {
  const files = machines.flatMap((machine) => cSourceOf(machine)?.file ?? []);
  if (files.some((file) => tree.read(file) !== undefined)) return;
  throw new InputError(
    `'${tree.name}' is not the root of the source that is meant: it has none of the files to read, such as ${files[0]}`,
  );
}

/** Differences that are accepted and are not there, of machines that were read. */
function vanished(
  accepted: readonly AcceptedDifference[],
  verdicts: readonly SourceVerdict[],
): AcceptedDifference[] {
  return accepted.filter((one) => {
    if (one.isOlder) return false;
    const of = verdicts.filter(({ machine }) => machine === one.machine);
    // A function of another version, or one that is not read, need not have them.
    if (of.length === 0 || of.some(({ verdict }) => verdict !== 'equal')) return false;
    return !of.some(({ machine, known }) =>
      known.some(({ difference }) => isAccepted(one, machine, difference)),
    );
  });
}

function* asText(
  tree: Tree,
  verdicts: readonly SourceVerdict[],
  gone: readonly AcceptedDifference[],
  { rests }: SourceOptions,
  terminal: Terminal,
): Generator<string> {
  for (const verdict of verdicts) {
    yield headOf(verdict, terminal);
    yield* detailsOf(verdict, rests === true);
  }
  for (const { machine, after, reason } of gone) {
    yield* paragraph(
      `${machine}: after ${after} the C and the machine no longer differ, though it is accepted that they do (${reason})`,
      0,
    );
  }
  const of = (wanted: SourceVerdict['verdict']) =>
    verdicts.filter(({ verdict }) => verdict === wanted).length;
  yield '\n';
  yield* paragraph(
    `${tree.name}: ${of('equal')} equal, ${of('differs')} ${of('differs') === 1 ? 'differs' : 'differ'}, ${of('not read')} not read. ` +
      'Equal means: the same labels, in the same order, under the same conditions, with the same answers, as far as the table of ' +
      'calls names steps, for lists of the lengths said.',
    0,
  );
}

function headOf(
  { machine, size, function: fn, verdict, place }: SourceVerdict,
  terminal: Terminal,
) {
  const colour = { equal: 'green', differs: 'red', 'not read': 'yellow' } as const;
  const where = place === undefined ? '' : `  ${shortly(place)}`;
  const name = `${machine}${size === '' ? '' : ` (${size})`}`;
  const word = paint(terminal, colour[verdict], verdict.padEnd(8));
  const line = `${word}  ${`${fn}()`}`;
  return `${line}\n          ${name}${where}\n`;
}

function* detailsOf(verdict: SourceVerdict, rests: boolean): Generator<string> {
  if (verdict.unread !== undefined) yield* paragraph(`not read: ${verdict.unread.message}`, 10);
  for (const { difference, reason } of verdict.known) {
    yield* paragraph(`known: after ${difference.run.at(-1)}: ${reason}`, 10);
  }
  if (verdict.nearest !== undefined) yield* nearestText(verdict.nearest);
  const [first, ...others] = verdict.differences;
  if (first !== undefined) yield* differenceText(first);
  if (others.length > 0) yield* paragraph(`and at ${others.length} more places`, 10);
  if (verdict.choices.length > 0) yield* notes('chosen silently', verdict.choices);
  if (!rests && first === undefined) return;
  yield* notes('taken for granted', verdict.assumptions);
  yield* notes('without a label', verdict.unlabelled);
}

/** Of which version a function is that is not of the newest, and what else differs. */
function* nearestText({ names, isEqual, differences, elsewhere }: NearestVersion) {
  const versions = names.filter((name) => !name.includes('+'));
  const shown = (versions.length > 0 ? versions : names).slice(0, 6).join(', ');
  if (isEqual) {
    yield* paragraph(`the version: as in ${shown}`, 10);
    if (elsewhere !== undefined) yield* paragraph(`compared without it: ${elsewhere}`, 10);
    return;
  }
  yield* paragraph(`the nearest version: ${shown}; what else differs:`, 10);
  for (const { c, other } of differences.slice(0, 3)) {
    const labels = (all: readonly { readonly label: string }[]) =>
      all.map(({ label }) => label).join(', ') || 'nothing';
    yield* paragraph(`the C ${labels(c)}, that version ${labels(other)}`, 12);
  }
}

function* differenceText({ run, c, other }: Difference): Generator<string> {
  yield* paragraph(`after ${run.length === 0 ? 'nothing' : `${run.length} steps`}:`, 10);
  for (const label of run.slice(-6)) yield `            ${label}\n`;
  yield* paragraph('the C does', 10);
  for (const { label, place } of c) yield `            ${label}  ${shortly(place)}\n`;
  yield* paragraph('the machine does', 10);
  for (const { label, at } of other) yield `            ${label}  ${at}\n`;
}

function* notes(title: string, all: readonly Note[]): Generator<string> {
  if (all.length === 0) return;
  yield* paragraph(`${title}:`, 10);
  for (const { text, place } of all) yield* paragraph(`${text}  ${shortly(place)}`, 12);
}

/** Functions that touch what the machines are about: those that the newest has only where asked. */
function* outsideText(all: readonly OutsideFunction[], { rests }: SourceOptions) {
  const shown = all.filter(({ known }) => rests || known === undefined);
  if (shown.length === 0) return;
  yield '\nNo machine stands for, and it touches what they are about:\n';
  for (const { function: name, place, touches, known } of shown) {
    const why = known === undefined ? 'read it' : known;
    yield* paragraph(`${name}(), ${shortly(place)}: ${touches.join(', ')}: ${why}`, 2);
  }
}

/** Ways out that no machine takes: those that the newest has only where asked. */
function* exitsText({ all, untaken }: Exits, { rests }: SourceOptions) {
  const shown = untaken.filter(({ known }) => rests || known === undefined);
  const count = `${untaken.length} of ${all} returns and jumps`;
  yield `\nNo machine takes ${count}${shown.length === 0 ? '.' : ':'}\n`;
  for (const { exit, place, known } of shown) {
    yield* paragraph(`${exit}  ${shortly(place)}: ${known ?? 'read it'}`, 2);
  }
}

type Exits = ReturnType<SourceReader['untaken']>;

/** `door.c:12`: the last name of the path is enough beside others of the same function. */
function shortly({ file, line }: Place): string {
  return `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
}

function* paragraph(text: string, indent: number): Generator<string> {
  for (const line of wrap(text, 78 - indent)) yield `${' '.repeat(indent)}${line}\n`;
}

function asJson(
  tree: Tree,
  verdicts: readonly SourceVerdict[],
  gone: readonly AcceptedDifference[],
) {
  return {
    tree: tree.name,
    functions: verdicts.map(({ unread, nearest, read: _, exits: __, ...verdict }) => ({
      ...verdict,
      ...(nearest && {
        nearest: {
          versions: nearest.names,
          isEqual: nearest.isEqual,
          differences: nearest.differences,
        },
      }),
      ...(unread && { unread: { construct: unread.construct, place: unread.place } }),
    })),
    vanished: gone,
  };
}
