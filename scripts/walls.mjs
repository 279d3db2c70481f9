#!/usr/bin/env node
/**
 * Checks the walls between the folders and prints one line per breach: `file:line: what`.
 *
 *   node scripts/walls.mjs [directory]
 *
 * Exit status 0 where nothing is breached, 1 otherwise.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import { argv, exit, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = resolve(argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..'));

/** What the files of a folder may import, by the path from the root, or `null` for a package. */
const WALLS = {
  machines: {
    packages: (name) => name === 'xstate',
    files: (path) => isIn(path, 'machines'),
    rule: "machines/ imports only 'xstate' and files of machines/",
  },
  specs: {
    packages: () => true,
    files: (path, from) =>
      ['specs', 'machines', 'src', 'targets'].some((folder) => isIn(path, folder)) ||
      (isIn(path, 'simulator') && (from === 'specs/command.ts' || isIn(from, 'specs/cli'))) ||
      (isIn(path, 'kernel') && from === 'specs/command.ts'),
    rule: 'specs/ imports machines/, src/, targets/ and, from specs/command.ts and specs/cli/ only, simulator/, from specs/command.ts only kernel/',
  },
  src: {
    packages: () => true,
    files: (path) => isIn(path, 'src'),
    rule: 'src/ imports only packages and files of src/',
  },
  simulator: {
    packages: () => true,
    files: (path) => ['simulator', 'src/target', 'targets'].some((folder) => isIn(path, folder)),
    rule: 'simulator/ imports only packages, files of simulator/, targets/ and of src/target/',
  },
  kernel: {
    packages: () => true,
    files: (path) => ['kernel', 'src', 'targets'].some((folder) => isIn(path, folder)),
    rule: 'kernel/ imports only packages, files of kernel/, targets/ and of src/',
  },
  targets: {
    packages: () => false,
    files: (path) => isIn(path, 'targets'),
    rule: 'targets/ imports nothing: it is what the targets of tests are told',
  },
  inspector: {
    packages: () => true,
    files: (path) =>
      isIn(path, 'inspector') ||
      path === 'src/inspect/protocol.ts' ||
      path === 'src/chart/chart.ts' ||
      path === 'src/chart/metrics.ts',
    rule: 'inspector/ imports only packages, files of inspector/, the protocol and what a chart is',
  },
  oracles: {
    packages: () => true,
    files: (path) => ['oracles', 'specs', 'machines', 'src'].some((folder) => isIn(path, folder)),
    rule: 'oracles/ imports only packages, files of oracles/, specs/, machines/ and src/',
  },
  bench: {
    packages: () => true,
    files: (path) => ['bench', 'specs', 'src'].some((folder) => isIn(path, folder)),
    rule: 'bench/ imports only packages and files of bench/, specs/ and src/',
  },
};

/**
 * The folders of src/ from the lowest to the highest: what a file is made of, what a specification
 * is said in, what explores and judges it, what shows it, the command line. A file imports from its
 * own folder and from lower ones, types included, so that there is no circle; tests are free.
 */
const LAYERS = [
  'base',
  'keep',
  'lts',
  'specification',
  'system',
  'explore',
  'check',
  'monitors',
  'reduce',
  'faults',
  'orders',
  'paths',
  'target',
  'generate',
  'trace',
  'explain',
  'catalogue',
  'load',
  'export',
  'chart',
  'source',
  'linux',
  'matrix',
  'inspect',
  'report',
  'cli',
];

/** The subject's words, which the tool may not know; the name of the package is no subject. */
const SUBJECT =
  /dma[-_ ]?bufs?|vfio|\bBARs?\d*\b|hot[-_ ]?reset|iommufd|rdma|(?<![a-z])pci(?![a-z])/gi;
const PACKAGE_NAME = /\b(?:vfio-)?dmabuf-spec\b/g;

/** A path of the machine on which somebody works. */
const OWN_PATH = /(?<![\w.~-])\/(?:work|root)\/[\w./-]*/g;

/** Strings and comments, so that neither a comment nor a string is taken for an import. */
const STRING_OR_COMMENT =
  /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

const IMPORT = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\(|\.mock\s*\()\s*$/;

const CODE = /\.[cm]?[jt]sx?$/;
const BINARY = /\.(?:png|jpe?g|gif|ico|woff2?|gz|xz|zip|wasm|pdf)$/;

const breaches = filesOf(root).flatMap((path) =>
  breachesIn(path, readFileSync(join(root, path), 'utf8')),
);
for (const breach of breaches) stdout.write(`${breach}\n`);
exit(breaches.length > 0 ? 1 : 0);

/** Files that git tracks or would track; without git, all but what is built or installed. */
function filesOf(directory) {
  const files = existsSync(join(directory, '.git')) ? filesOfGit(directory) : filesBelow(directory);
  return files.filter((path) => !BINARY.test(path)).sort();
}

function filesOfGit(directory) {
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const output = execFileSync('git', listing, {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return output.split('\0').filter((path) => path !== '' && existsSync(join(directory, path)));
}

function filesBelow(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath ?? entry.path, entry.name)))
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !/(?:^|\/)(?:node_modules|dist|\.git)\//.test(path));
}

function breachesIn(path, text) {
  const found = [...ownPaths(text)];
  const wall = WALLS[path.split('/')[0]];
  if (wall !== undefined && CODE.test(path)) found.push(...forbiddenImports(path, text, wall));
  if (isIn(path, 'src') && CODE.test(path)) found.push(...upwardImports(path, text));
  // What the kernel's own C has in it is said where its dialect is.
  if (isIn(path, 'src') && !isIn(path, 'src/linux')) found.push(...subjectWords(text));
  return found.map(({ at, what }) => `${path}:${lineOf(text, at)}: ${what}`);
}

function* ownPaths(text) {
  for (const { 0: word, index } of text.matchAll(OWN_PATH)) {
    yield { at: index, what: `the path ${word} is of this machine only` };
  }
}

function* subjectWords(text) {
  const masked = text.replace(PACKAGE_NAME, (name) => ' '.repeat(name.length));
  for (const { 0: word, index } of masked.matchAll(SUBJECT)) {
    if (/^bar/i.test(word) && !word.startsWith('BAR')) continue;
    yield { at: index, what: `'${word}' is a word of the subject, which src/ does not know` };
  }
}

function* forbiddenImports(path, text, wall) {
  for (const { specifier, at } of importsOf(text)) {
    const allowed = specifier.startsWith('.')
      ? wall.files(posix.normalize(posix.join(posix.dirname(path), specifier)), path)
      : wall.packages(specifier);
    if (!allowed) yield { at, what: `imports '${specifier}'; ${wall.rule}` };
  }
}

/** A folder of src/ that has no layer is one itself: whoever makes it says where it belongs. */
function* upwardImports(path, text) {
  if (/\.(?:test|fixture)\.tsx?$/.test(path)) return;
  const folder = path.split('/')[1];
  if (folder.includes('.')) return;
  const own = LAYERS.indexOf(folder);
  if (own < 0) yield { at: 0, what: `src/${folder}/ has no layer; enter it in scripts/walls.mjs` };
  for (const { specifier, at } of importsOf(text)) {
    if (!specifier.startsWith('.')) continue;
    const [top, other] = posix.normalize(posix.join(posix.dirname(path), specifier)).split('/');
    if (top !== 'src' || other === folder) continue;
    const layer = LAYERS.indexOf(other);
    if (layer >= 0 && layer < own) continue;
    yield { at, what: `imports '${specifier}'; src/${folder}/ imports only what is below it` };
  }
}

/** The string of every import, export from, dynamic import, require and mock. */
function* importsOf(text) {
  for (const { 0: token, index } of text.matchAll(STRING_OR_COMMENT)) {
    if (token.startsWith('/')) continue;
    if (IMPORT.test(text.slice(Math.max(0, index - 60), index))) {
      yield { specifier: token.slice(1, -1), at: index };
    }
  }
}

function isIn(path, folder) {
  return path.startsWith(`${folder}/`);
}

function lineOf(text, at) {
  return text.slice(0, at).split('\n').length;
}
