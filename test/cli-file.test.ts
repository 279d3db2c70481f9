import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Catalogue } from 'xstate-check';
import { specification } from '../specs/catalogue.ts';
import { modules } from '../specs/modules.ts';
import { runCommand, violationsOf } from './cli.fixture.ts';

const catalogue: Catalogue = { ...specification, modules, targets: [] };

const dmabufSpec = (...args: string[]) => runCommand(catalogue, ...args);

/** A file of the user, in a directory that knows xstate and nothing of this package. */
function file(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'dmabuf-spec-'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(directory, 'node_modules'));
  const path = join(directory, 'my-change.ts');
  writeFileSync(path, text);
  return path;
}

/** A file with a change that is the argument of `change`. */
const changeFile = (argument: string) =>
  file(`import { change } from 'vfio-dmabuf-spec/specs';\nexport default change(${argument});`);

/** The way back of a hot reset without its unlock. */
const SKIP =
  "{ kind: 'skip', step: { node: 'unwind.unlock', event: 'dev[i].memory_lock.up_write' } }";
const withoutUnlock = (more = '') =>
  `{ system: 'hot-reset', from: '7.3', patches: { hot_reset: [${SKIP}] } ${more} }`;

const SMALL = ['--scope', 'buffers=0,importers=0,writers=0'];

describe('a file with a change', () => {
  const path = changeFile(withoutUnlock());

  test('is checked, and what breaks names the command that shows its run', async () => {
    const { status, out } = await dmabufSpec('check', path, ...SMALL);
    expect(status).toBe(1);
    expect(out).toContain('hot-reset, revision 7.3 changed\n');
    const [, command = ''] =
      /broken {2}lock-balance\n.*?\d+ steps: dmabuf-spec (.*?)\n {2}\w/s.exec(out) ?? [];
    expect(command.split(/\s+/)).toEqual(['explain', `${path}/lock-balance`, ...SMALL]);
    const explained = await dmabufSpec(...command.split(/\s+/));
    expect(explained.status).toBe(0);
    expect(explained.out).toContain("Rule 'lock-balance': every lock");
  });

  test('is explained: by what breaks first, or by one property', async () => {
    const first = await dmabufSpec('explain', path, ...SMALL);
    expect(first.out).toContain('The shortest run that breaks it');
    const one = await dmabufSpec('explain', path, '--property', 'lock-balance', ...SMALL);
    const same = await dmabufSpec('explain', `${path}/lock-balance`, ...SMALL);
    expect(one.out).toBe(same.out);
    const holds = await dmabufSpec('explain', `${path}/no-misuse`, ...SMALL);
    expect(holds.out).toContain(
      'There is no run that breaks it in hot-reset, revision 7.3 changed',
    );
  });

  test.each(['list', 'paths'])('%s takes it', async (command) => {
    const { status, out } = await dmabufSpec(command, path, '--json', ...SMALL);
    expect(status).toBe(0);
    expect(violationsOf(command, out)).toEqual([]);
    expect(out).toContain('hot-reset');
  });

  test('is not charged with what is broken without it', async () => {
    const same = changeFile("{ system: 'dma-buf-life', from: '7.3' }");
    const { status, out } = await dmabufSpec('check', same);
    expect(status).toBe(0);
    expect(out).toContain('broken  live-means-awake(buf[0]) (O1)');
  });

  test('has tests, which say that they are for a target of your own', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'dmabuf-spec-'));
    expect((await dmabufSpec('generate', path, '--out', directory, ...SMALL)).status).toBe(0);
    const [one = ''] = readdirSync(join(directory, 'hot-reset'));
    expect(readFileSync(join(directory, 'hot-reset', one), 'utf8')).toContain(
      '# Run it with `runSuite()` of vfio-dmabuf-spec, on a target of your own.\n',
    );
  });
});

describe('a change that its system cannot see', () => {
  const UNZAPPED =
    "{ command_write: [{ kind: 'skip', step: { node: 'disable.zap', event: 'dev.zap_bars' } }] }";
  const tiny = ['--scope', 'importers=1,closers=0'];

  test('is not said to hold anything: status 3, its steps, and the systems that see it', async () => {
    const path = changeFile(`{ system: 'revoke', from: '7.3', patches: ${UNZAPPED} }`);
    const { status, out } = await dmabufSpec('check', path, ...tiny);
    expect(status).toBe(3);
    expect(out).toContain('    command_write, disable.zap: dev.zap_bars\n');
    expect(out).toContain('The change cannot be seen in this system.\n');
    expect(out.replace(/\s+/g, ' ')).toContain(
      'Systems that see it: transitions, low-power, page-faults,',
    );
    expect(out).not.toMatch(/^ +holds/m);
  });

  test('says so in JSON, where no property holds', async () => {
    const path = changeFile(`{ system: 'revoke', from: '7.3', patches: ${UNZAPPED} }`);
    const { out } = await dmabufSpec('check', path, '--json', ...tiny);
    expect(violationsOf('check', out)).toEqual([]);
    const [system] = (JSON.parse(out) as { systems: Record<string, unknown>[] }).systems;
    expect(system?.change).toEqual({
      isSeen: false,
      unseen: [{ machine: 'command_write', node: 'disable.zap', event: 'dev.zap_bars' }],
      seenBy: [
        'transitions',
        'low-power',
        'page-faults',
        'failing-config-write',
        'virtual-function',
        'device-registers',
        'nvgrace-read',
        'type1-map',
      ],
    });
    const verdicts = (system!.properties as { verdict: string }[]).map(({ verdict }) => verdict);
    expect(new Set(verdicts)).toEqual(new Set(['unfinished']));
  });

  test('is seen, and breaks a rule, where a process has the BAR mapped', async () => {
    const path = changeFile(`{ system: 'page-faults', from: '7.3', patches: ${UNZAPPED} }`);
    const { status, out } = await dmabufSpec('check', path);
    expect(status).toBe(1);
    expect(out).not.toContain('cannot be seen');
    expect(out).toMatch(/^ {2}broken {2}no-pte-while-off$/m);
  });

  test('without a system is made to every one that has the machine', async () => {
    const path = changeFile(`{ from: '7.3', name: 'unzapped', patches: ${UNZAPPED} }`);
    const { out } = await dmabufSpec('list', path, '--json');
    const { systems } = JSON.parse(out) as { systems: { name: string }[] };
    const names = systems.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['unzapped-revoke', 'unzapped-page-faults']));
    expect(names).not.toContain('unzapped-export-probe');
  });
});

/** reset_prepare() that takes memory_lock, in a reset that vfio-pci asks for and holds it. */
describe('reset_prepare() in a reset of its own', () => {
  const states = (first: string, second: string) =>
    changeFile(
      `{ name: 'own-reset', system: 'transitions', from: '7.3', states: { ${first}, ${second} } }`,
    );
  const PREPARE = "'device_reset.prepare': { on: { 'dev.memory_lock.down_write': 'reset' } }";
  const CALL = "'device_reset.revoking': { on: { 'dev.move(true):end': 'prepare' } }";
  const small = ['--scope', 'importers=0'];

  test('waits for itself, in whatever order the states are written', async () => {
    const one = await dmabufSpec('check', states(PREPARE, CALL), ...small);
    const other = await dmabufSpec('check', states(CALL, PREPARE), ...small);
    expect(one.status).toBe(1);
    const own = one.out.slice(one.out.indexOf('Broken by'), one.out.indexOf('Broken without'));
    expect(own.match(/broken {2}\S+/g)).toEqual([
      'broken  call-returns(owner[0])',
      'broken  rest',
      'broken  deadlock',
    ]);
    const verdicts = (text: string) => text.match(/^ {2}(?:holds|broken|vacuous) .*$/gm);
    expect(verdicts(other.out)).toEqual(verdicts(one.out));
  });

  test('has its own findings apart from those that are known, each rule once', async () => {
    const { out } = await dmabufSpec('check', states(PREPARE, CALL), ...small);
    const rules = out.match(/^ {2}(?:holds|broken|vacuous) +(\S+)/gm) ?? [];
    expect(new Set(rules).size).toBe(rules.length);
    expect(out).toMatch(/Broken without it too\n {2}broken {2}unmapped-while-d1-d2 \(O13\)/);
    expect(out).not.toContain('not as expected');
  });
});

describe('a file with several', () => {
  const machine = (id: string, dead: string) =>
    `setup({}).createMachine({ id: '${id}', initial: 'a', states: { a: { on: { GO: 'b' } }, ` +
    `b: { on: { GO: 'a' } ${dead} } } })`;
  const path = file(
    "import { setup } from 'xstate';\nimport { change } from 'vfio-dmabuf-spec/specs';\n" +
      `export const sound = ${machine('sound', '')};\n` +
      `export const broken = ${machine('broken', ", tags: ['violation']")};\n` +
      `export const mine = change(${withoutUnlock(", name: 'mine'")});`,
  );

  test('is checked whole', async () => {
    const { out } = await dmabufSpec('check', path);
    expect(out.match(/^\w+(?:, revision .*)?$/gm)).toEqual([
      'broken',
      'sound',
      // at each scope at which hot-reset is asked: by default, and those of its findings
      'mine, revision 7.3 changed',
      'mine, revision 7.3 changed',
      'mine, revision 7.3 changed',
    ]);
    expect(out).toContain(`${path}/broken/violation`);
  });

  test('is explained by the first that breaks the property, or by the one that is named', async () => {
    const first = await dmabufSpec('explain', `${path}/violation`);
    expect(first.out).toContain("machine 'broken' of");
    const named = await dmabufSpec('explain', `${path}/sound`);
    expect(named.out).toContain('There is no run that breaks it in sound');
    expect((await dmabufSpec('explain', `${path}/mine/lock-balance`)).out).toContain(
      "'lock-balance'",
    );
  });

  test('has paths of its machines and of its systems', async () => {
    const { out } = await dmabufSpec('paths', path, '--json', ...SMALL);
    expect(violationsOf('paths', out)).toEqual([]);
    expect(JSON.parse(out)).toMatchObject([
      { machine: 'broken', transitions: 2 },
      { machine: 'sound', transitions: 2 },
      { system: 'mine' },
    ]);
  });
});

test('a machine that cannot be used leaves the others of its file alone', async () => {
  const path = file(
    "import { createMachine, raise } from 'xstate';\n" +
      "export const good = createMachine({ id: 'good', initial: 'a', states: { a: { on: { GO: 'a' } } } });\n" +
      'const kind = raise(({ event }) => ({ type: event.kind }));\n' +
      "export const bad = createMachine({ id: 'bad', initial: 'a', states: { a: { on: { GO: { actions: kind } } } } });",
  );
  for (const command of ['check', 'list', 'paths']) {
    const { status, out, err } = await dmabufSpec(command, path);
    expect(status).toBe(2);
    expect(out).toContain('good');
    expect(err).toMatch(/^dmabuf-spec: machine 'bad': it raises an event whose type depends on/);
  }
});

describe('a file of no use gets one sentence and exit status 2', () => {
  const states = (path: string, on: string) =>
    changeFile(
      `{ system: 'hot-reset', from: '7.3', states: { '${path}': { initial: 'a', states: { a: { on: ${on} } } } } }`,
    );
  const UNLOCK = "{ 'dev[i].memory_lock.up_write': '#hot_reset.put_all' }";

  test.each([
    ['none', 'no/such.ts', /no file 'no\/such\.ts'/],
    [
      'no export that fits',
      file('export const x = 1;'),
      /exports neither .* nor .*\(it exports x\)/,
    ],
    ['a syntax error', file('export const x = {;'), /my-change\.ts' cannot be loaded: .*mend it/],
    ['an unknown import', file("import 'nowhere-at-all';"), /cannot be loaded: .*nowhere-at-all/],
    [
      'an unknown system',
      changeFile("{ system: 'hot-rest', from: '7.3' }"),
      /my-change\.ts': change 'hot-rest': there is no system 'hot-rest'.*hot-reset/,
    ],
    [
      'an unknown version',
      changeFile("{ system: 'hot-reset', from: '7.33' }"),
      /no version '7\.33'.*7\.3/,
    ],
    ['an unknown machine', states('hot_rest.unwind', UNLOCK), /no machine 'hot_rest'.*hot_reset/],
    [
      'an unknown state, which would change nothing',
      states('hot_reset.unwnd', UNLOCK),
      /machine 'hot_reset', state 'unwnd': it is never entered/,
    ],
    [
      'an unknown target',
      states('hot_reset.unwind', "{ 'dev[i].memory_lock.up_write': 'nowhere' }"),
      /machine 'hot_reset', state 'unwind': .*nowhere/,
    ],
    [
      'a list for several',
      file(
        "import { change } from 'vfio-dmabuf-spec/specs';\n" +
          `export default [change(${withoutUnlock()})];`,
      ),
      /its default export is an array; export each system and machine by a name of its own/,
    ],
    [
      'a label that nobody can declare but the change',
      states('hot_reset.unwind', "{ 'dev[i].memory_lock.up': '#hot_reset.put_all' }"),
      /has no label 'dev\[i\]\.memory_lock\.up'; take one that it has, or add it with labels: \{ hot_reset: /,
    ],
    [
      'a thread like one that there is not',
      changeFile(
        "{ system: 'revoke', from: '7.3', threads: { mine: { machine: { id: 'x' }, like: 'command_wite' } } }",
      ),
      /there is no thread 'command_wite'; .*command_write/,
    ],
    [
      'an unknown label',
      states('hot_reset.unwind', "{ 'dev[i].memory_lock.up': '#hot_reset.put_all' }"),
      /machine 'hot_reset', state .*'dev\[i\]\.memory_lock\.up'/,
    ],
    [
      'an unknown step',
      changeFile(withoutUnlock().replace('unwind.unlock', 'unwind.unlok')),
      /hot_reset.*unlok/,
    ],
    [
      'two systems of one name',
      file(
        "import { change } from 'vfio-dmabuf-spec/specs';\n" +
          `export const a = change(${withoutUnlock()});\nexport const b = change(${withoutUnlock()});`,
      ),
      /exports two systems 'hot-reset'; rename one/,
    ],
    [
      'a system that cannot be built',
      file(
        "export default { name: 's', title: 's', defaultScope: {}, revisions: ['1'], build() { throw new TypeError('no parts') } };",
      ),
      /system 's' cannot be built: no parts/,
    ],
  ])('%s', async (_, path, sentence) => {
    const { status, err } = await dmabufSpec('check', path);
    expect(status).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(sentence);
  });

  test('a property that it has not', async () => {
    const { status, err } = await dmabufSpec(
      'explain',
      `${changeFile(withoutUnlock())}/lock-balanc`,
    );
    expect(status).toBe(2);
    expect(err).toMatch(/no property 'lock-balanc'.*lock-balance/);
  });
});

test('package.json exports what a file imports', async () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, string>;
  };
  const names = Object.keys(exports).map((path) => path.replace('.', 'vfio-dmabuf-spec'));
  expect(names).toEqual(Object.keys(modules));
});
