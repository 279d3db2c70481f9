import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { namesFile, runApart } from 'xstate-check/command';
import { unfolded, violationsOf } from './cli.fixture.ts';

const TOOL = new URL('./apart.fixture.mjs', import.meta.url);

/** A file of the user. */
function file(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'dmabuf-spec-'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'));
  const path = join(directory, 'mine.ts');
  writeFileSync(path, text);
  return path;
}

async function apart(limit: number, ...args: string[]) {
  let [out, err] = ['', ''];
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    error: (text: string) => {
      err += text;
    },
    progress: () => {},
    colour: false,
  };
  const status = await runApart(TOOL, args, terminal, limit);
  return { status, out, err: unfolded(err) };
}

const XSTATE = "import { createMachine } from 'xstate';\n";
const MACHINE = `${XSTATE}export const m = createMachine({ id: 'm', initial: 'a', states: { a: { on: { GO: 'a' } } } });\n`;

/** A system of a user, but for what is put in front or in its place. */
const system = (build: string, more = '') =>
  `${XSTATE}${more}export const s = { name: 's', title: 's', defaultScope: {}, revisions: ['1'], build() { ${build} } };`;
const BUILT =
  "{ name: 's', revision: '1', scope: {}, parts: [], calls: [], environment: [], properties: [] }";
const built = (instead: string) => system(`return { ...${BUILT}, ${instead} };`);

describe.concurrent('a file that is loaded', () => {
  test('may print what it likes: the answer is clean', async () => {
    const path = file(`${MACHINE}console.log('hello'); console.error('{'); console.log('bye');`);
    const { status, out, err } = await apart(60, 'check', path, '--json');
    expect(status).toBe(0);
    expect(violationsOf('check', out)).toEqual([]);
    expect(err.split('\n').sort()).toEqual([
      '',
      `${path} says: bye`,
      `${path} says: hello`,
      `${path} says: {`,
    ]);
  });

  test.each([
    ['a timer', 'setInterval(() => {}, 1000);'],
    ['a server', "import { createServer } from 'node:net';\ncreateServer().listen(0);"],
    ['an actor', "import { createActor } from 'xstate';\ncreateActor(m).start();"],
    ['a listener', "process.on('message', () => {}); process.on('SIGTERM', () => {});"],
    ['a message', "process.send?.({ kind: 'done', status: 1 });"],
    ['a pipe that is closed', 'process.stdout.destroy(); process.stderr.destroy();'],
    ['another console', 'console.log = () => { throw new Error("no console"); };'],
  ])('may leave %s behind', async (_, text) => {
    const { status, out } = await apart(60, 'check', file(`${MACHINE}${text}`));
    expect(out).toContain('1 states, 1 transitions');
    expect(status).toBe(0);
  });

  test('is gone when its process is done', async () => {
    const path = file(`${MACHINE}console.log(process.pid); setInterval(() => {}, 1000);`);
    const { err } = await apart(60, 'check', path);
    const pid = Number(/says: (\d+)/.exec(err)![1]);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('is gone when whoever asked is killed, though it never gives way', async () => {
    const mark = join(mkdtempSync(join(tmpdir(), 'dmabuf-spec-')), 'pid');
    const path = file(
      `${MACHINE}import { writeFileSync } from 'node:fs';\nwriteFileSync('${mark}', String(process.pid)); for (;;);`,
    );
    const program = spawn(process.execPath, ['dist/specs/bin.js', 'check', path]);
    const isSo = { timeout: 30_000, interval: 100 };
    await expect.poll(() => existsSync(mark) && readFileSync(mark, 'utf8'), isSo).toMatch(/^\d+$/);
    program.kill('SIGKILL');
    const pid = Number(readFileSync(mark, 'utf8'));
    await expect.poll(() => existsSync(`/proc/${pid}`), isSo).toBe(false);
  });
});

describe.concurrent('gets one sentence and exit status 2', () => {
  test.each<[string, string, RegExp]>([
    [
      'ends the process',
      `${MACHINE}process.exit(0);`,
      /ends the process with status 0 while it is loaded/,
    ],
    [
      'fails the process',
      `${MACHINE}process.exit(1);`,
      /ends the process with status 1 while it is loaded/,
    ],
    [
      'kills it',
      `${MACHINE}process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});`,
      /ends the process by SIGKILL while it is loaded/,
    ],
    ['aborts it', `${MACHINE}process.abort();`, /ends the process by SIGABRT while it is loaded/],
    [
      'waits for ever',
      `${MACHINE}await new Promise(() => {});`,
      /never settles while it is loaded/,
    ],
    [
      'throws',
      `${MACHINE}\nthrow new Error('no lamp');`,
      /cannot be loaded: no lamp \(line 4\); mend it first/,
    ],
    ['throws nothing', `${MACHINE}throw undefined;`, /cannot be loaded: undefined; mend it/],
    [
      'throws what has no message',
      `${MACHINE}throw Object.create(null);`,
      /cannot be loaded: something without a message is thrown/,
    ],
    [
      'throws what answers by throwing',
      `${MACHINE}throw { toString() { throw 1; } };`,
      /something without a message is thrown/,
    ],
    [
      'throws later',
      `${MACHINE}setTimeout(() => { throw new Error('too late'); }, 1); await new Promise((go) => setTimeout(go, 300));`,
      /throws later, from a timer or an event: too late \(line 3\)/,
    ],
    [
      'rejects',
      `${MACHINE}void Promise.reject(new Error('not today')); await new Promise((go) => setTimeout(go, 300));`,
      /rejects a promise that nobody waits for: not today \(line 3\)/,
    ],
    [
      'has a machine whose meta throws',
      MACHINE.replace('a: {', "a: { get meta() { throw new Error('no meta'); },"),
      /no meta \(line 2\)/,
    ],
    [
      'has a meta whose members throw',
      MACHINE.replace('a: {', "a: { meta: { get source() { throw new Error('no source'); } },"),
      /machine 'm': it cannot be looked at: no source \(line 2\)/,
    ],
    [
      'has a context whose members throw',
      MACHINE.replace("id: 'm'", "id: 'm', context: { get x() { throw new Error('no x'); } }"),
      /no x/,
    ],
    [
      'exports a proxy',
      "export const p = new Proxy({}, { has() { throw new Error('hands off'); } });",
      /exports what cannot be looked at: hands off \(line 1\)/,
    ],
    [
      'ends the process as it is built',
      system('process.exit(0);'),
      /ends the process with status 0 while it builds system 's'/,
    ],
    [
      'builds nothing',
      system(''),
      /system 's' cannot be built: build\(\) gives a system that is no object/,
    ],
    [
      'builds without parts',
      built('parts: undefined'),
      /build\(\) gives a system that has no 'parts' that is a list/,
    ],
    ['builds without properties', built('properties: null'), /has no 'properties' that is a list/],
    [
      'builds parts that are none',
      built('parts: [{ name: "p" }]'),
      /has a part 'p' \(number 1\) that has no 'machine' that is an XState machine/,
    ],
    [
      'asks for what there is not',
      built("properties: [{ id: 'x', kind: 'wish', title: 'x', source: '' }]"),
      /has a property 'x' of the kind 'wish'; there are invariant, monitor, /,
    ],
    [
      'asks by what is no predicate',
      built("properties: [{ id: 'x', kind: 'invariant', title: 'x', source: '' }]"),
      /has a property 'x' that has no 'when' that is a predicate/,
    ],
    [
      'has no revision',
      system('').replace("['1']", '[]'),
      /system 's': has no 'revisions' that is a list with at least one text/,
    ],
  ])('one that %s', async (_, text, sentence) => {
    const path = file(text);
    const { status, out, err } = await apart(60, 'check', path);
    expect(err).toMatch(sentence);
    expect(err).toMatch(/mine\.ts'|machine 'm'/);
    expect(
      err
        .trimEnd()
        .split('\n')
        .filter((line) => !line.includes(' says: ')),
    ).toHaveLength(1);
    expect({ status, out }).toEqual({ status: 2, out: '' });
  });

  test.each<[string, string, RegExp]>([
    ['loads for ever', `${MACHINE}for (;;);`, /is loaded for more than 3 seconds, and was stopped/],
    [
      'waits for a timer that comes again',
      `${MACHINE}setInterval(() => {}, 100); await new Promise(() => {});`,
      /is loaded for more than 3 seconds/,
    ],
    [
      'has a guard that does not end',
      MACHINE.replace("'a' }", "{ target: 'a', guard: () => { for (;;); } } }"),
      /is being flattened \(machine 'm'\) for more than 3 seconds/,
    ],
    ['builds for ever', system('for (;;);'), /builds system 's' for more than 3 seconds/],
  ])('one that %s', async (_, text, sentence) => {
    const { status, err } = await apart(3, 'check', file(text));
    expect(err).toMatch(sentence);
    expect(status).toBe(2);
  });
});

test('a command works apart where it names a file of the user', () => {
  expect(namesFile(['check', 'hot-reset', '--scope', 'devices=1'])).toBe(false);
  for (const name of ['a.ts', './b.mjs', 'c.ts/rule', 'd.cjs']) {
    expect(namesFile(['explain', name])).toBe(true);
  }
});

test('the program itself does', async () => {
  const path = file(`${MACHINE}console.log('hello'); setInterval(() => {}, 1000);`);
  const node = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['dist/specs/bin.js', ...args]);
  const { stdout, stderr } = await node('check', path);
  expect(stdout).toMatch(/^m$/m);
  expect(stderr).toBe(`${path} says: hello\n`);
  await expect(node('list', file(`${MACHINE}process.exit(0);`))).rejects.toMatchObject({ code: 2 });
});
