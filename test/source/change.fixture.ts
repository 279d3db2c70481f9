import { createTwoFilesPatch } from 'diff';
import type { SourceReader, Tree } from 'xstate-check/kernel';

/** A change of the C of Linux 7.3.4, told as what stands there and what stands there after it. */
export interface CChange {
  readonly name: string;
  readonly file: string;
  /** The function in which each text is found once; the whole file where there is none. */
  readonly in?: string;
  /** Lines, without what they are indented by. */
  readonly edits: readonly (readonly [from: string, to: string])[];
}

/** @throws Error where a text is not there once: the tree is another one */
export function patchOf(reader: SourceReader, tree: Tree, change: CChange): string {
  const text = tree.read(change.file);
  if (text === undefined) throw new Error(`${change.name}: no file ${change.file}`);
  const lines = text.split('\n');
  const fn = change.in && reader.unit(tree, change.file)?.functions.get(change.in);
  if (change.in !== undefined && !fn) throw new Error(`${change.name}: no function ${change.in}`);
  const [from, to] = fn ? [fn.line - 1, fn.endLine] : [0, lines.length];
  const edited = change.edits.reduce(
    (part, edit) => replaced(change.name, part, edit),
    lines.slice(from, to).join('\n'),
  );
  const after = [...lines.slice(0, from), ...edited.split('\n'), ...lines.slice(to)].join('\n');
  return createTwoFilesPatch(`a/${change.file}`, `b/${change.file}`, text, after);
}

/** Lines are found whatever they are indented by, and written as the first of them is. */
function replaced(name: string, text: string, [from, to]: readonly [string, string]): string {
  const wanted = from.split('\n').map((line) => line.trim());
  const lines = text.split('\n');
  const found = lines.flatMap((_, at) =>
    wanted.every((line, i) => lines[at + i]?.trim() === line) ? [at] : [],
  );
  if (found.length !== 1) throw new Error(`${name}: '${from}' is there ${found.length} times`);
  const at = found[0]!;
  const indent = /^\s*/.exec(lines[at]!)![0];
  const put = to === '' ? [] : to.split('\n').map((line) => (line === '' ? line : indent + line));
  return [...lines.slice(0, at), ...put, ...lines.slice(at + wanted.length)].join('\n');
}
