import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Catalogue } from 'xstate-check';
import { runCommand, violationsOf } from './cli.fixture.ts';
import { door, doors, unaware, window } from './cli-doors.fixture.ts';

interface Checked {
  systems: {
    scope: object;
    states: number;
    depth: number;
    stopped?: string;
    properties: { id: string; verdict: string; expected: string; reason?: string }[];
    differences: string[];
  }[];
}

async function confidenceOf(system: string, ...args: string[]) {
  return confidenceIn(doors, system, ...args);
}

async function confidenceIn(catalogue: Catalogue, system: string, ...args: string[]) {
  const command = ['check', system, '--confidence', '--json', ...args];
  const { status, out, progress } = await runCommand(catalogue, ...command);
  expect(violationsOf('check', out)).toEqual([]);
  const [checked] = (JSON.parse(out) as Checked).systems;
  return { status, progress, ...checked! };
}

describe('check --confidence', () => {
  test('checks at the largest scope offered; 0 where every state was seen', async () => {
    const { status, scope, states, properties, stopped } = await confidenceOf('window');
    expect(status).toBe(0);
    expect([scope, states]).toEqual([{ panes: 6 }, 3 ** 6]);
    expect(properties.map(({ verdict }) => verdict)).toEqual(['holds', 'holds']);
    expect(stopped).toBeUndefined();
  });

  test('says how far it is and how fast it goes', async () => {
    const { progress } = await confidenceOf('window');
    expect(progress).toContainEqual(
      expect.stringMatching(/^window 2\.0: 729 states, depth 12, [\d,]+ states\/s$/),
    );
  });

  test('finds what the default scope is too small for, and that is not as expected', async () => {
    const { status, differences } = await confidenceIn(unaware, 'door');
    expect(status).toBe(1);
    expect(differences).toEqual(['whole(hinge[2]): broken, expected holds']);
  });

  test('knows what a finding has broken at a scope of its own', async () => {
    const { status, properties } = await confidenceOf('door');
    expect(status).toBe(0);
    expect(properties.find(({ id }) => id === 'whole(hinge[2])')?.expected).toBe('D2');
  });

  test('knows what breaks at the default scope already, in every instance', async () => {
    const { status, properties } = await confidenceOf('door', '--revision', 'v1');
    expect(status).toBe(0);
    expect(properties.map(({ verdict, expected }) => [verdict, expected])).toEqual([
      ...Array.from({ length: 5 }, () => ['broken', 'D1']),
      ['holds', 'holds'],
    ]);
  });
});

describe('check --confidence that a bound stops', () => {
  test('says of nothing that it holds: exit status 3 where nothing was found', async () => {
    const { status, stopped, properties } = await confidenceOf('window', '--max-states', '100');
    expect(status).toBe(3);
    expect(stopped).toBe('the bound is 100 states');
    expect(properties).toEqual([
      {
        id: 'rest',
        kind: 'rest',
        verdict: 'unfinished',
        expected: 'holds',
        reason: 'not judged: it takes every state to tell',
      },
      {
        id: 'stuck',
        kind: 'deadlock',
        verdict: 'unfinished',
        expected: 'holds',
        reason:
          'no violation found within 162 states / depth 2: every state within 2 steps of the start ' +
          'was looked at',
      },
    ]);
  });

  test('a violation among what was seen is one: exit status 1', async () => {
    const { status, differences, properties } = await confidenceIn(
      unaware,
      'door',
      '--max-states',
      '200',
    );
    expect(status).toBe(1);
    expect(differences).toEqual(['whole(hinge[2]): broken, expected holds']);
    expect(properties.filter(({ verdict }) => verdict === 'holds')).toEqual([]);
  });

  test('a bound that is never reached is none', async () => {
    expect((await confidenceOf('window', '--max-states', '729')).status).toBe(0);
  });

  test('prints what was established and what was not', async () => {
    const command = ['check', 'window', '--confidence', '--max-states', '100'];
    const { out } = await runCommand(doors, ...command);
    expect(out).toContain('  stopped because the bound is 100 states: nothing is said to hold\n');
    expect(out).toContain('  open    rest\n');
    expect(out).toContain('          not judged: it takes every state to tell\n');
    expect(out).not.toContain('holds ');
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('is skipped in JUnit XML', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'dmabuf-spec-')), 'junit.xml');
    const command = ['check', 'window', '--confidence', '--max-states', '100', '--junit', path];
    await runCommand(doors, ...command);
    expect(readFileSync(path, 'utf8')).toContain('<skipped message="not judged: it takes every');
  });

  test('without --confidence it stays unusable input', async () => {
    const { status } = await runCommand(doors, 'check', 'window', '--max-states', '2');
    expect(status).toBe(2);
  });
});

describe('unusable input gets one sentence and exit status 2', () => {
  const { confidence, ...plain } = window;
  const without: Catalogue = { ...doors, families: [door, plain] };
  test.each<[string, Catalogue, string[], RegExp]>([
    ['no system', doors, [], /--confidence is for one system/],
    ['an unknown system', doors, ['dor'], /no system 'dor'/],
    ['an unknown revision', doors, ['door', '--revision', 'v7'], /no revision 'v7'/],
    ['another scope', doors, ['door', '--scope', 'hinges=1'], /leave out --scope/],
    ['none offered', without, ['window'], /'window' has no scope for confidence; .* are door/],
    [
      'none offered at all',
      { ...doors, families: [plain] },
      ['window'],
      /'window' has no scope for confidence; no system has one/,
    ],
  ])('%s', async (_, catalogue, args, sentence) => {
    const { status, err } = await runCommand(catalogue, 'check', '--confidence', ...args);
    expect(status).toBe(2);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toMatch(sentence);
  });
});
