import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Catalogue } from 'xstate-check';
import { type Beside, type Kept, programOf } from 'xstate-check/command';
import { Answers, Store, Verdicts } from 'xstate-check/testing';
import { whole } from '../specs/cli/whole.ts';
import { runProgram } from './cli.fixture.ts';
import { reportedDoors } from './report-doors.fixture.ts';

const BUILT = mkdtempSync(join(tmpdir(), 'built-'));
const directory = () => mkdtempSync(join(tmpdir(), 'workers-'));

/** The command line on a catalogue, with so many threads, however little there is to do. */
const by = (catalogue: Catalogue, entry: URL, threads: number, kept?: Kept) => {
  const beside: Beside = { entry, threads, least: 0 };
  const program = { ...programOf(catalogue), beside, ...(kept && { kept }) };
  return async (command: string) => {
    const { status, out, err } = await runProgram(program, ...command.split(' '));
    return { status, out, err };
  };
};

/** The doors by several threads, of which the first waits until another one has begun. */
function doorsBy(threads: number, does = 'works', kept?: Kept) {
  const begun = join(directory(), 'begun');
  const entry = new URL('beside.fixture.mjs', import.meta.url);
  // Of which a thread gets a copy when it is called.
  Object.assign(process.env, { BESIDE_BEGUN: begun, BESIDE_DOES: does });
  const waits = (family: Catalogue['families'][number]) => ({
    ...family,
    build(options: Parameters<typeof family.build>[0]) {
      if (threads > 1) waitFor(begun);
      return family.build(options);
    },
  });
  const catalogue = { ...reportedDoors, families: reportedDoors.families.map(waits) };
  return by(catalogue, entry, threads, kept);
}

function waitFor(file: string): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  for (let times = 0; !existsSync(file); times++) {
    if (times > 1_500) throw new Error('no other thread has begun anything');
    Atomics.wait(nothing, 0, 0, 10);
  }
}

const COMMANDS = [
  'check',
  'check --json',
  'check door',
  'matrix',
  'matrix window door --json',
  'findings --all',
  'findings --all --json',
  'report',
  'report door --markdown',
];

describe('several threads say what one says, to the byte', { timeout: 300_000 }, () => {
  test.each(COMMANDS)('of the doors: %s', async (command) => {
    const one = await doorsBy(1)(command);
    expect(one.out).not.toBe('');
    for (const threads of [2, 3]) {
      expect({ threads, ...(await doorsBy(threads)(command)) }).toEqual({ threads, ...one });
    }
  });

  test.each(COMMANDS)('and what is known from before: %s', async (command) => {
    const store = directory();
    const run = async (threads: number) => {
      const kept = {
        answers: new Answers(BUILT, new Store(join(directory(), 'answers'))),
        verdicts: new Verdicts(BUILT, new Store(join(store, 'verdicts'))),
      };
      const { status, out } = await doorsBy(threads, 'works', kept)(command);
      return { status, out };
    };
    const first = await run(1);
    expect([await run(1), await run(2)]).toEqual([first, first]);
  });

  test.each(['check last-close', 'matrix iommufd wake-up --json'])(
    'of this specification: %s',
    async (command) => {
      const entry = new URL('../dist/specs/beside.js', import.meta.url);
      expect(await by(whole, entry, 2)(command)).toEqual(await by(whole, entry, 1)(command));
    },
  );
});

describe('where a thread cannot do something', { timeout: 300_000 }, () => {
  test('the first one does it, which has all the memory', async () => {
    expect(await doorsBy(2, 'throws')('matrix')).toEqual(await doorsBy(1)('matrix'));
  });

  test('what is wrong with a system is said as by one thread', async () => {
    const one = await doorsBy(1)('matrix --max-states 2');
    expect(one).toMatchObject({ status: 2, out: '' });
    expect(await doorsBy(2)('matrix --max-states 2')).toEqual(one);
  });

  const died = (why: string) =>
    new RegExp(`^[\\w-]+: the thread that was at (door|window) died: ${why}\\n$`);

  test('a thread that dies says what it was at', async () => {
    const { status, out, err } = await doorsBy(2, 'ends')('matrix');
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toMatch(died('it ended by itself'));
  });

  test('so does one that fails later, unless it has done all by then', async () => {
    const one = await doorsBy(1)('matrix');
    const { status, out, err } = await doorsBy(2, 'fails later')('matrix');
    if (status === 2)
      expect([out, err]).toEqual(['', expect.stringMatching(died('the door falls'))]);
    else expect({ status, out, err }).toEqual(one);
  });
});
