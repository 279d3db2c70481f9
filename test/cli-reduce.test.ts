import { describe, expect, test } from 'vitest';
import { always, type Catalogue, is, type Property, type SystemFamily } from 'xstate-check';
import { machine, part, system } from 'xstate-check/engine';
import { runCommand, violationsOf } from './cli.fixture.ts';
import { doors } from './cli-doors.fixture.ts';

interface Checked {
  systems: {
    states?: number;
    reduction?: { kept: number; steps: number };
    stopped?: string;
    properties: { id: string; verdict: string; reason?: string; counterexample?: string[] }[];
    differences: string[];
  }[];
}

async function checked(catalogue: Catalogue, ...args: string[]) {
  const { status, out } = await runCommand(catalogue, 'check', ...args, '--json');
  expect(violationsOf('check', out)).toEqual([]);
  const [only] = (JSON.parse(out) as Checked).systems;
  return { status, ...only! };
}

const lengths = ({ properties }: Awaited<ReturnType<typeof checked>>) =>
  properties.map(({ id, verdict, counterexample }) => [id, verdict, counterexample?.length]);

/** Lamps that are each switched on and then stay so; the first may be stolen before. */
const lamps: SystemFamily = {
  name: 'lamps',
  title: 'a row of lamps',
  defaultScope: { lamps: 3 },
  revisions: ['2.0'],
  build: ({ scope, revision }) => {
    const lamp = (isStolen: boolean) =>
      machine('lamp', {
        off: { on: { press: 'on', ...(isStolen && { steal: 'gone' }) } },
        on: { tags: ['quiescent'], on: { press: 'on' } },
        ...(isStolen && { gone: {} }),
      });
    const parts = Array.from({ length: scope.lamps ?? 0 }, (_, i) =>
      part(`lamp[${i}]`, lamp(i === 0), { rename: (label) => [`lamp[${i}].${label}`] }),
    );
    const common = { source: 'tiny', title: 'a lamp can be switched on' };
    const properties: Property[] = [
      { ...common, id: 'rest', kind: 'rest' },
      { ...common, id: 'lit', kind: 'leads-to', when: always, then: is('lamp[1]', 'on') },
    ];
    return system(parts, { name: 'lamps', revision, scope, properties });
  },
};

const withLamps: Catalogue = { ...doors, families: [lamps], expectations: [] };

describe('check --reduce', () => {
  test.each([
    ['door'],
    ['door', '--revision', 'v1'],
    ['door', '--revision', 'v1', '--scope', 'hinges=3'],
    ['door', '--confidence'],
    ['window', '--confidence'],
    ['lamps'],
  ])(
    'gives the verdicts, lengths of runs and exit status of a full check: %s %s %s',
    async (...args) => {
      const catalogue = args[0] === 'lamps' ? withLamps : doors;
      const full = await checked(catalogue, ...args);
      const reduced = await checked(catalogue, ...args, '--reduce');
      expect(lengths(reduced)).toEqual(lengths(full));
      expect(reduced.differences).toEqual(full.differences);
      expect(reduced.status).toBe(full.status);
      expect(reduced.reduction!.kept).toBeLessThan(full.states!);
      expect(reduced.states).toBeUndefined();
    },
  );

  test('says how many states it kept, and that these are not all', async () => {
    const { out } = await runCommand(doors, 'check', 'window', '--reduce');
    expect(out).toContain('kept by partial-order reduction');
    expect(out).toContain('there are more states');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('of what it does not keep says nothing where there are many states: exit status 3', async () => {
    const { status, properties } = await checked(
      { ...withLamps, families: [{ ...lamps, build: withoutThief }] },
      ...['lamps', '--scope', 'lamps=64', '--reduce'],
    );
    expect(properties.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['rest', 'holds'],
      ['lit', 'unfinished'],
    ]);
    expect(properties[1]!.reason).toMatch(/^not judged: it is about what goes on for ever/);
    expect(status).toBe(3);
  });

  test('a part that never comes to rest is found among too many states to visit', async () => {
    const { status, properties } = await checked(
      withLamps,
      'lamps',
      '--scope',
      'lamps=64',
      '--reduce',
    );
    expect(properties[0]).toMatchObject({ verdict: 'broken' });
    expect(properties[0]!.counterexample).toContain('lamp[0].steal');
    expect(status).toBe(1);
    const run = await runCommand(
      withLamps,
      ...['explain', 'lamps', '--property', 'rest', '--scope', 'lamps=64', '--reduce'],
    );
    expect(run.out).toContain('A run that breaks it, ');
    expect(run.out).toContain('rom here on lamp[0] never comes to rest');
  });

  test('a bound stops it as it stops a full check', async () => {
    const bound = ['--max-states', '1', '--reduce'];
    expect((await runCommand(doors, 'check', 'door', '--revision', 'v1', ...bound)).status).toBe(2);
    const { status, stopped, properties } = await checked(doors, 'door', '--confidence', ...bound);
    expect(status).toBe(3);
    expect(stopped).toMatch(/stopped at \d+ states after reduction, because the bound is 1 state/);
    expect(new Set(properties.map(({ verdict }) => verdict))).toEqual(new Set(['unfinished']));
  });

  test('is for one system', async () => {
    const { status, err } = await runCommand(doors, 'check', '--reduce');
    expect(status).toBe(2);
    expect(err).toMatch(/--reduce is for one system: dmabuf-spec check SYSTEM --reduce/);
  });

  test('the run is explained by the command that is printed', async () => {
    const { out } = await runCommand(doors, 'check', 'door', '--revision', 'v1', '--reduce');
    const [, command] = /dmabuf-spec (explain [^\n]*(?:\n {10}\S[^\n]*)*)/.exec(out)!;
    expect(command).toContain('--reduce');
    const explained = await runCommand(
      doors,
      ...['explain', 'door', '--property', 'whole(hinge[0])', '--revision', 'v1', '--reduce'],
    );
    expect(explained.out).toContain('The shortest run that breaks it, 2 steps');
  });
});

function withoutThief(options: Parameters<SystemFamily['build']>[0]) {
  const built = lamps.build(options);
  return { ...built, parts: built.parts.slice(1) };
}
