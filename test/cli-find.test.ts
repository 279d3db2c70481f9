import { describe, expect, test } from 'vitest';
import type { Catalogue } from 'xstate-check';
import { specification } from '../specs/catalogue.ts';
import { runCommand, violationsOf } from './cli.fixture.ts';

const catalogue: Catalogue = { ...specification, targets: [] };
const find = (...args: string[]) => runCommand(catalogue, '--no-cache', 'find', ...args);

describe('find prints a run to a state that is described', () => {
  test('the shortest, at the end of which it is so', async () => {
    const { status, out } = await find('revoke', 'dev[0].memory_lock is held for writing by close');
    expect(status).toBe(0);
    expect(out).toMatch(/^The shortest run to a state in which dev\[0\]\.memory_lock is held/);
    expect(out).toContain('4 steps; revoke, revision 7.3, 2 importers × 1 closer:');
    expect(out).toContain('    down_write(&vdev0->memory_lock)\n');
    expect(out).toContain('\nHere vdev0->memory_lock is held for writing by close.\n');
  });

  test('the next one is no shorter, and ends elsewhere', async () => {
    const condition = "dev[0].memory_lock is held and 'buf[0].resv' is held";
    const runs = [1, 2].map((number) =>
      find('revoke', condition, '--json', '--number', `${number}`),
    );
    const [first, next] = (await Promise.all(runs)).map(({ out }) => JSON.parse(out));
    expect(next.steps.length).toBeGreaterThanOrEqual(first.steps.length);
    expect(next.steps).not.toEqual(first.steps);
  });

  test('also in the system of a fault', async () => {
    const { status, out } = await find('P4', 'write-returns is broken');
    expect(status).toBe(2);
    expect(out).toBe('');
    const held = await find('P4', 'dev[0].memory_lock is held by hot_reset');
    expect(held.status).toBe(0);
    expect(held.out).toContain('with P4:');
  });
});

describe('what is not there is said to be unreachable only after all states', () => {
  const both = 'dev[0].memory_lock is held for writing and dev[0].memory_lock is held for reading';

  test('all states of the manifest were looked at', async () => {
    const { status, out } = await find('dma-buf-life', 'buf[0] is live and buf[0] is not live');
    expect(status).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toMatch(/not reachable at this scope\..* all 4,760 states/);
  });

  test('a bound says so instead', async () => {
    const { status, out } = await find('revoke', both, '--max-states', '1000');
    expect(status).toBe(3);
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /^Not found in 1,\d+ states: .* because the bound is 1000 states\./,
    );
    expect(out).not.toContain('not reachable');
  });
});

describe('what it prints', () => {
  test.each([
    ['found', ['dma-buf-life', 'buf[0] is live']],
    ['not reachable', ['dma-buf-life', 'buf[0] is live and buf[0] is not live']],
    ['not found', ['revoke', 'no-misuse is broken', '--max-states', '1000']],
  ])('for programs, %s, keeps to the schema', async (verdict, args) => {
    const { out } = await find(...args, '--json');
    expect(violationsOf('find', out)).toEqual([]);
    expect(JSON.parse(out)).toMatchObject({ verdict });
  });

  test.each([
    ['revoke', 'dev[0].memory_lock is held for writing by close', []],
    ['revoke', 'no-misuse is broken', ['--max-states', '1000']],
  ])('for people fits 80 columns: %s, %s', async (system, condition, options) => {
    const { out } = await find(system, condition, ...options);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test.each([
    [
      ['revoke', 'buf[0] is live'],
      /column 1: 'buf\[0\]' is several parts here; say which: buf\[0\]\.listed/,
    ],
    [
      ['dma-buf-life', 'buf[0] is alive'],
      /column 11: 'buf\[0\]' \(machine 'buffer'\) has no state or tag 'alive'; .*live/,
    ],
    [['dma-buf-life', 'buf[0] is live and'], /column 19: a statement .* is missing/],
    [['revoke', 'rest is broken'], /column 1: the rule 'rest' speaks of whole runs/],
    [['revok', 'a is b'], /no system 'revok'; the nearest is revoke/],
    [['revoke', 'a is b', '--number', '0'], /--number: '0' is no positive whole number/],
    [['P4', 'a is b', '--scope', 'devices=1'], /P4 is a change at a scope of its own/],
  ])('of what cannot be used is one sentence: %j', async (args, message) => {
    const { status, err } = await find(...args);
    expect(status).toBe(2);
    expect(err).toMatch(message);
  });
});
