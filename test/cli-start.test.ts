import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Catalogue, type SystemFamily, suiteOf } from 'xstate-check';
import { alone, startCommand } from 'xstate-check/cli';
import { door as doorOf, doors, window as windowOf } from './cli-doors.fixture.ts';

const door = { ...doorOf, subject: 'doors' };
const window = { ...windowOf, subject: 'glass' };

/** Does whatever it is asked. */
const target = {
  name: 'hand',
  ability: () => 'perform' as const,
  reset: async () => {},
  step: async (actual: string) => ({ actual }),
  observe: async () => ({}),
};

const suite = (family: SystemFamily, parts: string[]) =>
  suiteOf(
    {
      ...{ name: family.name, subject: family.subject!, parts, whole: false },
      ...{ targetScope: {}, performed: () => true },
    },
    () => family.build({ scope: family.defaultScope, revision: '2.0' }),
  );

const house: Catalogue = {
  ...doors,
  families: [door, window],
  suites: [suite(door, ['hinge[0]']), suite(window, ['pane[0]'])],
  targets: [{ name: 'hand', make: () => target }],
};

const F2 = { ...doors.faults[0]!, id: 'F2', title: 'panes break', system: 'window' };

/** The same where only doors are of the core; glass that is asked anything breaks. */
const ofDoors: Catalogue = {
  ...house,
  core: ['doors'],
  families: [door, { ...window, build: () => expect.fail('the window is built') }],
  faults: [...house.faults, F2],
};

async function start(catalogue: Catalogue, directory: string) {
  let out = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    ...{ error() {}, progress() {}, colour: false },
  };
  const work = alone({ catalogue, bounds: {}, progress() {} });
  return { status: await startCommand(work, directory, terminal), out };
}

const somewhere = () => join(mkdtempSync(join(tmpdir(), 'start-')), 'tests');

test('where nothing is said to be the core everything is asked', async () => {
  const directory = somewhere();
  const { status, out } = await start(house, directory);
  expect(status).toBe(0);
  expect(out).toMatch(/^door .*as expected$/m);
  expect(out).toMatch(/^window .*as expected$/m);
  expect(out).toContain('1 of 1 faults caught, 1 open findings of 2.0');
  expect(out).not.toContain('Not asked');
  expect(readdirSync(directory)).toEqual(['door', 'window']);
});

test('of the core everything is asked, and what is not is counted, with who asks it', async () => {
  const { status, out } = await start(ofDoors, somewhere());
  expect(status).toBe(0);
  expect(out).toMatch(/^door .*as expected$/m);
  expect(out).not.toMatch(/^window/m);
  expect(out).toContain('1 of 1 faults caught');
  expect(out.replace(/\n/g, ' ')).toContain(
    'Not asked here: 1 system, 1 fault and 1 suite of tests (glass): dmabuf-spec check, dmabuf-spec test',
  );
});

test('tests of what is not of the core stay as they are, and those of nothing go', async () => {
  const directory = somewhere();
  await start(house, directory);
  const [file] = readdirSync(join(directory, 'window'));
  const path = join(directory, 'window', file!);
  const older = `${readFileSync(path, 'utf8')}\n`;
  writeFileSync(path, older);
  const [own] = readdirSync(join(directory, 'door'));
  const written = readFileSync(join(directory, 'door', own!), 'utf8');
  writeFileSync(join(directory, 'door', own!), `${written}\n`);
  mkdirSync(join(directory, 'gone'));
  writeFileSync(join(directory, 'gone', file!), older);
  expect((await start(ofDoors, directory)).status).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe(older);
  expect(readFileSync(join(directory, 'door', own!), 'utf8')).toBe(written);
  expect(existsSync(join(directory, 'gone'))).toBe(false);
});

test('no word is green for what was not run: a fault of the core that nothing catches is red', async () => {
  const missed = { ...doors.faults[0]!, expected: ['rest'] };
  const { status, out } = await start({ ...ofDoors, faults: [missed, F2] }, somewhere());
  expect(status).toBe(1);
  expect(out).toContain('0 of 1 faults caught');
});
