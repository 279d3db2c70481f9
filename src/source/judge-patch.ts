import type { AnyStateMachine } from 'xstate';
import { changedLines, type LeftOver, leftOver, readSide } from './account.ts';
import { type Applied, applied } from './apply.ts';
import { NotRead } from './ast.ts';
import { compare, type Difference, offersOf } from './compare.ts';
import type { CGraph, Note } from './graph.ts';
import type { SourceReader } from './judge-source.ts';
import type { Patch } from './mail.ts';
import { cSourceOf } from './reading.ts';
import type { Tree } from './tree.ts';

/** A machine whose C a patch changes. */
export interface ChangedMachine {
  readonly machine: AnyStateMachine;
  readonly function: string;
  readonly before: CGraph;
  readonly after: CGraph;
  /** Where the two part: the C is that after the patch, the other that before it. */
  readonly differences: readonly Difference[];
  /** Choices that no label shows, and that were not there before. */
  readonly choices: readonly Note[];
}

/** What a patch does to the functions that machines stand for, before any rule is asked. */
export interface PatchReading {
  readonly patch: Patch;
  readonly tree: Tree;
  readonly changed: readonly ChangedMachine[];
  /** Functions that were read before and after, and do the same. */
  readonly same: readonly string[];
  /** What was not read after the patch, or neither before nor after. */
  readonly unread: readonly { readonly function: string; readonly why: NotRead }[];
  readonly leftOver: readonly LeftOver[];
}

/**
 * Reads the functions that a patch touches before and after it, and accounts for every line that it
 * changes.
 *
 * @throws InputError where the patch does not apply
 */
export function readPatch(reader: SourceReader, tree: Tree, patch: Patch): PatchReading {
  const { tree: after, paths } = applied(tree, patch);
  const changed: ChangedMachine[] = [];
  const same: string[] = [];
  const unread: { function: string; why: NotRead }[] = [];
  const graphs = { before: [] as CGraph[], after: [] as CGraph[] };
  for (const machine of machinesOf(reader, paths)) {
    const source = cSourceOf(machine)!;
    const [old, now] = [tree, after].map((side) => graphOf(reader, side, machine));
    if (old instanceof NotRead || now instanceof NotRead) {
      const why = now instanceof NotRead ? now : (old as NotRead);
      if (!unread.some((one) => one.function === source.function)) {
        unread.push({ function: source.function, why });
      }
      continue;
    }
    graphs.before.push(old!);
    graphs.after.push(now!);
    const { differences } = compare(now!, offersOf(old!));
    const choices = now!.choices.filter(({ text }) => !old!.choices.some((o) => o.text === text));
    if (differences.length === 0 && choices.length === 0) same.push(source.function);
    else
      changed.push({
        machine,
        function: source.function,
        before: old!,
        after: now!,
        differences,
        choices,
      });
  }
  return {
    patch,
    tree: after,
    changed,
    same: [...new Set(same)].filter((fn) => !changed.some((one) => one.function === fn)),
    unread,
    leftOver: unaccounted(reader, { tree, after, paths }, graphs),
  };
}

/** The machines whose C goes into a file of the patch. */
function machinesOf(reader: SourceReader, paths: Applied['paths']): AnyStateMachine[] {
  const touched = new Set([...paths].flat());
  return reader.specification.machines.filter((machine) => {
    const { file, also = [] } = cSourceOf(machine)!;
    return [file, ...also].some((path) => touched.has(path));
  });
}

function graphOf(reader: SourceReader, tree: Tree, machine: AnyStateMachine): CGraph | NotRead {
  try {
    return reader.graph(tree, machine);
  } catch (error) {
    if (error instanceof NotRead) return error;
    throw error;
  }
}

function unaccounted(
  reader: SourceReader,
  { tree, after, paths }: Applied & { readonly after: Tree },
  graphs: { readonly before: readonly CGraph[]; readonly after: readonly CGraph[] },
): LeftOver[] {
  const read = { before: readSide(graphs.before), after: readSide(graphs.after) };
  return [...paths].flatMap(([path, old]) => {
    const [from, to] = [tree.read(old) ?? '', after.read(path) ?? ''];
    const { removed, added } = changedLines(from, to);
    const isC = /\.[ch]$/.test(path);
    const side = (on: Tree, at: string, text: string) => ({
      text,
      unit: isC ? reader.unit(on, at) : undefined,
    });
    return [
      ...leftOver(old, 'removed', removed, side(tree, old, from), read.before),
      ...leftOver(path, 'added', added, side(after, path, to), read.after),
    ];
  });
}
