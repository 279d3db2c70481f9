import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Catalogue, infeasibleIn } from 'xstate-check';
import { Inspector, openedBy, passedIn, takenInTrace } from 'xstate-check/cli';
import { readTrace } from 'xstate-check/traces';
import { specification } from '../specs/catalogue.ts';
import { judgeTrace } from '../specs/traces/judge.ts';
import { runCommand } from './cli.fixture.ts';
import { doors } from './cli-doors.fixture.ts';

const catalogue: Catalogue = { ...specification, targets: [] };
const inspector = new Inspector(catalogue, { stately: false, taken: [] });

/** A folder of somebody who has XState installed. */
const folder = mkdtempSync(join(tmpdir(), 'inspect-'));
symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('generated tests', () => {
  const small = specification.suites.filter(({ name }) =>
    ['attachment-no-callback', 'close', 'p2p-type1', 'p2p-pool'].includes(name),
  );

  test.each(small)('of $name: each can be stepped to its end', ({ name }) => {
    for (const { id, steps } of inspector.runs.paths(name).paths) {
      const run = inspector.runs.path(id);
      const play = inspector.play({ subject: run.subject, steps: run.steps });
      expect(play.steps).toHaveLength(steps);
    }
  });

  test.each(small)('of $name: what they take of a machine is what they state', (source) => {
    const { suites } = inspector.runs.generated(source.name);
    const counted = suites.filter(({ criterion }) => criterion === 'transitions');
    expect(counted.length).toBeGreaterThan(0);
    for (const { part, required, obstacles } of counted) {
      const machine = source.system.parts.find(({ name }) => name === part?.name)!.machine;
      const entry = { name: machine.id, kind: 'contract', machine };
      const { by, transitions } = inspector.coverage(entry);
      const own = by.find(({ name }) => name === `tests of ${source.name}`)!;
      expect(transitions).toBe(required);
      expect(own.covered).toHaveLength(required - infeasibleIn(obstacles));
    }
  });

  test('a run on a real kernel covers what the tests that passed take', () => {
    const [first, second] = inspector.runs.generated('close').suites[0]!.tests;
    const file = join(folder, 'run.xml');
    writeFileSync(
      file,
      `<testsuites><testsuite name="close/close.transitions">
        <testcase classname="close/close.transitions" name="${first!.id} a title"/>
        <testcase classname="close/close.transitions" name="${second?.id ?? '00000000'} another">
          <failure message="no">why</failure>
        </testcase>
        <testcase classname="close/close.transitions" name="0123abcd a third">
          <skipped message="cannot"/>
        </testcase>
      </testsuite></testsuites>`,
    );
    const passed = passedIn(file);
    expect([...passed.get('close')!]).toEqual([first!.id]);
    const withRun = new Inspector(catalogue, { stately: false, taken: [{ name: 'run', passed }] });
    const { machine } = catalogue.suites
      .find(({ name }) => name === 'close')!
      .system.parts.find(({ name }) => name === 'close')!;
    const { by } = withRun.coverage({ name: 'close', kind: 'procedure', machine });
    const run = by.find(({ name }) => name === 'run')!;
    const all = by.find(({ name }) => name === 'generated tests')!;
    expect(run.covered.length).toBeGreaterThan(0);
    expect(all.covered).toEqual(expect.arrayContaining([...run.covered]));
  });

  test('a trace of a real kernel covers the transitions that its account counts', () => {
    const file = 'test/trace/fixtures/stock-7.2.13/revoke.trace';
    const taken = takenInTrace(
      { ...catalogue, takenInTrace: (of) => judgeTrace(() => readTrace(of), {}).coverage },
      file,
    );
    const withTrace = new Inspector(
      { ...catalogue, suites: [] },
      { stately: false, taken: [taken] },
    );
    const { coverage } = judgeTrace(() => readTrace(file), {});
    const { machine, transitions } = coverage.find((one) => one.machine === 'device')!;
    expect(transitions).toBeGreaterThan(0);
    const { by } = withTrace.coverage(withTrace.machineNamed(machine));
    expect(by.find(({ name }) => name === file)!.covered).toHaveLength(transitions);
  });

  test('a file that is of no run of them is refused', () => {
    const file = join(folder, 'other.xml');
    writeFileSync(file, '<testsuites><testcase classname="a" name="b"/></testsuites>');
    expect(() => passedIn(file)).toThrow(/no case of a generated test/);
    expect(() => passedIn('no.xml')).toThrow(/no file 'no.xml'; give the JUnit file of a run/);
    expect(() => passedIn('docs')).toThrow(/'docs' is a directory; give the JUnit file/);
  });
});

test('the matrix has every broken cell with what shows it', () => {
  const { rows, revisions } = inspector.matrix();
  expect(revisions.map(({ name }) => name)).toEqual(catalogue.revisions.map(({ name }) => name));
  const broken = rows.flatMap(({ cells }) =>
    cells.flatMap((cell, i) =>
      cell.verdict === 'broken' ? [{ ...cell, of: catalogue.revisions[i]!.kind }] : [],
    ),
  );
  expect(broken.length).toBeGreaterThan(100);
  for (const { counterexample, known, of } of broken) {
    expect(counterexample).toBeDefined();
    // What a change breaks that is only asked is known by the name of its column.
    if (of !== 'what-if') expect(known).not.toEqual([]);
  }
});

describe('who holds a lock is told in the words of the kernel', () => {
  test('a writer, and who waits for it', () => {
    const run = inspector.runs.counterexample('P4');
    const { held } = inspector.play({ subject: run.subject, steps: run.steps });
    const values = held.flat().filter(({ kind }) => kind === 'lock');
    expect(values.map(({ value }) => value)).toContain('held for writing by hot_reset');
    for (const { value, thread } of values) if (thread) expect(value).toContain(`by ${thread}`);
  });
});

describe('a run for a mail', () => {
  test.each(['P4', 'O1', 'O9'])(
    '%s: 75 columns, and a command that prints the same run',
    async (id) => {
      const { mail, text, said } = inspector.runs.counterexample(id);
      expect(mail!.split('\n').filter((line) => line.length > 75)).toEqual([]);
      const [diagram] = text!.split('\n\n').slice(1);
      expect(mail).toContain(diagram);
      expect(said!.length).toBeGreaterThan(0);
      for (const sentence of said!) {
        expect(mail!.replace(/\s+/g, ' ')).toContain(sentence.replace(/\s+/g, ' '));
      }
      const [, command] = /Shown again by dmabuf-spec \S+:\n\n {2}dmabuf-spec (.*)\n$/.exec(mail!)!;
      const again = await runCommand(catalogue, ...command!.split(' '));
      expect(again.out).toContain(diagram);
    },
  );

  test("of somebody's file is shown again by that file", async () => {
    const file = fileOf(
      'mortal',
      "{ id: 'mortal', initial: 'off', states: { off: { tags: ['quiescent'], on: { burn: 'dead' } }, dead: {} } }",
    );
    const opened = await openedBy(catalogue, file);
    const own = new Inspector(opened.catalogue, { stately: false, taken: [], file: opened.file! });
    const { mail } = own.runs.counterexample('mortal/deadlock/as loaded');
    expect(mail!.replace(/ \\\n +/g, ' ')).toContain(
      `  dmabuf-spec explain ${file}/mortal/deadlock\n`,
    );
    const again = await runCommand(catalogue, 'explain', `${file}/mortal/deadlock`);
    expect(again.out).toContain(mail!.split('\n\n')[2]);
  });

  test('of my own is shown again at the address of the page', async () => {
    const subject = { system: 'revoke' };
    const { enabled } = inspector.play({ subject, steps: [] });
    const steps = [enabled[0]!.label];
    const route = `#/system/revoke?steps=${steps[0]}`;
    const mail = inspector.export({ subject, steps, what: 'mail', route });
    expect(mail).toContain('In revoke, revision 7.3, 2 importers × 1 closer.');
    expect(mail.replace(/ \\\n +/g, ' ')).toContain(`dmabuf-spec inspect '${route}'`);
    expect((await openedBy(catalogue, route)).open).toBe(route);
  });
});

describe('dmabuf-spec inspect', () => {
  test.each([
    ['a system', 'revoke', '#/system/revoke'],
    ['a machine', 'rwsem', '#/machine/rwsem'],
    ['a fault', 'P4', '#/counterexample/P4'],
    ['a finding', 'O1', '#/counterexample/O1'],
    ['a broken property', 'revoke/calm/7.1', '#/counterexample/revoke%2Fcalm%2F7.1'],
    ['a suite', 'p2p-bar', '#/suite/p2p-bar'],
    ['a path', 'p2p-bar/0123abcd', '#/path/p2p-bar%2F0123abcd'],
  ])('begins at %s', async (_, name, route) => {
    expect((await openedBy(catalogue, name)).open).toBe(route);
  });

  test('begins at a generated test by the id that a failed run prints', async () => {
    const { id } = inspector.runs.paths('attachment-no-callback').paths[0]!;
    const close = {
      ...catalogue,
      suites: catalogue.suites.filter(({ name }) => name === 'attachment-no-callback'),
    };
    expect((await openedBy(close, id.split('/')[1]!)).open).toBe(
      `#/path/${encodeURIComponent(id)}`,
    );
  });

  test.each([
    ['', '#/system/my_lamp'],
    ['/my_lamp', '#/system/my_lamp'],
    ['/reached', '#/counterexample/my_lamp%2Freached%2Fas%20loaded'],
    ['/my_lamp/reached', '#/counterexample/my_lamp%2Freached%2Fas%20loaded'],
  ])("of somebody's file begins at what is named in it: FILE%s", async (inside, route) => {
    expect((await openedBy(catalogue, `${fileOfALamp()}${inside}`)).open).toBe(route);
  });

  test.each([
    ['bufer', /there is no machine, .* 'bufer'; the nearest is buffer/],
    ['zzzzz', /'zzzzz'; none is near it: 'dmabuf-spec list' and 'dmabuf-spec findings --all' list/],
  ])('says of a name that means nothing what is near it: %s', async (name, sentence) => {
    await expect(openedBy(catalogue, name)).rejects.toThrow(sentence);
  });

  test("says what is not in somebody's file", async () => {
    await expect(openedBy(catalogue, `${fileOfALamp()}/reeched`)).rejects.toThrow(
      /no property 'reeched' in the file; the nearest is reached/,
    );
  });

  test("begins at somebody's own machine, which is then a system and a machine like all", async () => {
    const { catalogue: extended, open } = await openedBy(catalogue, fileOfALamp());
    expect(open).toBe('#/system/my_lamp');
    const own = new Inspector(extended, { stately: false, taken: [] });
    expect(own.system({ system: 'my_lamp' }).properties.map(({ id }) => id)).toEqual([
      ...['reached', 'taken', 'settles'],
    ]);
    expect(own.play({ subject: { system: 'my_lamp' }, steps: ['press'] }).steps).toHaveLength(1);
    expect((await own.machine(own.machineNamed('my_lamp'))).labels).toEqual(['press']);
  });

  test('shows an event of such a machine by its whole label', () => {
    const file = fileOf(
      'dotted',
      `{ id: 'dotted', initial: 'off', states: { off: { on: { 'power.on': 'on' } }, on: {} } }`,
    );
    return openedBy(catalogue, file).then(({ catalogue: extended }) => {
      const own = new Inspector(extended, { stately: false, taken: [] });
      const play = own.play({ subject: { system: 'dotted' }, steps: ['power.on'] });
      expect(play.steps[0]?.written).toBe('power.on');
    });
  });

  test('draws a machine that cannot be checked, and says what keeps it from that', async () => {
    const file = fileOf(
      'timed',
      `{ id: 'timed', context: () => { throw new Error('not yet'); }, initial: 'cold', ` +
        `states: { cold: { after: { 5000: 'hot' } }, hot: {} } }`,
    );
    const { catalogue: extended, open, complaints } = await openedBy(catalogue, file);
    expect(open).toBe('#/machine/timed');
    const own = new Inspector(extended, { stately: false, taken: [], complaints: complaints! });
    const view = await own.machine(own.machineNamed('timed'));
    expect(view.complaints?.join()).toContain('its context cannot be made');
    expect(view.chart.arrows.map(({ lines }) => lines)).toEqual([['after 5 s']]);
    const listed = own.overview().machines.find(({ name }) => name === 'timed');
    expect(listed?.states).toBe(2);
    expect(own.words().words.find(({ machines }) => machines.includes('timed'))).toBeUndefined();
  });

  test.each([
    [['nobody'], /no machine, system, counterexample or path 'nobody'/],
    [['nowhere.ts'], /there is no file 'nowhere.ts'/],
    [['--port', 'many'], /'many' is no number/],
    [['--port', '70000'], /'70000' is no number/],
    [['--run', 'nowhere.xml'], /nowhere.xml/],
    [['--trace', 'nowhere.txt'], /nothing here judges traces/],
  ])('%j is told in a sentence', async (args, sentence) => {
    const { status, err } = await runCommand(doors, 'inspect', ...args);
    expect(status).toBe(2);
    expect(err).toMatch(sentence);
  });

  test('serves until it is interrupted', async () => {
    const child = spawn('node', ['dist/specs/bin.js', 'inspect', 'revoke']);
    const address = await printed(child);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#\/system\/revoke$/);
    const response = await fetch(`${address.replace(/#.*/, '')}api/system?system=revoke`);
    expect(response.status).toBe(200);
    child.kill('SIGINT');
    expect(await new Promise((resolve) => child.on('exit', resolve))).toBe(0);
  });
});

/** A machine of theirs. */
function fileOfALamp(): string {
  const file = join(folder, 'mine.ts');
  writeFileSync(
    file,
    `import { createMachine } from 'xstate';
    export const lamp = createMachine({ id: 'my_lamp', initial: 'off', states: {
      off: { on: { press: 'on' } }, on: { on: { press: 'off' } } } });`,
  );
  return file;
}

function fileOf(name: string, config: string): string {
  const file = join(folder, `${name}.ts`);
  const lines = [
    "import { createMachine } from 'xstate';",
    `export const own = createMachine(${config});`,
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** What a program prints first. */
function printed(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout!.once('data', (data) => resolve(String(data).split('\n')[0]!.trim()));
    child.stderr!.once('data', (data) => reject(new Error(String(data))));
  });
}
