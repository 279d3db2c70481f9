import { describe, expect, test } from 'vitest';
import type { Catalogue, Finding } from 'xstate-check';
import { runCommand, violationsOf } from './cli.fixture.ts';
import { doors } from './cli-doors.fixture.ts';

const [slammed, third] = doors.findings as [Finding, Finding];

const withFindings = (...findings: Finding[]): Catalogue => ({ ...doors, findings });

async function findingsJson(catalogue: Catalogue, ...args: string[]) {
  const { status, out, err } = await runCommand(catalogue, 'findings', '--json', ...args);
  expect(violationsOf('findings', out)).toEqual([]);
  return { status, err, findings: JSON.parse(out) as object[] };
}

describe('findings', () => {
  test('are those of the newest release, at the scope at which they show', async () => {
    const { status, findings } = await findingsJson(doors);
    expect(status).toBe(0);
    expect(findings).toEqual([
      {
        id: 'D2',
        system: 'door',
        revision: '2.0',
        scope: { hinges: 3 },
        property: 'whole(hinge[2])',
        claim: third.claim,
        run: ['hinge[2].swing', 'hinge[2].swing', 'hinge[2].slam'],
        source: 'derived here',
        derived: true,
      },
    ]);
  });

  test('are those of every revision with --all, in the order of the catalogue', async () => {
    const { findings } = await findingsJson(withFindings(third, slammed, third), '--all');
    expect(findings).toMatchObject([{ id: 'D2' }, { id: 'D1' }, { id: 'D2' }]);
    expect(findings[1]).toMatchObject({
      scope: { hinges: 2 },
      run: ['hinge[0].swing', 'hinge[0].slam'],
    });
  });

  test('are printed for people in 80 columns, with the command that shows the run', async () => {
    const { out } = await runCommand(doors, 'findings');
    expect(out).toBe(`\
D2
  the third hinge, which nobody looks at because a door of the size at which it
  is tested has two, breaks
  breaks  whole(hinge[2])
  in      door, revision 2.0, 3 hinges
  run     3 steps: dmabuf-spec explain D2
  source  derived here
  stated  by nobody; derived here

1 finding of 2.0; 1 of other revisions: dmabuf-spec findings --all
`);
  });

  test('are explained at the scope at which they show', async () => {
    const { out } = await runCommand(doors, 'explain', 'D2');
    expect(out).toContain('3 steps; door, revision 2.0, 3 hinges:');
    expect(out).toContain('hinge[2] is broken');
    const larger = await runCommand(doors, 'explain', 'D2', '--scope', 'hinges=4');
    expect(larger.out).toContain('3 steps; door, revision 2.0, 4 hinges:');
  });
});

describe('a finding whose property does not break is an error in the specification', () => {
  const wrong: Finding = { ...third, property: 'whole(hinge[1])' };

  test('it is said, it has no run, and the exit status is 1', async () => {
    const { status, err, findings } = await findingsJson(withFindings(wrong, third));
    expect(status).toBe(1);
    expect(findings).toMatchObject([{ run: null }, { run: { length: 3 } }]);
    expect(err).toBe(
      "dmabuf-spec: the finding D2 is an error in the specification: 'whole(hinge[1])' does not " +
        'break in door, revision 2.0, 3 hinges\n',
    );
    const { out } = await runCommand(withFindings(wrong), 'findings');
    expect(out).toContain('  run     NONE: the property does not break here\n');
  });
});

describe('unusable findings get one sentence and exit status 2', () => {
  test.each<[string, Catalogue, RegExp]>([
    ['no release', { ...doors, revisions: [] }, /no revision is a release: .*--all/],
    ['an unknown system', withFindings({ ...third, system: 'dor' }), /no system 'dor'/],
    ['an unknown property', withFindings({ ...third, property: 'hole' }), /no property 'hole'/],
  ])('%s', async (_, catalogue, sentence) => {
    const { status, err } = await runCommand(catalogue, 'findings');
    expect(status).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(sentence);
  });

  test('an unknown revision of a finding', async () => {
    const catalogue = withFindings({ ...slammed, revision: 'v11' });
    const { status, err } = await runCommand(catalogue, 'findings', '--all');
    expect(status).toBe(2);
    expect(err).toMatch(/no revision 'v11'; the nearest is v1/);
  });
});

describe('a fault and a finding of one name', () => {
  test('explain shows the fault, and says how the finding is seen', async () => {
    const faults = doors.faults.map((fault) => ({ ...fault, id: 'D1' }));
    const { out } = await runCommand({ ...doors, faults }, 'explain', 'D1');
    expect(out).toContain(`D1: ${faults[0]!.title}`);
    const [, command = ''] =
      /D1 is a finding too: [\s\S]*\n {2}dmabuf-spec (.*)\n$/.exec(out) ?? [];
    const found = await runCommand(doors, ...command.replaceAll("'", '').split(' '));
    const shown = await runCommand(doors, 'explain', 'D1');
    expect(found.out.split('The shortest run')[1]).toBe(shown.out.split('The shortest run')[1]);
  });
});
