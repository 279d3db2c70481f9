import { createHash, type Hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What is run or read of a file: not what was compiled from what, nor what its types are. */
const RUN = /\.(?:js|json|wasm)$|(?<!\.d)\.ts$/;

/** The tool itself, as source or as built. */
const TOOL = fileURLToPath(new URL('..', import.meta.url));

/** The page is built beside the tool, and no answer depends on it. */
const PAGE = 'inspector';

/**
 * The files that a built program consists of, in their order, below its root.
 *
 * @param besides - folders of it that do not count
 */
export function filesOfCode(root: string, besides: readonly string[] = []): string[] {
  const apart = [PAGE, ...besides];
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
 * data and of the tool's, the packages they are run with, and Node.
 *
 * @param root - the folder in which the program is built
 * @param besides - folders of it that do not count
 */
export function codeDigest(root: string, besides: readonly string[] = []): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([process.version, process.arch]));
  digest(hash, root, besides);
  if (resolve(root) !== resolve(TOOL)) digest(hash, TOOL, []);
  return hash.digest('hex');
}

function digest(hash: Hash, root: string, besides: readonly string[]): void {
  hash.update(JSON.stringify(packagesOf(root)));
  for (const path of filesOfCode(root, besides)) {
    const content = readFileSync(join(root, path));
    hash.update(`\n${path} ${content.length}\n`).update(content);
  }
}
