// Builds the page, where anything that it was built of is not as it was then: that takes seconds, and
// most who start the program have not touched it.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const TOOL = 'packages/xstate-check';
const PAGE = `${TOOL}/inspector`;
const BUILT = `${TOOL}/dist/inspector/index.html`;
/** What it was built of, by path, with a digest of each. */
const RECORD = `${TOOL}/dist/inspector.inputs`;
/** Besides the modules: what says which packages and how, and what is copied. */
const BESIDES = ['package-lock.json', `${PAGE}/index.html`, `${PAGE}/vite.config.ts`];

if (!isAsBuilt()) {
  const { build } = await import('vite');
  const built = await build({ root: PAGE, logLevel: 'warn' });
  const paths = new Set([...modulesOf(built), ...BESIDES, ...copied()]);
  writeFileSync(RECORD, JSON.stringify(Object.fromEntries([...paths].map(entry)), null, 1));
}

function isAsBuilt() {
  if (!existsSync(BUILT) || !existsSync(RECORD)) return false;
  const before = JSON.parse(readFileSync(RECORD, 'utf8'));
  const isSame = ([path, digest]) => existsSync(path) && digestOf(path) === digest;
  return Object.entries(before).every(isSame) && copied().every((path) => path in before);
}

/** The files of this package that the bundler read; those of others are as the lock says. */
function modulesOf(built) {
  return [built]
    .flat()
    .flatMap(({ output }) => output.flatMap(({ moduleIds = [] }) => moduleIds))
    .map((id) => relative('.', id.replace(/\?.*$/, '')))
    .filter((path) => existsSync(path) && !path.includes('node_modules'));
}

function copied() {
  return readdirSync(`${PAGE}/public`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

function entry(path) {
  return [path, digestOf(path)];
}

function digestOf(path) {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
