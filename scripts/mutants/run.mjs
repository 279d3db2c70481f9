#!/usr/bin/env node
/**
 * Asks whether the tests notice what is wrong: makes single mutants of the checker's core and runs
 * the tests that import what is mutated.
 *
 *   npm run mutants -- --sample 150 --seed 1
 *
 * A mutant counts where it passes the types. It is killed by a red test, near tests first, or by
 * the time limit; those in equivalent.json do as the original does, each for the reason there, and
 * are not run. Exit status 0 where 95 % of the others are killed, 1 otherwise, 2 where the tests
 * that kill are red without a mutant or an argument is wrong.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process, { argv, exit, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mutantsOf } from './syntax.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const CORE = ['check', 'explore', 'lts', 'system', 'faults', 'reduce', 'paths'];
const ENOUGH = 0.95;

/**
 * The tests of the folder first; what none of them notices is shown to the others of src/, and at
 * last to all that import the file. A process may take so many seconds of a processor.
 */
const NEAR = [{ seconds: 300, where: (folder) => ['--dir', folder] }];
const FAR = [
  { seconds: 400, where: (folder) => ['--dir', 'src', '--exclude', `${folder}/**`] },
  { seconds: 600, where: () => ['--exclude', 'src/**'] },
];

/** What is infinite ends soon, and nobody reads the smallest counterexample. */
const ENVIRONMENT = { NO_COLOR: '1', NODE_OPTIONS: '--max-old-space-size=2048', FC_SHRINK: 'no' };

const { sample, seed } = given();
const equivalent = JSON.parse(readFileSync(new URL('equivalent.json', import.meta.url), 'utf8'));
const scratch = scratchCopy();
/** The files of the core as they are in the copy, whatever is edited meanwhile. */
const originals = new Map();
const judged = [];
try {
  say(`seed ${seed}, ${sample} mutants of src/{${CORE.join(',')}}\n`);
  judgeSample();
  askTheOthers();
  assertGreen();
  report();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function given() {
  try {
    const options = { sample: { type: 'string' }, seed: { type: 'string' } };
    const { values } = parseArgs({ args: argv.slice(2), options });
    const [sample, seed] = [values.sample ?? '20', values.seed ?? '1'].map(Number);
    if (!(Number.isInteger(sample) && sample > 0 && Number.isInteger(seed) && seed >= 0)) {
      throw new Error('--sample is a number of mutants, --seed a whole number');
    }
    return { sample, seed };
  } catch ({ message }) {
    stderr.write(`${message}; say npm run mutants -- --sample 20 --seed 1\n`);
    exit(2);
  }
}

/** What git tracks or would track, elsewhere, so that no mutant is ever in the tree. */
function scratchCopy() {
  const to = mkdtempSync(join(tmpdir(), 'mutants-'));
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 };
  for (const path of execFileSync('git', listing, options).split('\0')) {
    if (path !== '') cpSync(join(root, path), join(to, path), { force: true });
  }
  cpSync(join(root, 'dist'), join(to, 'dist'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(to, 'node_modules'));
  return to;
}

/** Draws mutants until so many are judged that pass the types. */
function judgeSample() {
  const mutants = shuffled(CORE.flatMap((folder) => sourcesOf(folder)).flatMap(mutantsIn));
  for (const mutant of mutants) {
    if (judged.filter(({ outcome }) => outcome !== 'not valid').length === sample) return;
    const result = { ...mutant, ...outcomeOf(mutant, NEAR) };
    judged.push(result);
    if (result.outcome !== 'not valid') say(lineOf(result));
  }
}

/** What no test of its folder notices. */
function askTheOthers() {
  for (const result of judged.filter(({ outcome }) => outcome === 'survived')) {
    Object.assign(result, outcomeOf(result, FAR));
    if (result.outcome !== 'survived') say(`after all: ${lineOf(result)}`);
  }
}

function sourcesOf(folder) {
  return readdirSync(join(scratch, 'src', folder))
    .filter((name) => name.endsWith('.ts') && !/\.(?:test|fixture)\.ts$/.test(name))
    .sort()
    .map((name) => `src/${folder}/${name}`);
}

function mutantsIn(file) {
  originals.set(file, readFileSync(join(scratch, file), 'utf8'));
  return mutantsOf(file, originals.get(file));
}

/** Fisher and Yates, with mulberry32. */
function shuffled(list) {
  let state = seed;
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j], list[i]];
  }
  return list;
}

function outcomeOf({ file, text, was, becomes }, rounds) {
  const isThis = (other) => other.file === file && other.was === was && other.becomes === becomes;
  const known = equivalent.find(isThis);
  if (known !== undefined) return { outcome: 'equivalent', by: known.why };
  writeFileSync(join(scratch, file), text);
  try {
    return passesTypes() ? testedBy(rounds, file) : { outcome: 'not valid', by: '' };
  } finally {
    writeFileSync(join(scratch, file), originals.get(file));
  }
}

/** What is built is built anew: threads that explore together, and commands, run what is in dist. */
function passesTypes() {
  return run(120, 'typescript/bin/tsc', '-p', 'src').status === 0;
}

function testedBy(rounds, file) {
  for (const limit of rounds) {
    const { status, output } = testsOf(file, limit);
    if (status === 0) continue;
    const [, red] = /FAIL {1,2}(\S+\.test\.ts.*)/.exec(output) ?? [];
    if (red !== undefined) return { outcome: 'killed', by: red.trim() };
    // A process that ends without a red test was ended by the limit, or has no more memory.
    return { outcome: 'timeout', by: lastLineOf(output), limit };
  }
  return { outcome: 'survived', by: '' };
}

function testsOf(file, { seconds, where }) {
  const tests = ['related', file, '--run', '--bail', '1', '--passWithNoTests'];
  return run(seconds, 'vitest/vitest.mjs', ...tests, ...where(dirname(file)));
}

function lastLineOf(output) {
  return (
    output
      .split('\n')
      .filter((line) => /error|exited|killed/i.test(line))[0]
      ?.trim() ?? ''
  );
}

/** Runs a program of node_modules in the copy, each of its processes for so many seconds at most. */
function run(seconds, program, ...args) {
  const limited = `ulimit -t ${seconds}; exec "$@"`;
  const command = ['-c', limited, 'sh', process.execPath, `node_modules/${program}`, ...args];
  const {
    status,
    stdout: out,
    stderr: err,
  } = spawnSync('sh', command, {
    cwd: scratch,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, ...ENVIRONMENT },
  });
  return { status, output: out + err };
}

/** A test that is red without a mutant kills nothing, nor does a limit that is met without one. */
function assertGreen() {
  passesTypes();
  const of = (outcome) => judged.filter((each) => each.outcome === outcome);
  const red = [...new Set(of('killed').map(({ by }) => by.split(' ')[0]))];
  if (red.length > 0) {
    assertPassed(run(FAR[1].seconds, 'vitest/vitest.mjs', 'run', ...red));
  }
  for (const { file, limit } of of('timeout')) assertPassed(testsOf(file, limit));
}

function assertPassed({ status, output }) {
  if (status === 0) return;
  stderr.write(`${output}\nthis is so without a mutant, so nothing is said\n`);
  rmSync(scratch, { recursive: true, force: true });
  exit(2);
}

function lineOf({ outcome, file, line, kind, was, becomes, by }) {
  const why = by === '' ? '' : `    ${by}\n`;
  return `${outcome.padEnd(10)} ${file}:${line}: ${kind}\n    - ${was}\n    + ${becomes}\n${why}`;
}

function report() {
  const count = (list, ...outcomes) =>
    list.filter((each) => outcomes.includes(each.outcome)).length;
  const words = ['killed', 'timeout', 'survived', 'equivalent', 'not valid'];
  const row = (name, list) => {
    const cells = words.map((word) => String(count(list, word)).padStart(word.length + 2));
    say(`${name.padEnd(10)}${cells.join('')}\n`);
  };
  say(`\n${''.padEnd(10)}${words.map((word) => `  ${word}`).join('')}\n`);
  for (const folder of CORE) {
    row(
      folder,
      judged.filter(({ file }) => file.startsWith(`src/${folder}/`)),
    );
  }
  row('all', judged);
  const killed = count(judged, 'killed', 'timeout');
  const all = killed + count(judged, 'survived');
  const share = all === 0 ? 1 : killed / all;
  say(`\nseed ${seed}: ${killed} of ${all} killed (${(share * 100).toFixed(1)} %)\n`);
  for (const mutant of judged.filter(({ outcome }) => outcome === 'survived')) say(lineOf(mutant));
  process.exitCode = share >= ENOUGH ? 0 : 1;
}

function say(text) {
  stdout.write(text);
}
