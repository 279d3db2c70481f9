import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file that a recipe adds or changes: what it shows of it. */
export type Step =
  | { readonly kind: 'new'; readonly path: string; readonly text: string }
  | { readonly kind: 'edit'; readonly path: string; readonly diff: string }
  | { readonly kind: 'run'; readonly command: string };

/** A recipe of CONTRIBUTING.md: a heading, and what is to be done below it. */
export interface Recipe {
  readonly title: string;
  readonly steps: readonly Step[];
}

/** The recipes of the page, by its headings; those without a step that changes a file are none. */
export function recipesOf(page: string): Recipe[] {
  return page
    .split(/^## /m)
    .slice(1)
    .map((section) => ({ title: section.split('\n', 1)[0]!, steps: stepsOf(section) }))
    .filter(({ steps }) => steps.some(({ kind }) => kind !== 'run'));
}

/** The blocks of a section: a file is named in a line of its own ahead of them, commands are `sh`. */
function stepsOf(section: string): Step[] {
  const block = /^`([^`\n]+)`(?:, new)?:$|^(`{3,})(\w*)\n([\s\S]*?)^\2$/gm;
  let path = '';
  return [...section.matchAll(block)].flatMap(([, named, , language = '', text = '']): Step[] => {
    if (named !== undefined) {
      path = named;
      return [];
    }
    if (language === 'sh') {
      const commands = text.split('\n').filter((line) => line !== '');
      return commands.map((command) => ({ kind: 'run', command }));
    }
    if (language === 'diff') return [{ kind: 'edit', path, diff: text }];
    return language === '' ? [] : [{ kind: 'new', path, text }];
  });
}

/** The files that a recipe touches by hand, each once. */
export function filesOf({ steps }: Recipe): string[] {
  return [...new Set(steps.flatMap((step) => (step.kind === 'run' ? [] : step.path)))];
}

/**
 * A text with a diff made. The lines that stay or go have to be there once, one below the other, so
 * that the page says where the new ones belong.
 *
 * @throws Error where they are not there, or in several places
 */
export function edited(path: string, text: string, diff: string): string {
  const lines = diff.split('\n').slice(0, -1);
  const kept = (sign: string) =>
    lines
      .filter((line) => !line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const [before, after] = [kept('+'), kept('-')];
  const places = [...`\n${text}`.matchAll(/(?<=\n)/g)].filter(({ index }) =>
    text.startsWith(before, index - 1),
  );
  if (places.length !== 1) {
    throw new Error(`${path} has ${places.length} places for this, and should have 1:\n${diff}`);
  }
  const at = places[0]!.index - 1;
  return text.slice(0, at) + after + text.slice(at + before.length);
}

/** The files of some recipes as they are when all have been followed in their order. */
export function followed(
  recipes: readonly Recipe[],
  read: (path: string) => string | undefined,
): Map<string, string> {
  const files = new Map<string, string>();
  for (const step of recipes.flatMap(({ steps }) => steps)) {
    if (step.kind === 'run') continue;
    const before = files.get(step.path) ?? read(step.path);
    if (step.kind === 'new') {
      if (before !== undefined) throw new Error(`${step.path} is there already`);
      files.set(step.path, step.text);
    } else {
      if (before === undefined) throw new Error(`there is no ${step.path}`);
      files.set(step.path, edited(step.path, before, step.diff));
    }
  }
  return files;
}

export function writeAll(directory: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}
