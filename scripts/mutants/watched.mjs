/**
 * Before each test file: a thread looks on and ends the process where the file takes more of a
 * processor than it may, for what loops for ever never comes back to vitest. Where it is recorded,
 * what it takes is told, and where its probes, and those of what it starts, tell.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { Worker } from 'node:worker_threads';
import { afterAll, expect } from 'vitest';

const ON_LOOKER = `
  const { workerData: most } = require('node:worker_threads');
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    if ((user + system) / 1000 > Atomics.load(most, 0)) process.kill(process.pid, 'SIGKILL');
  }, 100);
`;

const { root, hits, processor } = JSON.parse(readFileSync(process.env.MUTANTS_PLAN, 'utf8'));
const file = expect.getState().testPath.slice(root.length + 1);

if (hits === undefined) Atomics.store(mostOfThisProcess(), 0, taken() + processor[file]);
else {
  const told = join(hits, encodeURIComponent(file));
  process.env.MUTANTS_HITS = told;
  afterAll(() => writeFileSync(`${told}.processor`, `${taken()}`));
}

/** Milliseconds of a processor that the process has taken, all its threads together. */
function taken() {
  const { user, system } = process.cpuUsage();
  return Math.ceil((user + system) / 1000);
}

/** What the onlooker, of whom there is one, goes by. */
function mostOfThisProcess() {
  if (globalThis.mostOfProcessor_ === undefined) {
    const most = new Int32Array(new SharedArrayBuffer(4)).fill(2 ** 31 - 1);
    globalThis.mostOfProcessor_ = most;
    new Worker(ON_LOOKER, { eval: true, workerData: most, execArgv: [] }).unref();
  }
  return globalThis.mostOfProcessor_;
}
