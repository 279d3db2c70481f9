import { existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Catalogue } from 'xstate-check';
import { alone, generateCommand, startCommand } from 'xstate-check/cli';
import { SimulatedKernel } from '../simulator/index.ts';
import { specification } from '../specs/catalogue.ts';
import { subjects } from '../specs/subjects.ts';
import { runCommand, violationsOf } from './cli.fixture.ts';

const catalogue: Catalogue = {
  ...specification,
  targets: [{ name: 'simulated kernel', make: () => new SimulatedKernel() }],
};

const dmabufSpec = (...args: string[]) => runCommand(catalogue, ...args);

/** A module with this text, from which xstate can be imported. */
function moduleFile(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'dmabuf-spec-'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'));
  const path = join(directory, 'machine.ts');
  writeFileSync(path, `import { setup } from 'xstate';\n${text}`);
  return path;
}

function machineFile(config: string): string {
  return moduleFile(`export const m = setup({}).createMachine(${config});`);
}

describe('what a command prints for programs keeps to the schema', () => {
  test.each([
    ['check', ['check', 'dma-buf-life', '--json']],
    ['list', ['list', '--json']],
    ['explain', ['explain', 'P4', '--json']],
    ['paths', ['paths', '--json']],
    ['paths', ['paths', 'buffer', '--criterion', 'prime paths', '--json']],
    ['paths', ['paths', 'hot-reset', '--scope', 'buffers=0,importers=0', '--json']],
    ['list', ['list', 'hot-reset', '--scope', 'devices=3', '--json']],
    ['generate', ['generate', '--check', '--json']],
    ['test', ['test', 'close', '--json']],
    ['findings', ['findings', '--json']],
  ])('%s', async (command, args) => {
    const { out } = await dmabufSpec(...args);
    expect(violationsOf(command, out)).toEqual([]);
  });

  test('the schema refuses what is not in it', () => {
    expect(violationsOf('test', '{"target": "t", "passed": -1}')).not.toEqual([]);
  });
});

describe('an error is a sentence that fits 80 columns, too', () => {
  test.each([
    [['explain', 'lock-balance']],
    [['explain', 'P4', '--scope', 'devices=1']],
    [['check', 'hot-reset', '--scope', 'devices=-1']],
    [['check', '--no-such-option-of-a-command-that-has-a-name-longer-than-a-line-of-a-terminal']],
  ])('%j', async (args) => {
    const { status, told } = await dmabufSpec(...args);
    expect(status).toBe(2);
    const lines = told.trimEnd().split('\n');
    expect(lines.filter((line) => line.length > 80 && line.includes(' ', 80))).toEqual([]);
    expect(lines.slice(1).filter((line) => !line.startsWith('  '))).toEqual([]);
  });
});

describe('what a command prints for people fits 80 columns', () => {
  test.each([
    [['check', 'hot-reset']],
    [['explain', 'P4']],
    [['explain', 'O1']],
    [['paths']],
    [['list']],
    [['findings', '--all']],
  ])('%j', async (args) => {
    const { out } = await dmabufSpec(...args);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('list', () => {
  test('has systems and machines by subject, in the order of a life', async () => {
    const { out } = await dmabufSpec('list');
    const under = (what: string) =>
      [...out.matchAll(new RegExp(`^${what}, (.*)$`, 'gm'))].map(([, subject]) => subject);
    expect(under('Machines')).toEqual(subjects.map(({ title }) => title));
    const withSystems = subjects.filter(({ families }) => families.length > 0);
    expect(under('Systems')).toEqual(withSystems.map(({ title }) => title));
  });
});

describe('list of one system', () => {
  test('has the machines of that system alone', async () => {
    const { out } = await dmabufSpec('list', 'p2p-registration', '--json');
    const { machines } = JSON.parse(out) as { machines: { name: string }[] };
    expect(machines.map(({ name }) => name).sort()).toEqual([
      'bar',
      'bar_buffer',
      'bar_device',
      'bar_vma',
      'dev_set',
      'p2pmem',
      'pages',
      'type1_map',
    ]);
  });
});

describe('unusable input gets one sentence and exit status 2', () => {
  test.each([
    ['an unknown system', ['check', 'hot-rest'], /no system 'hot-rest'; the nearest is hot-reset/],
    ['an unknown fault', ['explain', 'P44'], /no fault, finding or system 'P44'.*P4/],
    ['an unknown revision', ['check', 'hot-reset', '--revision', 'v66'], /no revision 'v66'.*v6/],
    [
      'a rule without a system',
      ['explain', 'lock-balance'],
      /'lock-balance' is a rule, of [\w-]+, [\w-]+, [\w-]+ and \d+ more systems: name one, as in 'dmabuf-spec explain [\w-]+ --property lock-balance'/,
    ],
    [
      'a rule with instances',
      ['explain', 'call-returns'],
      /'call-returns' is a rule, of .* --property call-returns'/,
    ],
    ['an unknown property', ['explain', 'hot-reset', '--property', 'x'], /no property 'x'/],
    ['an unknown machine', ['paths', 'bufer'], /no machine 'bufer'; the nearest is buffer/],
    [
      'an unknown criterion',
      ['paths', '--criterion', 'prime'],
      /no criterion 'prime'.*prime paths/,
    ],
    ['an unknown suite', ['test', 'hot'], /no suite 'hot'/],
    ['tests of a system without a place for them', ['generate', 'hot-reset'], /--out DIRECTORY/],
    ['a scope without a system', ['list', '--scope', 'devices=3'], /--scope is for one system/],
    [
      "a property that the fault's system has not",
      ['explain', 'P4', '--property', 'nope'],
      /no property 'nope'/,
    ],
    [
      'a scope for a fault',
      ['explain', 'P4', '--scope', 'devices=1'],
      /leave out --revision and --scope/,
    ],
    [
      'a check of tests that are written',
      ['generate', 'hot-reset', '--out', 'x', '--check'],
      /--check is for/,
    ],
    [
      'a file that cannot be written',
      ['check', 'dma-buf-life', '--junit', '/dev/null/x.xml'],
      /--junit: '\/dev\/null' is no directory; name another file/,
    ],
    [
      'a directory for a file',
      ['check', 'dma-buf-life', '--junit', 'docs'],
      /--junit: 'docs' is a directory; name a file in it/,
    ],
    ['an unknown option', ['check', '--bogus'], /unknown option '--bogus'/],
    [
      'a scope it has not',
      ['check', 'hot-reset', '--scope', 'cpus=2'],
      /has no 'cpus'; it has devices/,
    ],
    [
      'a scope out of range',
      ['check', 'hot-reset', '--scope', 'devices=many'],
      /'devices=many' is not NAME=NUMBER/,
    ],
    [
      'a scope too large',
      ['check', 'hot-reset', '--scope', 'devices=99'],
      /'devices=99' is more than can be had of anything; take at most 64/,
    ],
    [
      'a bound that is reached',
      ['check', 'hot-reset', '--max-states', '100'],
      /stopped at \d+ states.*no verdict/,
    ],
    ['a bound that is no number', ['check', '--max-states', 'lots'], /--max-states: 'lots'/],
    ['a file that is not there', ['check', 'no/such.ts'], /no file 'no\/such.ts'/],
    ['a file that is no module', ['check', 'README.md'], /'README.md' is no system.*\.mjs/],
    [
      'a place for tests that cannot be written to',
      ['generate', 'dma-buf-life', '--out', '/dev/null/tests'],
      /--out: '\/dev\/null\/tests' cannot be written to/,
    ],
    [
      'a file without a machine',
      ['check', moduleFile('export const x = 1;')],
      /exports neither an XState machine nor a system/,
    ],
    [
      'a machine that cannot begin',
      [
        'check',
        machineFile(
          "{ id: 'm', context: () => { throw new Error('not yet'); }, initial: 'a', states: { a: {} } }",
        ),
      ],
      /machine 'm': its context cannot be made without an input \(not yet\)/,
    ],
    [
      'a machine with a wrong target',
      ['check', machineFile("{ id: 'm', initial: 'a', states: { a: { on: { GO: 'nowhere' } } } }")],
      /state '?a'?: .*'nowhere'/,
    ],
  ])('%s', async (_, args, sentence) => {
    const { status, err } = await dmabufSpec(...args);
    expect(status).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(sentence);
  });

  test('a file that cannot be written is refused before anything is checked', async () => {
    const { progress } = await dmabufSpec('check', 'dma-buf-life', '--junit', '/dev/null/x.xml');
    expect(progress.filter(Boolean)).toEqual([]);
  });

  test('a place for all tests that cannot be written to, before anything is done', async () => {
    const terminal = { out() {}, error() {}, progress: () => expect.fail(), colour: false };
    const sentence = /: '\/dev\/null\/tests' cannot be written to; run it in another directory$/;
    const place = '/dev/null/tests';
    expect(() => generateCommand(catalogue, place, {}, terminal)).toThrow(sentence);
    const work = alone({ catalogue, bounds: {}, progress() {} });
    await expect(startCommand(work, place, terminal)).rejects.toThrow(sentence);
  });

  test('a machine of anybody is checked, and exit status 1 says that something is broken', async () => {
    const path = machineFile(
      "{ id: 'lamp', initial: 'off', states: { off: { tags: ['quiescent'], on: { press: 'on' } }, on: { on: { press: 'off', burn: 'dead' } }, dead: {} } }",
    );
    const { status, out } = await dmabufSpec('check', path);
    expect(status).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain(`2 steps: dmabuf-spec explain ${path}/deadlock`);
  });
});

test('its version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect((await dmabufSpec('--version')).out.trim()).toBe(version);
});

test('a property of a fault that it breaks besides is explained, and never said to hold', async () => {
  const { out } = await dmabufSpec('explain', 'P4', '--property', 'rest');
  expect(out).toContain('The shortest run that breaks it');
});

test('a parallel machine that is done is not left waiting', async () => {
  const region =
    "{ initial: 'run', states: { run: { on: { STOP: 'end' } }, end: { type: 'final' } } }";
  const path = machineFile(
    `{ id: 'm', type: 'parallel', meta: { shared: ['STOP'] }, states: { a: ${region}, b: ${region} } }`,
  );
  const { status, out } = await dmabufSpec('check', path);
  expect(status).toBe(0);
  expect(out).not.toContain('Nothing leaves');
});

test('check says 0 when everything is as expected, a known defect included', async () => {
  const { status, out } = await dmabufSpec('check', 'dma-buf-life');
  expect(status).toBe(0);
  expect(out).toContain('broken  live-means-awake(buf[0]) (O1)');
});

test('check writes JUnit XML with a failing case for what is not as expected', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'dmabuf-spec-')), 'junit.xml');
  const { status } = await dmabufSpec(
    'check',
    'hot-reset',
    '--revision',
    'v6',
    '--scope',
    'devices=2,unopened=0,buffers=0,importers=0',
    '--junit',
    path,
  );
  const xml = readFileSync(path, 'utf8');
  expect(status).toBe(1);
  expect(xml).toMatch(/<testsuite name="hot-reset v6" tests="\d+" failures="\d"/);
  expect(xml).toContain('<testcase classname="hot-reset v6" name="lock-balance">');
  expect(xml).toContain('down_write_trylock(&amp;vdev0-&gt;memory_lock) = 1');
});

test('generate says so where no test can be written, and makes no folder', async () => {
  const directory = join(mkdtempSync(join(tmpdir(), 'dmabuf-spec-')), 'tests');
  const { status, err, out } = await dmabufSpec('generate', 'hot-reset', '--out', directory);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(
    /^dmabuf-spec: no test of 'hot-reset' is written: the system has \d+ transitions, and tests are written for at most 5000; .*; take a smaller --scope\n$/,
  );
  expect(existsSync(directory)).toBe(false);
});
