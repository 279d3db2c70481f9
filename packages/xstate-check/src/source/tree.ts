import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../base/errors.ts';

/** Files of C by their path in the tree. Nothing is ever written to it. */
export interface Tree {
  /** As it is called in what is printed. */
  readonly name: string;
  /** The text of a file; undefined where the tree has none of this path. */
  read(path: string): string | undefined;
}

/** A tree of which it can be told what is in it. */
export interface Directory extends Tree {
  /** The names of the files of a directory, none where the tree has none of this path. */
  list(directory: string): readonly string[];
}

/** Larger files are none that somebody wrote. */
const LARGEST = 8 * 2 ** 20;

/** @throws InputError where there is no such directory */
export function directoryTree(directory: string): Directory {
  if (!existsSync(directory) || !statSync(directory).isDirectory()) {
    throw new InputError(`there is no directory '${directory}': name the root of a source tree`);
  }
  return {
    name: directory,
    read(path) {
      const file = join(directory, path);
      if (!existsSync(file)) return undefined;
      const stat = statSync(file);
      if (!stat.isFile()) return undefined;
      if (stat.size > LARGEST) throw new InputError(`'${file}' is too large to be a source file`);
      return readFileSync(file, 'utf8');
    },
    list(path) {
      const at = join(directory, path);
      if (!existsSync(at) || !statSync(at).isDirectory()) return [];
      const entries = readdirSync(at, { withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    },
  };
}

/**
 * A revision of a git repository, read without a check-out.
 *
 * @throws InputError where there is no such repository or revision
 */
export function gitTree(repository: string, revision: string): Tree {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', repository, ...args], {
      encoding: 'utf8',
      maxBuffer: LARGEST,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    git('rev-parse', '--verify', '--end-of-options', `${revision}^{tree}`);
  } catch {
    throw new InputError(
      `'${repository}' has no revision '${revision}', or is no git repository: try 'git -C ${repository} log'`,
    );
  }
  return {
    name: `${repository}@${revision}`,
    read(path) {
      try {
        return git('show', `${revision}:${path}`);
      } catch {
        return undefined;
      }
    },
  };
}

/** The tree with some files replaced, or taken away where the text is undefined. */
export function changedTree(
  tree: Tree,
  name: string,
  texts: ReadonlyMap<string, string | undefined>,
): Tree {
  return { name, read: (path) => (texts.has(path) ? texts.get(path) : tree.read(path)) };
}
