import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** What is run or read of a file: not what was compiled from what, nor what its types are. */
const RUN = /\.(?:js|json|wasm)$/;

/** The folders that are built beside the program and are no part of it. */
const BESIDE = ['inspector', 'bench', 'oracles'];

/** The files that a built program consists of, in their order, below its root. */
export function filesOfCode(root: string, besides: readonly string[] = []): string[] {
  const apart = [...BESIDE, ...besides];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && RUN.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !apart.includes(path.split(/[\\/]/)[0]!))
    .sort();
}

/** The packages that it is run with, each with its version: `xstate 5.33.3`. */
export function packagesOf(root: string): string[] {
  const own = above(root, 'package.json');
  if (own === undefined) return [];
  const { dependencies = {} } = JSON.parse(readFileSync(own, 'utf8'));
  return Object.keys(dependencies).map((name) => {
    const found = above(root, join('node_modules', name, 'package.json'));
    const version = found && JSON.parse(readFileSync(found, 'utf8')).version;
    return `${name} ${version ?? 'not installed'}`;
  });
}

function above(directory: string, name: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    const path = join(at, name);
    if (existsSync(path)) return path;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * All that an answer of a program can depend on, besides what it is asked: every file of its code and
 * data, the packages it is run with, and Node.
 *
 * @param root - the folder in which it is built
 * @param besides - folders of it that do not count
 */
export function codeDigest(root: string, besides: readonly string[] = []): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([process.version, process.arch, packagesOf(root)]));
  for (const path of filesOfCode(root, besides)) {
    const content = readFileSync(join(root, path));
    hash.update(`\n${path} ${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}
