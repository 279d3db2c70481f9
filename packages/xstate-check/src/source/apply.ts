import { applyPatch, type StructuredPatch } from 'diff';
import { InputError } from '../base/errors.ts';
import type { Patch } from './mail.ts';
import { changedTree, type Tree } from './tree.ts';

/** A tree after a patch, and which files the patch is about. */
export interface Applied {
  readonly tree: Tree;
  /** By its path after the patch: the path before, which differs where it was renamed. */
  readonly paths: ReadonlyMap<string, string>;
}

/**
 * Applies a patch in memory.
 *
 * @throws InputError where it does not apply: the file and the function of the hunk are named
 */
export function applied(tree: Tree, patch: Patch): Applied {
  const texts = new Map<string, string | undefined>();
  const paths = new Map<string, string>();
  for (const file of patch.files) {
    const before = pathOf(file.oldFileName);
    const after = file.isDelete ? undefined : pathOf(file.newFileName);
    const path = after ?? before;
    if (path === undefined) throw new InputError(`'${patch.title}' names no file for a hunk`);
    paths.set(path, before ?? path);
    const from = before === undefined ? '' : textOf(tree, texts, before);
    if (from === undefined) {
      throw new InputError(
        `'${patch.title}' does not apply: ${tree.name} has no file ${before}, which cannot be judged without it`,
      );
    }
    const to = applyHunks(from, file, path, patch.title);
    if (before !== undefined && before !== after && !file.isCopy) texts.set(before, undefined);
    texts.set(path, after === undefined ? undefined : to);
  }
  return { tree: changedTree(tree, `${tree.name} with '${patch.title}'`, texts), paths };
}

function textOf(tree: Tree, texts: ReadonlyMap<string, string | undefined>, path: string) {
  return texts.has(path) ? texts.get(path) : tree.read(path);
}

/** `a/drivers/x.c`, which may have a time after a tab; undefined for no file. */
function pathOf(name: string | undefined): string | undefined {
  const path = name?.split('\t')[0]?.trim();
  if (path === undefined || path === '/dev/null') return undefined;
  return path.replace(/^[ab]\//, '');
}

function applyHunks(from: string, file: StructuredPatch, path: string, title: string): string {
  const whole = applyPatch(from, file, { fuzzFactor: 0 });
  if (whole !== false) return whole;
  // Which hunk it is: each alone, on what those before it made.
  let text = from;
  for (const hunk of file.hunks) {
    const next = applyPatch(text, { ...file, hunks: [hunk] });
    if (next === false) {
      const where = functionAt(from, hunk.oldStart + leadingContext(hunk.lines));
      throw new InputError(
        `'${title}' does not apply to ${path}: the hunk at line ${hunk.oldStart}${where} finds other text; ` +
          'name the tree that it was made for',
      );
    }
    text = next;
  }
  return text;
}

function leadingContext(lines: readonly string[]): number {
  const first = lines.findIndex((line) => /^[+-]/.test(line));
  return Math.max(0, first);
}

/** The function that a line stands in, as a diff would name it: the last line that begins with a word. */
function functionAt(text: string, line: number): string {
  const lines = text.split('\n').slice(0, line);
  const head = lines.findLast((one) => /^[A-Za-z_][\w\s*]*\b\w+\(/.test(one));
  const name = head === undefined ? undefined : /(\w+)\(/.exec(head)?.[1];
  return name === undefined ? '' : `, in ${name}(),`;
}
