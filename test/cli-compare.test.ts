import { describe, expect, test } from 'vitest';
import type { Catalogue, Comparison } from 'xstate-check';
import {
  alone,
  comparedOf,
  expectedBands,
  familiesOf,
  Inspector,
  openedBy,
  reviewOf,
} from 'xstate-check/cli';
import { runCommand, violationsOf } from './cli.fixture.ts';
import { doors } from './cli-doors.fixture.ts';

/** Old doors, new ones, and windows, which have no hinges that could break. */
const entrances: Comparison = {
  name: 'entrances',
  title: 'How to get in',
  designs: [
    {
      name: 'old',
      title: 'a door with hinges that break',
      source: 'tiny',
      places: [{ system: 'door', revision: 'v1' }],
    },
    {
      name: 'new',
      title: 'one whose third hinge breaks',
      source: 'tiny',
      places: [{ system: 'door', revision: '2.0' }],
    },
    {
      name: 'window',
      title: 'a window',
      source: 'tiny',
      places: [{ system: 'window', revision: '2.0' }],
    },
  ],
  searches: [
    {
      title: 'a swing and a slam',
      designs: ['old'],
      orders: 2,
      keepAll: 0,
      broken: [{ rule: 'whole(hinge[0])', orders: 2, between: ['hinge[0].slam', undefined] }],
    },
    {
      title: 'two swings and a slam',
      designs: ['new'],
      orders: 3,
      keepAll: 2,
      broken: [{ rule: 'whole(hinge[0])', orders: 1, between: [undefined, undefined] }],
    },
  ],
  calls: [
    {
      call: 'knocking',
      answers: [{ designs: ['old', 'new', 'window'], says: 'Nobody hears it.', source: 'derived' }],
    },
  ],
  sameSteps: [['hinge[0].swing', 'pane[0].swing']],
};

const catalogue: Catalogue = { ...doors, comparisons: [entrances] };

interface Json {
  rules: { rule: string; cells: { design: string; verdict: string; steps?: number }[] }[];
  calls: { call: string }[];
}

async function compared(of: Catalogue = catalogue) {
  const { status, out } = await runCommand(of, 'compare', '--json');
  expect(violationsOf('compare', out)).toEqual([]);
  const { rules, calls } = JSON.parse(out) as Json;
  const row = (name: string) =>
    rules
      .find(({ rule }) => rule === name)!
      .cells.map(({ verdict, steps }) => (steps === undefined ? verdict : `${verdict} ${steps}`));
  return { status, rules: rules.map(({ rule }) => rule), calls, row };
}

describe('designs that are compared', () => {
  test('keep, break or are not asked a rule; one that no order keeps says so', async () => {
    const { status, row, rules } = await compared();
    expect(row('whole')).toEqual(['cannot-be-kept 2', 'broken 3', 'not-asked']);
    expect(row('latch')).toEqual(['not-asked', 'kept', 'not-asked']);
    expect(row('rest')).toEqual(['kept', 'kept', 'kept']);
    expect(row('stuck')).toEqual(['not-asked', 'not-asked', 'kept']);
    // What decides something is first.
    expect(rules).toEqual(['whole', 'latch', 'rest', 'stuck']);
    expect(status).toBe(0);
  });

  test('are as the manifest has them, but for the lengths of runs', async () => {
    const families = familiesOf(catalogue, entrances);
    const { rows } = comparedOf(catalogue, entrances, expectedBands(catalogue, families));
    const { row } = await compared();
    for (const { rule, cells } of rows) {
      expect([rule, cells.map(({ verdict }) => verdict)]).toEqual([
        rule,
        row(rule).map((cell) => cell.replace(/ \d+$/, '')),
      ]);
    }
  });

  test('are printed as Markdown for a mail: no line longer than one there', async () => {
    const { out, status } = await runCommand(catalogue, 'compare', 'entrances');
    expect(status).toBe(0);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(out).toContain('| rule | 1 | 2 | 3 |\n| --- | --- | --- | --- |\n');
    expect(out).toContain('| `whole` S10 | 2 ! | 3 | . |\n');
    expect(out).toContain('breaks it; none\n  repairs `hinge[0].slam`\n');
    expect(out).toContain('  - 2, `new`: `D2`\n');
    expect(out).toContain('- **1, 2, 3**: Nobody hears it. Source: derived\n');
  });

  test('are not as expected where a verdict is not', async () => {
    const { expectations } = doors;
    const otherwise = expectations.map((one) =>
      one.system === 'window' && one.revision === '2.0'
        ? { ...one, properties: { ...one.properties, stuck: 'D1' } }
        : one,
    );
    const { status, out } = await runCommand({ ...catalogue, expectations: otherwise }, 'compare');
    expect(status).toBe(1);
    expect(out).toContain('### Not as the manifest expects\n\n- window 2.0');
  });

  test.each<[string, Catalogue, readonly string[], string]>([
    ['a name that there is not', catalogue, ['entrance'], "there is no comparison 'entrance'"],
    ['where nothing is compared', doors, [], 'no designs are compared here'],
    [
      'one of several that is not named',
      { ...catalogue, comparisons: [entrances, { ...entrances, name: 'exits' }] },
      [],
      'say which: entrances, exits',
    ],
    [
      'a revision that a system has not',
      {
        ...catalogue,
        comparisons: [
          {
            ...entrances,
            designs: [
              {
                ...entrances.designs[2]!,
                places: [{ system: 'window', revision: 'v1' }],
              },
            ],
          },
        ],
      },
      [],
      "there is no revision 'v1'",
    ],
  ])('%s is one sentence', async (_, of, names, sentence) => {
    const { status, err } = await runCommand(of, 'compare', ...names);
    expect([status, err]).toEqual([2, expect.stringContaining(sentence)]);
  });

  test('are in a report of all their systems, with the runs that it shows', async () => {
    const { out } = await runCommand(catalogue, 'report', '--markdown');
    expect(out).toContain('## How to get in\n');
    expect(out).toContain(
      '| S10 `whole` no hinge breaks | **cannot be kept**: each of 2 orders of a swing and a slam breaks it, in 2 steps this one; none repairs `hinge[0].slam` D1 D2 F1 | **broken** in 3 steps D2 | not asked |',
    );
    const { comparisons } = await reviewOf(alone({ catalogue, bounds: {}, progress() {} }), [
      doors.families[0]!,
    ]);
    expect(comparisons).toEqual([]);
  });
});

test('a comparison is where a page can begin', async () => {
  expect((await openedBy(catalogue, 'entrances')).open).toBe('#/compare/entrances');
});

describe('two designs side by side', () => {
  const inspector = new Inspector(catalogue, { stately: false, taken: [] });
  const beside = (left: string, right: string, rule = 'whole') =>
    inspector.beside({ comparison: 'entrances', rule, left, right });
  const labels = ({ steps }: ReturnType<typeof beside>) =>
    steps.map(({ left, right }) => [left?.label, right?.label]);

  test('take the same steps until one of them refuses, which says why and what it does instead', () => {
    // The third hinge of the one is the first of the other, which breaks before it is wide open.
    const sameSteps = ['swing', 'slam'].map(
      (step) => [`hinge[2].${step}`, `hinge[0].${step}`] as const,
    );
    const swapped = { ...catalogue, comparisons: [{ ...entrances, sameSteps }] };
    const view = new Inspector(swapped, { stately: false, taken: [] }).beside({
      ...{ comparison: 'entrances', rule: 'whole', left: 'new', right: 'old' },
    });
    expect(labels(view)).toEqual([
      ['hinge[2].swing', 'hinge[0].swing'],
      ['hinge[2].swing', 'hinge[0].swing'],
    ]);
    expect(view).toMatchObject({
      by: 'left',
      left: { subject: { system: 'door', revision: '2.0', scope: 'hinges=3' } },
      right: { subject: { system: 'door', revision: 'v1', scope: 'hinges=3' } },
      parted: {
        step: { label: 'hinge[2].slam' },
        why: ['hinge[0] is wide: it takes this only while it is ajar'],
      },
    });
    expect(view.parted!.instead.map(({ label }) => label)).toContain('hinge[0].swing');
  });

  test('know the same step by their own names', () => {
    const view = beside('old', 'window');
    expect(labels(view)).toEqual([
      ['hinge[0].swing', 'pane[0].swing'],
      ['hinge[0].slam', undefined],
    ]);
    // A window is never slammed: there is nothing to refuse.
    expect(view.parted).toBeUndefined();
  });

  test('are led by the one that breaks the rule, on whatever side it is', () => {
    expect(beside('window', 'old')).toMatchObject({ by: 'right' });
    expect(labels(beside('window', 'old'))[0]).toEqual(['pane[0].swing', 'hinge[0].swing']);
  });

  test('have nothing to show of a rule that neither breaks', () => {
    expect(() => beside('new', 'window', 'rest')).toThrow(
      "neither new nor window breaks 'rest'; take another rule",
    );
    expect(() => beside('new', 'gate')).toThrow("there is no design 'gate'");
  });
});
