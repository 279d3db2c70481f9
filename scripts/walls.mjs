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

/** The tool, which others know by its doors; what a door gives is said in its package.json. */
const TOOL = 'packages/xstate-check';
const DOORS = ['target', 'traces', 'kernel', 'kernel-command', 'engine', 'command', 'cli'];
const door = (...names) => names.map((name) => `xstate-check/${name}`);
const isOfTool = (name) => name === 'xstate-check' || name.startsWith('xstate-check/');

/** A wall for packages: any but the tool, and of the tool these doors. */
const through =
  (...doors) =>
  (name) =>
    !isOfTool(name) || doors.includes(name);
const everyDoor = (name, from) =>
  through('xstate-check', ...door(...DOORS))(name) ||
  (TEST.test(from) && name === 'xstate-check/testing');

/** A package that only the repository has would be missed where the tool is installed. */
const manifest = join(root, TOOL, 'package.json');
const { dependencies = {}, peerDependencies = {} } = existsSync(manifest)
  ? JSON.parse(readFileSync(manifest, 'utf8'))
  : {};
const packed = Object.keys({ ...dependencies, ...peerDependencies });
const isPackedWithTool = (name) =>
  name.startsWith('node:') || packed.some((one) => name === one || name.startsWith(`${one}/`));

/** What the files of a folder may import: packages by name, files by the path from the root. */
const WALLS = {
  machines: {
    packages: (name) => name === 'xstate',
    files: (path) => isIn(path, 'machines'),
    rule: "machines/ imports only 'xstate' and files of machines/",
  },
  specs: {
    packages: everyDoor,
    files: (path, from) =>
      ['specs', 'machines', 'targets'].some((folder) => isIn(path, folder)) ||
      (isIn(path, 'simulator') && (from === 'specs/command.ts' || isIn(from, 'specs/cli'))) ||
      (isIn(path, 'kernel') && from === 'specs/command.ts'),
    rule: 'specs/ imports machines/, targets/, doors of the tool and, from specs/command.ts and specs/cli/ only, simulator/, from specs/command.ts only kernel/',
  },
  [`${TOOL}/src`]: {
    packages: (name, from) => TEST.test(from) || isPackedWithTool(name),
    files: (path) => isIn(path, `${TOOL}/src`),
    rule: 'the tool imports only its own files and packages that its package.json depends on',
  },
  [`${TOOL}/inspector`]: {
    packages: through(),
    files: (path) =>
      isIn(path, `${TOOL}/inspector`) ||
      ['inspect/protocol.ts', 'chart/chart.ts', 'chart/metrics.ts'].some(
        (file) => path === `${TOOL}/src/${file}`,
      ),
    rule: 'the page imports only packages, its own files, the protocol and what a chart is',
  },
  simulator: {
    packages: through(...door('target')),
    files: (path) => ['simulator', 'targets'].some((folder) => isIn(path, folder)),
    rule: "simulator/ imports only packages, files of simulator/ and targets/, and 'xstate-check/target'",
  },
  kernel: {
    packages: through('xstate-check', ...door('target', 'command')),
    files: (path) => ['kernel', 'targets'].some((folder) => isIn(path, folder)),
    rule: "kernel/ imports only packages, files of kernel/ and targets/, and of the tool '.', target and command",
  },
  targets: {
    packages: () => false,
    files: (path) => isIn(path, 'targets'),
    rule: 'targets/ imports nothing: it is what the targets of tests are told',
  },
  oracles: {
    packages: everyDoor,
    files: (path) => ['oracles', 'specs', 'machines'].some((folder) => isIn(path, folder)),
    rule: 'oracles/ imports only packages, doors of the tool, files of oracles/, specs/ and machines/',
  },
  bench: {
    packages: through('xstate-check', ...door('engine')),
    files: (path) => ['bench', 'specs'].some((folder) => isIn(path, folder)),
    rule: "bench/ imports only packages, files of bench/ and specs/, and of the tool '.' and engine",
  },
  test: {
    packages: everyDoor,
    files: (path) => !isIn(path, TOOL),
    rule: 'test/ knows the tool by its doors',
  },
};

/** The dialect of the kernel: what is of it says so, and no other folder of the tool imports it. */
const DIALECT = ['trace', 'source', 'linux'];

/**
 * The folders of the tool from the lowest to the highest: what a file is made of, what a specification
 * is said in, what explores and judges it, what shows it, the command line, the dialect of the kernel. A file imports from its
 * own folder and from lower ones, types included, so that there is no circle; tests are free.
 */
const LAYERS = [
  'base',
  'keep',
  'lts',
  'open',
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
  'explain',
  'catalogue',
  'find',
  'load',
  'export',
  'chart',
  'matrix',
  'inspect',
  'report',
  'cli',
  'trace',
  'source',
  'linux',
  'doors',
];

/** The subject's words, which the tool may not know, nor the name of the program that it makes. */
const SUBJECT =
  /dma[-_ ]?buf(?:s|-spec)?|vfio|\bBARs?\d*\b|hot[-_ ]?reset|iommufd|rdma|(?<![a-z])pci(?![a-z])/gi;

/** Words of the kernel, which its dialect alone knows, and the doors to that. */
const KERNEL = /kernel|linux|ftrace|\bCPU\d*\b/gi;

/** A path of the machine on which somebody works. */
const OWN_PATH = /(?<![\w.~-])\/(?:work|root)\/[\w./-]*/g;

/** Strings and comments, so that neither a comment nor a string is taken for an import. */
const STRING_OR_COMMENT =
  /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

const IMPORT = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\(|\.mock\s*\()\s*$/;

const TEST = /\.(?:test|fixture)\.tsx?$/;
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
  const folder = Object.keys(WALLS).find((name) => isIn(path, name));
  if (folder !== undefined && CODE.test(path)) {
    found.push(...forbiddenImports(path, text, WALLS[folder]));
  }
  if (isIn(path, `${TOOL}/src`) && CODE.test(path)) found.push(...upwardImports(path, text));
  if (isIn(path, TOOL) && !path.endsWith('/LICENSE')) found.push(...foreignWords(path, text));
  return found.map(({ at, what }) => `${path}:${lineOf(text, at)}: ${what}`);
}

function* ownPaths(text) {
  for (const { 0: word, index } of text.matchAll(OWN_PATH)) {
    yield { at: index, what: `the path ${word} is of this machine only` };
  }
}

/** What the kernel's own C has in it is said where its dialect is. */
function* foreignWords(path, text) {
  const of = (folder) => isIn(path, `${TOOL}/src/${folder}`);
  if (!of('linux')) {
    for (const { 0: word, index } of text.matchAll(SUBJECT)) {
      if (/^bar/i.test(word) && !word.startsWith('BAR')) continue;
      yield { at: index, what: `'${word}' is a word of the subject, which the tool does not know` };
    }
  }
  if (DIALECT.some(of) || of('doors') || !CODE.test(path) || TEST.test(path)) return;
  for (const { 0: word, index } of text.matchAll(KERNEL)) {
    yield {
      at: index,
      what: `'${word}' is a word of the kernel, of which only its dialect speaks`,
    };
  }
}

function* forbiddenImports(path, text, wall) {
  for (const { specifier, at } of importsOf(text)) {
    const allowed = specifier.startsWith('.')
      ? wall.files(posix.normalize(posix.join(posix.dirname(path), specifier)), path)
      : wall.packages(specifier, path);
    if (!allowed) yield { at, what: `imports '${specifier}'; ${wall.rule}` };
  }
}

/**
 * A folder of the tool that has no layer is one itself: whoever makes it says where it belongs. A file
 * beside the folders is an entry, which imports from all of them.
 */
function* upwardImports(path, text) {
  if (TEST.test(path)) return;
  const [folder] = path.slice(`${TOOL}/src/`.length).split('/');
  if (folder.includes('.')) return;
  const own = LAYERS.indexOf(folder);
  if (own < 0) yield { at: 0, what: `src/${folder}/ has no layer; enter it in scripts/walls.mjs` };
  for (const { specifier, at } of importsOf(text)) {
    if (!specifier.startsWith('.')) continue;
    const to = posix.normalize(posix.join(posix.dirname(path), specifier));
    if (!isIn(to, `${TOOL}/src`)) continue;
    const [other] = to.slice(`${TOOL}/src/`.length).split('/');
    if (other === folder) continue;
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
