import type { AnyStateMachine } from 'xstate';
import {
  changedLines,
  type LeftOver,
  leftOver,
  readSide,
  type Side,
  touchedFunctions,
} from './account.ts';
import { applied } from './apply.ts';
import { NotRead } from './ast.ts';
import { compare, type Difference, offersOf } from './compare.ts';
import type { CGraph, Note } from './graph.ts';
import type { SourceReader, Surroundings } from './judge-source.ts';
import type { Beside, Patch } from './mail.ts';
import { cSourceOf } from './reading.ts';
import { type FunctionText, renamedFunctions } from './renamed.ts';
import type { Tree } from './tree.ts';
import { type Unseen, unseenNotes, unseenSteps } from './unseen.ts';
import { withoutPlaces } from './words.ts';

/** What is judged: two trees, and the files in which they differ. */
export interface Change {
  readonly title: string;
  readonly before: Tree;
  readonly after: Tree;
  /** By its path after the change: the path before, which differs where a file was renamed. */
  readonly paths: ReadonlyMap<string, string>;
  /** Files of which there is a binary diff, which is not read. */
  readonly binary: readonly string[];
  /** What is done to files without a change of a line, in words. */
  readonly beside: readonly Beside[];
}

/** A machine whose C a change changes. */
export interface ChangedMachine {
  readonly machine: AnyStateMachine;
  readonly function: string;
  readonly before: CGraph;
  readonly after: CGraph;
  /** Where the two part: the C is that after the change, the other that before it. */
  readonly differences: readonly Difference[];
  /** Choices that no label shows, and that were not there before. */
  readonly choices: readonly Note[];
}

/** What a change does to the functions that machines stand for, before any rule is asked. */
export interface ChangeReading {
  readonly change: Change;
  /** Where the functions are before and after it. */
  readonly around: { readonly before: Surroundings; readonly after: Surroundings };
  /** The files of the change of which a machine reads something. */
  readonly files: readonly string[];
  readonly changed: readonly ChangedMachine[];
  /** Functions that were read before and after, and take the same steps. */
  readonly same: readonly string[];
  /** What was not read after the change, or neither before nor after. */
  readonly unread: readonly { readonly function: string; readonly why: NotRead }[];
  readonly leftOver: readonly LeftOver[];
}

/** @throws InputError where the patch does not apply */
export function changeOf(tree: Tree, patch: Patch): Change {
  const { tree: after, paths } = applied(tree, patch);
  const { title, binary, beside } = patch;
  return { title, before: tree, after, paths, binary, beside };
}

/** Changes that follow each other, as one. */
export function wholeOf(title: string, changes: readonly Change[]): Change {
  const paths = new Map<string, string>();
  for (const change of changes) {
    for (const [path, old] of change.paths) {
      paths.set(path, paths.get(old) ?? old);
      if (path !== old && paths.get(old) !== undefined) paths.delete(old);
    }
  }
  const binary = [...new Set(changes.flatMap((change) => change.binary))];
  const beside = changes.flatMap((change) => change.beside);
  return { title, before: changes[0]!.before, after: changes.at(-1)!.after, paths, binary, beside };
}

/**
 * Reads the functions of the files that a change touches before and after it, and accounts for every
 * line that it changes.
 */
export function readChange(reader: SourceReader, change: Change): ChangeReading {
  const around = aroundOf(reader, change);
  const sides = sidesOf(reader, change);
  const pairs: Pair[] = [];
  const unread: { function: string; why: NotRead }[] = [];
  for (const machine of machinesOf(reader, change, around, touchedFunctions(sides))) {
    const pair = pairOf(reader, change, around, machine);
    if ('before' in pair) pairs.push(pair);
    else if (!unread.some((one) => one.function === pair.function)) unread.push(pair);
  }
  const changed = pairs.flatMap(changedMachine);
  const isChanged = (pair: Pair) => changed.some(({ machine }) => machine === pair.machine);
  const unseen = pairs.flatMap((pair) =>
    isChanged(pair)
      ? unseenNotes(pair.before, pair.after).map((one) => ({ pair, one }))
      : unseenOf(reader, change, around, pair).map((one) => ({ pair, one })),
  );
  const apart = new Set(
    pairs
      .filter((pair) => isChanged(pair) || unseen.some((one) => one.pair === pair))
      .flatMap(({ before, after }) => [...before.read.keys(), ...after.read.keys()]),
  );
  const isOnlyNamed = onlyNamed(change, around.after.renamed ?? new Map());
  const lines = unaccounted(sides, pairs, apart).filter(
    // Of a function that is not read, it is said why.
    (line) => !unread.some((one) => one.function === line.in) && !isOnlyNamed(line),
  );
  const same = pairs.filter((pair) => !isChanged(pair)).map((pair) => pair.function);
  return {
    change,
    around,
    files: [...change.paths.keys()].filter((path) => isReadFile(reader, change, path)),
    changed,
    same: [...new Set(same)].filter((fn) => !changed.some((one) => one.function === fn)),
    unread,
    leftOver: [
      ...lines,
      ...beyondLines(
        unseen.map(({ one }) => one),
        lines,
      ),
    ],
  };
}

/** A machine and its C on both sides. */
interface Pair {
  readonly machine: AnyStateMachine;
  readonly function: string;
  readonly before: CGraph;
  readonly after: CGraph;
}

function isReadFile(reader: SourceReader, { paths }: Change, path: string): boolean {
  return reader.specification.machines.some((machine) => {
    const { file, also = [] } = cSourceOf(machine)!;
    return [file, ...also].some((one) => one === path || one === paths.get(path));
  });
}

/** The machines whose C goes into a file of the change, and can come to a function that it touches. */
function machinesOf(
  reader: SourceReader,
  { paths, before, after }: Change,
  around: ChangeReading['around'],
  touched: ReadonlySet<string> | undefined,
): AnyStateMachine[] {
  const files = new Set([...paths].flat());
  return reader.specification.machines.filter((machine) => {
    const { file, also = [] } = cSourceOf(machine)!;
    if (![file, ...also].some((path) => files.has(path))) return false;
    if (touched === undefined) return true;
    const reached = [
      ...reader.reach(before, machine, around.before),
      ...reader.reach(after, machine, around.after),
    ];
    return reached.some((name) => touched.has(name));
  });
}

/** The files of the change are gone into, whichever a machine names; renamed functions are followed. */
function aroundOf(reader: SourceReader, change: Change): ChangeReading['around'] {
  const isC = (path: string) => /\.[ch]$/.test(path);
  const before = [...new Set(change.paths.values())].filter(isC);
  const after = [...change.paths.keys()].filter(isC);
  // A file that goes is gone into as well, so that it is not missed.
  const files = [...new Set([...after, ...before])];
  const [old, now] = [
    before.flatMap((path) => functionsOf(reader, change.before, path)),
    after.flatMap((path) => functionsOf(reader, change.after, path)),
  ];
  return { before: { files }, after: { files, renamed: renamedFunctions(old!, now!) } };
}

function functionsOf(reader: SourceReader, tree: Tree, path: string): FunctionText[] {
  const unit = reader.unit(tree, path);
  if (unit === undefined) return [];
  const lines = tree.read(path)!.split('\n');
  return [...unit.functions.values()].map((fn) => ({
    fn,
    text: lines.slice(fn.line - 1, fn.endLine).join('\n'),
  }));
}

function pairOf(
  reader: SourceReader,
  change: Change,
  around: ChangeReading['around'],
  machine: AnyStateMachine,
): Pair | { readonly function: string; readonly why: NotRead } {
  const { function: fn } = cSourceOf(machine)!;
  try {
    const before = reader.graph(change.before, machine, around.before);
    return {
      machine,
      function: fn,
      before,
      after: reader.graph(change.after, machine, around.after),
    };
  } catch (error) {
    if (!(error instanceof NotRead)) throw error;
    return { function: fn, why: error };
  }
}

function changedMachine({ machine, function: fn, before, after }: Pair): ChangedMachine[] {
  const { differences } = compare(after, offersOf(before));
  const known = before.choices.map(({ text }) => withoutPlaces(text));
  const choices = after.choices.filter(({ text }) => !known.includes(withoutPlaces(text)));
  if (differences.length === 0 && choices.length === 0) return [];
  return [{ machine, function: fn, before, after, differences, choices }];
}

/** What a change does to a function without changing a step; asked where its text changes. */
function unseenOf(
  reader: SourceReader,
  change: Change,
  around: ChangeReading['around'],
  { machine, before, after }: Pair,
): Unseen[] {
  const read = new Set([...before.read.keys(), ...after.read.keys()]);
  if (![...read].some((name) => textChanges(reader, change, before, after, name))) return [];
  try {
    return unseenSteps(
      reader.graph(change.before, machine, around.before, 'everything'),
      reader.graph(change.after, machine, around.after, 'everything'),
    );
  } catch (error) {
    if (!(error instanceof NotRead)) throw error;
    return unseenNotes(before, after);
  }
}

function textChanges(
  reader: SourceReader,
  change: Change,
  before: CGraph,
  after: CGraph,
  name: string,
): boolean {
  const textIn = (tree: Tree, graph: CGraph) => {
    const place = graph.read.get(name);
    const fn = place && reader.unit(tree, place.file)?.functions.get(name);
    if (!fn) return undefined;
    return tree
      .read(fn.file)!
      .split('\n')
      .slice(fn.line - 1, fn.endLine)
      .join('\n');
  };
  return textIn(change.before, before) !== textIn(change.after, after);
}

/** Each file before and after the change, with its lines that differ. */
function sidesOf(reader: SourceReader, { before, after, paths }: Change): Side[] {
  return [...paths].flatMap(([path, old]) => {
    const [from, to] = [before.read(old) ?? '', after.read(path) ?? ''];
    const { removed, added } = changedLines(from, to);
    const isC = /\.[ch]$/.test(path);
    const unit = (tree: Tree, file: string) => (isC ? reader.unit(tree, file) : undefined);
    return [
      { file: old, change: 'removed', lines: removed, text: from, unit: unit(before, old) },
      { file: path, change: 'added', lines: added, text: to, unit: unit(after, path) },
    ] as const;
  });
}

function unaccounted(
  sides: readonly Side[],
  pairs: readonly Pair[],
  apart: ReadonlySet<string>,
): LeftOver[] {
  const [before, after] = [pairs.map((pair) => pair.before), pairs.map((pair) => pair.after)];
  const read = { removed: readSide(before!, apart), added: readSide(after!, apart) };
  return sides.flatMap((side) => leftOver(side, read[side.change]));
}

/** Lines that differ only by the new name of a function that is followed, and by how they are indented. */
function onlyNamed(
  { before, after, paths }: Change,
  renamed: ReadonlyMap<string, string>,
): (line: LeftOver) => boolean {
  if (renamed.size === 0) return () => false;
  const name = new RegExp(`\\b(?:${[...renamed.keys()].join('|')})\\b`, 'g');
  const plain = (text: string) => text.replace(/^[ \t]+/gm, '');
  const differing = { removed: new Set<string>(), added: new Set<string>() };
  for (const [path, old] of paths) {
    const from = (before.read(old) ?? '').replace(name, (one) => renamed.get(one)!);
    const { removed, added } = changedLines(plain(from), plain(after.read(path) ?? ''));
    for (const line of removed) differing.removed.add(`${old}:${line}`);
    for (const line of added) differing.added.add(`${path}:${line}`);
  }
  return ({ change, place }) => !differing[change].has(`${place.file}:${place.line}`);
}

/** What no changed line says: something that is given other values than before, further down. */
function beyondLines(unseen: readonly Unseen[], lines: readonly LeftOver[]): LeftOver[] {
  const found = new Map<string, LeftOver>();
  for (const { change, place, text } of unseen) {
    const isSaid = lines.some(
      (one) =>
        one.change === change && one.place.file === place.file && one.place.line === place.line,
    );
    if (!isSaid) found.set(`${change} ${text}`, { place, change, text: '', why: text });
  }
  return [...found.values()];
}
