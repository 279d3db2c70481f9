#!/usr/bin/env node
/**
 * Asks whether the tests notice what is wrong: makes single mutants of the checker's core and runs
 * the tests that execute what is mutated.
 *
 *   npm run mutants -- --sample 150 --seed 1
 *
 * A mutant counts where it passes the types. It is killed by a red test, those beside it first, by
 * what it takes beyond the limit of a test file, or by what breaks its process; what no test executes
 * survives. Those in equivalent.json do as the original does, each for the reason there, and are
 * not run. What was judged is kept (`Cache`), and a run that was ended goes on where it was.
 *
 * Exit status 0 where 95 % of the others are killed, 1 otherwise, 2 where an argument is wrong or
 * a test that kills is red without a mutant.
 */
import { readFileSync } from 'node:fs';
import { dirname, posix, resolve } from 'node:path';
import process, { argv, exit, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Cache } from './cache.mjs';
import { Coverage } from './coverage.mjs';
import { shuffled } from './shuffled.mjs';
import { mutantsOf } from './syntax.mjs';
import { Tree } from './tree.mjs';
import { passing } from './types.mjs';

const SOURCES = 'packages/xstate-check/src';
const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const CORE = ['check', 'explore', 'lts', 'specification', 'system', 'faults', 'reduce', 'paths'];
const ENOUGH = 0.95;
/** By which a mutant is known again, wherever it has moved to in its file. */
const SAME = ['file', 'within', 'was', 'becomes'];

/** What `npm test` runs: the tests beside the core first, for most mutants are killed there. */
const IS_TEST = /^(?!generated-tests\/).*(?<!\.(?:long|vm|source|browser))\.test\.ts$/;
const ROUNDS = {
  near: (test) => test.startsWith(`${SOURCES}/`),
  far: (test) => !test.startsWith(`${SOURCES}/`),
};

const { sample, seed } = given();
const equivalent = JSON.parse(readFileSync(new URL('equivalent.json', import.meta.url), 'utf8'));
const tree = new Tree(ROOT);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => ended(130));
const core = coreOf(tree);
const cache = new Cache(tree);
const coverage = new Coverage(tree, cache, core, say);
const judged = [];
let notValid = 0;
try {
  say(`seed ${seed}, ${sample} mutants of ${SOURCES}/{${CORE.join(',')}}\n`);
  await judgeSample();
  await askTheOthers();
  await assertGreen();
  report();
} finally {
  tree.remove();
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

function ended(status) {
  tree.remove();
  exit(status);
}

/** The files of the core as they are in the copy, whatever is edited meanwhile. */
function coreOf({ files }) {
  const isMutated = (path) =>
    /^[^/]+\/[^/]+(?<!\.(?:test|fixture))\.ts$/.test(posix.relative(SOURCES, path));
  const mutated = CORE.flatMap((folder) =>
    files.filter((path) => isMutated(path) && path.startsWith(`${SOURCES}/${folder}/`)),
  );
  return new Map(mutated.map((path) => [path, tree.read(path)]));
}

/** Draws mutants until so many are judged that pass the types. */
async function judgeSample() {
  const mutants = [...core].flatMap(([file, text]) => mutantsOf(file, text));
  await coverage.record(testsOfRound('near'));
  const drawn = shuffled(mutants, seed);
  for (let missing = sample; missing > 0 && drawn.length > 0; ) {
    const some = drawn.splice(0, missing);
    const valid = await validOf(some);
    missing -= valid.size;
    notValid += some.length - valid.size;
    for (const mutant of some.filter((each) => valid.has(each))) {
      const result = { ...mutant, ...(await outcomeOf(mutant, 'near')) };
      judged.push(result);
      say(lineOf(result));
    }
  }
}

async function validOf(mutants) {
  const unknown = mutants.filter((mutant) => cache.isValid(mutant) === undefined);
  const valid = await passing(tree, core, unknown);
  for (const mutant of unknown) cache.keepValid(mutant, valid.has(mutant));
  return new Set(mutants.filter((mutant) => cache.isValid(mutant)));
}

/** What no test beside the core notices. */
async function askTheOthers() {
  const survivors = judged.filter(({ outcome }) => outcome === 'survived');
  if (survivors.length > 0) await coverage.record(testsOfRound('far'));
  for (const result of survivors) {
    Object.assign(result, await outcomeOf(result, 'far'));
    if (result.outcome !== 'survived') say(`after all: ${lineOf(result)}`);
  }
}

function testsOfRound(round) {
  return tree.files.filter((path) => IS_TEST.test(path) && ROUNDS[round](path));
}

async function outcomeOf(mutant, round) {
  const isThis = (other) => SAME.every((key) => other[key] === mutant[key]);
  const known = equivalent.find(isThis);
  if (known !== undefined) return { outcome: 'equivalent', by: known.why };
  const tests = coverage.testsOf(mutant).filter((test) => ROUNDS[round](test.file));
  const before = cache.judgedAs(mutant, round, tests);
  if (before !== undefined) return before;
  const { killer, ...result } = await tested(mutant, tests);
  cache.keepJudged(mutant, round, tests, killer, result);
  return result;
}

async function tested({ file, text }, tests) {
  if (tests.length === 0) return { outcome: 'survived', by: '' };
  await tree.write(file, text);
  try {
    const told = await tree.test(tests);
    const red = told.find(({ outcome }) => outcome !== 'passed');
    if (red !== undefined) return { outcome: red.outcome, by: red.by, killer: red.file };
    if (told.length === tests.length) return { outcome: 'survived', by: '' };
    return {
      outcome: 'broken',
      by: 'the process of the tests ended',
      killer: tests[told.length].file,
    };
  } finally {
    await tree.write(file, core.get(file));
  }
}

/** A test that is red or late without a mutant kills nothing. */
async function assertGreen() {
  const breaks = judged.filter(({ outcome }) => outcome === 'killed' || outcome === 'broken');
  const killers = new Set(breaks.map(({ by }) => /^\S+\.test\.ts/.exec(by)?.[0]));
  const run = [...coverage.tests.keys()].filter((file) => killers.has(file));
  if (run.length === 0) return;
  const told = await tree.test(run.map((file) => coverage.limited(file)));
  const red = told.find(({ outcome }) => outcome !== 'passed');
  if (red === undefined && told.length === run.length) return;
  stderr.write(
    `${red?.by ?? 'the process of the tests ended'}: this is so without a mutant, so nothing is said\n`,
  );
  ended(2);
}

function lineOf({ outcome, file, line, kind, was, becomes, by }) {
  const why = by === '' ? '' : `    ${by}\n`;
  return `${outcome.padEnd(10)} ${file}:${line}: ${kind}\n    - ${was}\n    + ${becomes}\n${why}`;
}

function report() {
  const count = (list, ...outcomes) =>
    list.filter((each) => outcomes.includes(each.outcome)).length;
  const words = ['killed', 'broken', 'survived', 'equivalent'];
  const row = (name, list) => {
    const cells = words.map((word) => String(count(list, word)).padStart(word.length + 2));
    say(`${name.padEnd(10)}${cells.join('')}\n`);
  };
  say(`\n${''.padEnd(10)}${words.map((word) => `  ${word}`).join('')}\n`);
  for (const folder of CORE) {
    row(
      folder,
      judged.filter(({ file }) => file.startsWith(`${SOURCES}/${folder}/`)),
    );
  }
  row('all', judged);
  const killed = count(judged, 'killed', 'broken');
  const all = killed + count(judged, 'survived');
  say(`and ${notValid} that do not pass the types\n`);
  const share = all === 0 ? 1 : killed / all;
  say(`\nseed ${seed}: ${killed} of ${all} killed (${(share * 100).toFixed(1)} %)\n`);
  for (const mutant of judged.filter(({ outcome }) => outcome === 'survived')) say(lineOf(mutant));
  process.exitCode = share >= ENOUGH ? 0 : 1;
}

function say(text) {
  stdout.write(text);
}
