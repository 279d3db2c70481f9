import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SourceReader, Tree } from 'xstate-check/kernel';
import type { CChange } from './change.fixture.ts';

/** By file and function: a hash of its text. */
type Pinned = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The functions for which the answers to changes were written down. */
export const pinnedFunctions = JSON.parse(
  readFileSync(new URL('linux-7.3.4.json', import.meta.url), 'utf8'),
) as Pinned;

/** Functions of a tree that are not those of Linux 7.3.4, for which the answers were written down. */
export function otherFunctions(reader: SourceReader, tree: Tree): string[] {
  return Object.entries(pinnedFunctions).flatMap(([file, functions]) =>
    Object.entries(functions)
      .filter(([name, hash]) => hashOf(reader, tree, file, name) !== hash)
      .map(([name]) => `${name}() of ${file}`),
  );
}

/** The functions that machines go into, and those that changes name beside them, as they are pinned. */
export function functionsRead(
  reader: SourceReader,
  tree: Tree,
  changes: readonly CChange[],
): Pinned {
  const found: Record<string, Record<string, string>> = {};
  for (const { file, in: name } of changes) {
    if (name !== undefined)
      found[file] = { ...found[file], [name]: hashOf(reader, tree, file, name)! };
  }
  for (const machine of reader.specification.machines) {
    for (const [name, { file }] of reader.graph(tree, machine).read) {
      found[file] = { ...found[file], [name]: hashOf(reader, tree, file, name)! };
    }
  }
  const sorted = <T>(of: Record<string, T>) =>
    Object.fromEntries(Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(
    Object.fromEntries(Object.entries(found).map(([file, all]) => [file, sorted(all)])),
  );
}

function hashOf(reader: SourceReader, tree: Tree, file: string, name: string): string | undefined {
  const fn = reader.unit(tree, file)?.functions.get(name);
  if (fn === undefined) return undefined;
  const text = tree
    .read(file)!
    .split('\n')
    .slice(fn.line - 1, fn.endLine)
    .join('\n');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
