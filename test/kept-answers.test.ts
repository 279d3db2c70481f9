import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { programOf } from 'xstate-check/command';
import { Answers, filesOfCode, Store, Verdicts } from 'xstate-check/testing';
import { built } from '../specs/built.ts';
import { runProgram } from './cli.fixture.ts';
import { reportedDoors } from './report-doors.fixture.ts';

const BUILT = mkdtempSync(join(tmpdir(), 'built-'));
const directory = () => mkdtempSync(join(tmpdir(), 'kept-'));

/** The command line on the doors, with a store; counts how often the doors are loaded. */
function doorsWith(store: string) {
  let loads = 0;
  // Each time as a process of its own would have it.
  const program = () => ({
    ...programOf(reportedDoors),
    kept: {
      answers: new Answers(BUILT, new Store(join(store, 'answers'))),
      verdicts: new Verdicts(BUILT, new Store(join(store, 'verdicts'))),
    },
    load: async () => {
      loads += 1;
      return reportedDoors;
    },
  });
  const run = async (...args: string[]) => {
    const before = loads;
    const { status, out, err } = await runProgram(program(), ...args);
    return { status, out, err, isFound: loads > before };
  };
  return run;
}

describe('asked a second time, a command says the same and loads nothing', () => {
  test.each([
    'list',
    'list door',
    'list --json',
    'findings',
    'findings --all --json',
    'matrix',
    'matrix window --markdown',
    'report',
    'report door --markdown',
    'paths',
    'explain D2',
    'explain door --property whole(hinge[2])',
    'explain D2 --max-states 1000 --json',
  ])('%s', async (command) => {
    const run = doorsWith(directory());
    const { isFound, ...first } = await run(...command.split(' '));
    expect(isFound).toBe(true);
    expect(first.out).not.toBe('');
    expect(await run(...command.split(' '))).toEqual({ ...first, isFound: false });
    const { out, isFound: again } = await run(...command.split(' '), '--no-cache');
    expect({ out, again }).toEqual({ out: first.out, again: true });
  });

  test.each(['findings', 'matrix', 'explain D2', 'check', 'report'])(
    '%s, where only single verdicts are left of it',
    async (command) => {
      const store = directory();
      const run = doorsWith(store);
      const { out, status } = await run(...command.split(' '));
      rmSync(join(store, 'answers'), { recursive: true });
      const { err, ...second } = await run(...command.split(' '));
      expect(second).toEqual({ out, status, isFound: true });
      if (command === 'check') expect(err).toMatch(/^(\d+) of \1 verdicts were known already/);
    },
  );

  test('check, which says so beside its answer', async () => {
    const run = doorsWith(directory());
    const { isFound, err, ...first } = await run('check', 'door');
    expect(err).toBe('');
    const second = await run('check', 'door');
    expect(second).toMatchObject({ ...first, isFound: false });
    expect(second.err).toContain('This answer was kept from before');
  });

  test('report into a file, after a report that was printed', async () => {
    const run = doorsWith(directory());
    const file = join(directory(), 'report.html');
    const { out } = await run('report');
    const { isFound } = await run('report', '-o', file);
    expect(isFound).toBe(false);
    expect(readFileSync(file, 'utf8')).toBe(out);
  });
});

describe('what is asked otherwise is found anew', () => {
  test.each([
    ['of another system', 'check door', 'check window'],
    ['at another bound', 'check door', 'check door --max-states 2'],
    ['at another scope', 'list door', 'list door --scope hinges=2'],
    ['for programs', 'check door', 'check door --json'],
    ['for a file beside', 'check door', `check door --junit ${join(directory(), 'junit.xml')}`],
  ])('%s', async (_, first, second) => {
    const run = doorsWith(directory());
    await run(...first.split(' '));
    expect((await run(...second.split(' '))).isFound).toBe(true);
  });

  test('what is a mistake is one the second time too', async () => {
    const run = doorsWith(directory());
    for (const time of [1, 2]) {
      const { status, isFound } = await run('check', 'dor');
      expect({ time, status, isFound }).toEqual({ time, status: 2, isFound: true });
    }
  });

  test('what was spoiled in the store', async () => {
    const store = directory();
    const run = doorsWith(store);
    const { out } = await run('findings');
    for (const kind of ['answers', 'verdicts']) {
      for (const name of readdirSync(join(store, kind))) {
        const path = join(store, kind, name);
        writeFileSync(path, readFileSync(path).subarray(0, -1));
      }
    }
    expect(await run('findings')).toMatchObject({ out, isFound: true });
    expect(await run('findings')).toMatchObject({ out, isFound: false });
  });
});

describe('the program as it is built', { timeout: 300_000 }, () => {
  const cache = directory();
  const dmabufSpec = (env: Readonly<Record<string, string>>, ...args: string[]) =>
    promisify(execFile)(process.execPath, ['dist/specs/bin.js', ...args], {
      // Whoever runs the tests may have switched it off.
      env: { ...process.env, SPEC_NO_CACHE: '', XDG_CACHE_HOME: cache, ...env },
    });

  test('answers from the store to the byte as without it', async () => {
    const command = ['explain', 'P4'];
    const without = await dmabufSpec({ SPEC_NO_CACHE: '1' }, ...command);
    expect(readdirSync(cache)).toEqual([]);
    const first = await dmabufSpec({}, ...command);
    expect(readdirSync(join(cache, 'vfio-dmabuf-spec/answers'))).toHaveLength(1);
    const second = await dmabufSpec({}, ...command);
    expect([first, second]).toEqual([without, without]);
  });

  test('a kept answer depends on every file that was loaded to find it', async () => {
    const coverage = directory();
    await dmabufSpec({ SPEC_NO_CACHE: '1', NODE_V8_COVERAGE: coverage }, 'list', 'revoke');
    const loaded = readdirSync(coverage)
      .flatMap((name) => JSON.parse(readFileSync(join(coverage, name), 'utf8')).result)
      .map(({ url }: { url: string }) => url)
      .filter((url: string) => url.startsWith('file:') && !url.includes('/node_modules/'))
      .map((url: string) => relative('.', fileURLToPath(url)));
    const filesOf = (root: string, besides?: readonly string[]) =>
      filesOfCode(root, besides).map((path) => join(root, path));
    const code = new Set([
      ...filesOf('dist', built.beside),
      ...filesOf('packages/xstate-check/dist'),
    ]);
    expect(loaded.length).toBeGreaterThan(100);
    expect(loaded.filter((path: string) => !code.has(path))).toEqual([]);
  });

  test('help and version come without the specification', async () => {
    const coverage = directory();
    for (const args of [['--version'], ['--help'], ['export', '--help']]) {
      await dmabufSpec({ NODE_V8_COVERAGE: coverage }, ...args);
    }
    const loaded = readdirSync(coverage)
      .flatMap((name) => JSON.parse(readFileSync(join(coverage, name), 'utf8')).result)
      .map(({ url }: { url: string }) => url);
    expect(loaded.some((url: string) => url.endsWith('/commands.js'))).toBe(true);
    expect(loaded.filter((url: string) => /\/xstate\/|\/machines\//.test(url))).toEqual([]);
  });
});
