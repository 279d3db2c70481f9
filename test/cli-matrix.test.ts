import { describe, expect, test } from 'vitest';
import { type Catalogue, is, type SystemFamily } from 'xstate-check';
import { runCommand, violationsOf } from './cli.fixture.ts';
import { door, doors, expected, unaware, window } from './cli-doors.fixture.ts';

interface Cell {
  revision: string;
  property: string;
  verdict: string;
  counterexample?: string;
  steps?: number;
  known?: string[];
}

async function matrixJson(catalogue: Catalogue, ...args: string[]) {
  const { status, out } = await runCommand(catalogue, 'matrix', '--json', ...args);
  expect(violationsOf('matrix', out)).toEqual([]);
  const parsed = JSON.parse(out) as {
    revisions: { name: string }[];
    properties: { id: string; rule?: string; systems: string[] }[];
    cells: Cell[];
    unlisted: string[];
    differences: string[];
  };
  const row = (property: string) =>
    parsed.cells.filter((cell) => cell.property === property).map(({ verdict }) => verdict);
  return { status, ...parsed, row };
}

/** The doors with one system of them changed. */
function withFamily(changed: SystemFamily, more: Partial<Catalogue> = {}): Catalogue {
  const families = doors.families.map((family) =>
    family.name === changed.name ? changed : family,
  );
  return { ...doors, families, ...more };
}

describe('the matrix', () => {
  test('has the revisions that its systems have as columns, and leaves out changes', async () => {
    const { revisions } = await matrixJson(doors);
    expect(revisions.map(({ name }) => name)).toEqual(['v0', 'v1', '1.0', '2.0']);
    const ofWindow = await matrixJson(doors, 'window');
    expect(ofWindow.revisions.map(({ name }) => name)).toEqual(['1.0', '2.0']);
  });

  test('has a row for each property, its instances merged, rules in order and first', async () => {
    const { properties } = await matrixJson(doors);
    expect(properties.map(({ id, rule, systems }) => [id, rule, systems])).toEqual([
      ['latch', 'S2', ['door']],
      ['whole', 'S10', ['door']],
      ['rest', undefined, ['door', 'window']],
      ['stuck', undefined, ['window']],
    ]);
  });

  test('says what was not read, what was never there, what holds and what breaks', async () => {
    const { status, row } = await matrixJson(doors);
    const none = 'not-applicable';
    // 1.0 and 2.0 hold at the default scope; a finding breaks them at a scope of its own.
    expect(row('whole')).toEqual(['unknown', 'broken', 'broken', 'broken']);
    expect(row('latch')).toEqual(['unknown', none, none, 'holds']);
    expect(row('rest')).toEqual(['unknown', 'holds', 'holds', 'holds']);
    expect(row('stuck')).toEqual([none, none, 'holds', 'holds']);
    expect(status).toBe(0);
  });

  test('names the shortest run of all instances, and what is known of them', async () => {
    const { cells } = await matrixJson(doors);
    expect(cells.filter(({ counterexample }) => counterexample !== undefined)).toEqual([
      {
        revision: 'v1',
        property: 'whole',
        verdict: 'broken',
        counterexample: 'door/whole/v1',
        steps: 2,
        known: ['D1', 'D2', 'F1'],
      },
      {
        revision: '1.0',
        property: 'whole',
        verdict: 'broken',
        counterexample: 'door/whole/1.0',
        steps: 3,
        known: ['D2'],
      },
      {
        revision: '2.0',
        property: 'whole',
        verdict: 'broken',
        counterexample: 'D2',
        steps: 3,
        known: ['D2'],
      },
    ]);
  });

  test('knows what the manifest enters a broken property under', async () => {
    const properties = { 'whole(hinge[0])': 'F1', 'whole(hinge[1])': 'D2, broken', rest: 'holds' };
    const expectations = [expected(door, 'v1', properties)];
    const { status, cells } = await matrixJson({ ...unaware, expectations }, 'door');
    expect(cells.find(({ verdict }) => verdict === 'broken')?.known).toEqual(['D1', 'F1']);
    expect(status).toBe(0);
  });

  test('explain accepts what it names', async () => {
    const { status, out } = await runCommand(doors, 'explain', 'door/whole/v1', '--json');
    const { counterexamples } = JSON.parse(out) as { counterexamples: object[] };
    expect(status).toBe(0);
    expect(counterexamples).toMatchObject([
      { property: 'whole(hinge[0])', steps: ['hinge[0].swing', 'hinge[0].slam'] },
    ]);
  });

  test('explain finds the run of a finding in another revision, at the scope of the finding', async () => {
    const { status, out } = await runCommand(doors, 'explain', 'door/whole/1.0', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      where: 'door, revision 1.0, 3 hinges',
      counterexamples: [{ property: 'whole(hinge[2])' }],
    });
    const asked = await runCommand(doors, 'explain', 'door/whole/1.0', '--scope', 'hinges=2');
    expect(asked.out).toMatch(/no run that breaks it in door, revision 1.0, 2 hinges/);
  });

  test('says of a rule of several systems where some of them were not read', async () => {
    const unread = [{ revision: '1.0', why: 'it is lost' }];
    const revisions = window.revisions.filter((name) => name !== '1.0');
    const partly = withFamily({ ...window, revisions, unread });
    const { row } = await matrixJson(partly);
    const none = 'not-applicable';
    expect(row('rest')).toEqual(['unknown', 'holds', 'holds-where-read', 'holds']);
    expect(row('stuck')).toEqual([none, none, 'unknown', 'holds']);
    expect((await runCommand(partly, 'matrix')).out).toContain('  rest   ?  +  ~  +\n');
  });

  test('is of the systems that are asked for', async () => {
    const { properties, row } = await matrixJson(doors, 'window', 'window');
    expect(properties.map(({ id }) => id)).toEqual(['rest', 'stuck']);
    expect(row('rest')).toEqual(['holds', 'holds']);
  });

  test('knows the rows of a system of which no listed revision was read', async () => {
    const unread = ['v0', '1.0'].map((revision) => ({ revision, why: 'it is lost' }));
    const { row } = await matrixJson(
      withFamily({ ...window, revisions: ['2.0, painted'], unread }),
      'window',
    );
    expect(row('stuck')).toEqual(['unknown', 'unknown']);
  });

  test('names a system that has none of the revisions', async () => {
    const lost = withFamily({ ...window, revisions: ['painted'] });
    expect((await matrixJson(lost)).unlisted).toEqual(['window']);
    const { out } = await runCommand(lost, 'matrix');
    expect(out).toContain('Without any of these revisions\n  window\n');
  });

  test('is not empty: asked of such a system alone, it says so', async () => {
    const lost = withFamily({ ...window, revisions: ['painted'] });
    const { status, err, out } = await runCommand(lost, 'matrix', 'window');
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain("'window': none of its revisions is compared with others");
  });

  test('checks a design once that is the same at two revisions', async () => {
    const { progress } = await runCommand(doors, 'matrix', 'window');
    expect(progress).toEqual(['window 1.0 …', 'window 1.0: 3 states', 'window 2.0 …', '']);
  });
});

describe('where no revision is named', () => {
  const revisionOf = async (catalogue: Catalogue, ...args: string[]) => {
    const { out } = await runCommand(catalogue, 'check', ...args);
    return /revision (.*)/.exec(out)?.[1];
  };

  test('the newest release is meant that the system has', async () => {
    expect(await revisionOf(doors, 'door')).toBe('2.0');
    const revisions = door.revisions.filter((name) => name !== '2.0');
    expect(await revisionOf(withFamily({ ...door, revisions }), 'door')).toBe('1.0');
  });

  test('the first of its revisions is, where it has no release', async () => {
    expect(await revisionOf({ ...doors, revisions: [] }, 'door')).toBe('v1');
  });
});

describe('exit status 1 says that the matrix is not as the manifest expects', () => {
  test('a known defect that has vanished', async () => {
    const properties = { rest: 'W1', stuck: 'holds' };
    const catalogue = { ...doors, expectations: [expected(window, '1.0', properties)] };
    const { status, differences } = await matrixJson(catalogue, 'window');
    expect(status).toBe(1);
    expect(differences).toEqual(['window 1.0: rest: holds, expected broken (W1)']);
    const { out } = await runCommand(catalogue, 'matrix', 'window');
    expect(out).toMatch(/^ {2}rest {3}\+! \+$/m);
    expect(out).toContain('! not as the manifest expects\n');
  });

  test('what breaks at the scope of a finding, in another revision than the manifest says', async () => {
    const expectations = doors.expectations.filter(
      ({ revision, scope }) => revision !== '1.0' || scope.hinges !== 3,
    );
    const { status, differences } = await matrixJson({ ...doors, expectations }, 'door');
    expect(differences).toEqual(['door 1.0, 3 hinges: whole(hinge[2]) is broken']);
    expect(status).toBe(1);
  });

  test('a broken property of which the manifest does not speak', async () => {
    const { status, differences } = await matrixJson({ ...unaware, expectations: [] }, 'door');
    expect(status).toBe(1);
    expect(differences).toEqual([
      'door v1: whole(hinge[0]) is broken',
      'door v1: whole(hinge[1]) is broken',
    ]);
  });

  test('a rule that was never put to the test, which is not said to hold', async () => {
    const never: SystemFamily = {
      ...door,
      build: (options) => {
        const built = door.build(options);
        const properties = built.properties.map((property) =>
          property.kind === 'invariant'
            ? { ...property, when: is('hinge[0]', 'broken') }
            : property,
        );
        return { ...built, properties };
      },
    };
    const { status, row, differences } = await matrixJson(
      withFamily(never, { expectations: unaware.expectations, findings: unaware.findings }),
      'door',
    );
    expect(row('latch')[3]).toBe('not-applicable');
    expect(differences).toEqual(['door 2.0: latch:hinge[0]: vacuous, expected holds']);
    expect(status).toBe(1);
  });
});

describe('the matrix for people', () => {
  const table = `\
                2.0
             1.0  |
           v1  |  |
        v0  |  |  |
S2
  latch  ?  .  .  +
S10
  whole  ?  X  X  X
several systems
  rest   ?  +  +  +
window
  stuck  .  .  +  +

+ holds   X broken   ? source not read   . not applicable
~ holds in the systems whose source was read; Not read names the others
`;

  test('has a name above every column and a symbol for every verdict', async () => {
    expect((await runCommand(doors, 'matrix')).out).toContain(table);
  });

  test('says below which run to look at, and what was not read', async () => {
    const { out } = await runCommand(doors, 'matrix');
    expect(out).toContain('  whole\n    v1 (D1, D2, F1), 1.0 (D2), 2.0 (D2)\n    ID D2\n');
    expect(out).toContain('Not read\n  door, v0: the mail has no attachment\n');
  });

  test('fits 80 columns, also with many revisions of long names and long properties', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `window-series-of-somebody-v${i}`);
    const revisions = names.map((name) => ({ ...doors.revisions[0]!, name }));
    const long: SystemFamily = {
      ...window,
      revisions: names,
      build: (options) => {
        const built = window.build(options);
        const id = 'a-property-whose-name-is-longer-than-any-column-can-be';
        return {
          ...built,
          properties: built.properties.map((p, i) => ({ ...p, id: `${id}-${i}` })),
        };
      },
    };
    const { out } = await runCommand(withFamily(long, { revisions }), 'matrix', 'window');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(out.match(/window-series-of-somebody-v13/g)).toHaveLength(2);
    expect(out.match(/^ {32}(\+ {2}){15}\+$/gm)).toHaveLength(2);
  });

  test('is a Markdown table of words with --markdown', async () => {
    const { out } = await runCommand(doors, 'matrix', '--markdown');
    expect(out).toContain('| rule | property | v0 | v1 | 1.0 | 2.0 |\n');
    expect(out).toContain(
      '| S10 | `whole` | not read | **broken** (D1, D2, F1) | **broken** (D2) | **broken** (D2) |\n',
    );
    expect(out).toContain('`dmabuf-spec explain D2`');
  });
});

describe('unusable input to matrix and to explain gets one sentence and exit status 2', () => {
  const unread = [{ revision: '1.0', why: 'it is lost' }];
  test.each<[string, Catalogue, string[], RegExp]>([
    ['an unknown system', doors, ['matrix', 'dor'], /no system 'dor'; the nearest is door/],
    ['two forms at once', doors, ['matrix', '--json', '--markdown'], /--json or --markdown, not/],
    ['a bound', doors, ['matrix', '--max-states', '2'], /stopped at 3 states.*no verdict/],
    [
      'an unread revision that is none',
      withFamily({ ...window, unread: [{ revision: '1.O', why: 'it is lost' }] }),
      ['matrix'],
      /no revision '1.O'; the nearest is 1.0/,
    ],
    [
      'a revision that is read and unread',
      withFamily({ ...window, unread }),
      ['matrix'],
      /'window' has the revision '1.0' and says that it was not read/,
    ],
    ['an unknown revision', doors, ['explain', 'door/whole/v7'], /no revision 'v7'; .*v1/],
    ['an unknown property', doors, ['explain', 'door/hole/v1'], /no property 'hole'; .*whole/],
    ['an unknown system of an id', doors, ['explain', 'dor/whole/v1'], /no system 'dor'/],
    [
      'an id and its parts',
      doors,
      ['explain', 'door/whole/v1', '--revision', 'v1'],
      /leave out --property and --revision/,
    ],
  ])('%s', async (_, catalogue, args, sentence) => {
    const { status, err } = await runCommand(catalogue, ...args);
    expect(status).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(sentence);
  });
});
