// Compiles what was edited since it was built, file by file and without a look at types, so that whoever
// edits a line of a machine and asks about it waits for the answer and not for the compiler. What the
// compiler knows of these folders is deleted: it would take a file that is as it was for compiled, and
// the next build does all of them.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, sep } from 'node:path';

/** What a check loads of this repository. */
const FOLDERS = ['machines', 'specs', 'targets', 'simulator'];
/** Of more than somebody edits by hand there was no build at all, or one of another version. */
const MOST = 30;
/** A module that is found when it is asked for, by a name that the compiler rewrites as it runs. */
const FOUND_LATER = /import\(`/;

const edited = FOLDERS.flatMap(sourcesOf).filter((source) => isNewer(source, compiledOf(source)));
if (edited.length > MOST)
  fail(`${edited.length} files were edited since the last build: npm run build`);
if (edited.length > 0) await compile(edited);

async function compile(sources) {
  const { transformSync } = await import('rolldown/utils');
  for (const source of sources) {
    const text = readFileSync(source, 'utf8');
    const typescript = { rewriteImportExtensions: 'rewrite', onlyRemoveTypeImports: true };
    const { code, errors } = transformSync(source, text, { typescript, target: 'es2022' });
    const wrong = FOUND_LATER.test(text)
      ? 'it finds modules as it runs'
      : errors.length > 0 && 'it is no TypeScript';
    if (wrong) fail(`${source}: ${wrong}: npm run build`);
    rmSync(join('dist', `${source.split(sep)[0]}.tsbuildinfo`), { force: true });
    mkdirSync(dirname(compiledOf(source)), { recursive: true });
    writeFileSync(compiledOf(source), code);
    process.stderr.write(`${source}: compiled without a look at its types; npm run build looks.\n`);
  }
}

function sourcesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts') && !/\.(test|fixture|d)\.ts$/.test(name))
    .map((name) => join(folder, name));
}

function compiledOf(source) {
  return join('dist', source.replace(/\.ts$/, '.js'));
}

function isNewer(source, compiled) {
  return !existsSync(compiled) || statSync(source).mtimeMs > statSync(compiled).mtimeMs;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
