import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { check } from 'xstate-check';
import { poolDefects, poolNotModelled } from './defects.ts';
import { faults } from './faults.ts';
import { xskPoolPage } from './page.ts';
import { poolSwapFamily } from './pool-swap.system.ts';
import { ONE_QUEUE, UNRESETTABLE } from './scopes.ts';

const verdicts = (revision: string, scope = ONE_QUEUE) =>
  check(poolSwapFamily.build({ revision, scope })).properties.map(
    ({ property, verdict }) => [property.id, verdict] as const,
  );
const broken = (revision: string, scope = ONE_QUEUE) =>
  verdicts(revision, scope).flatMap(([id, verdict]) => (verdict === 'broken' ? [id] : []));

describe('a pool that comes to a queue and goes', () => {
  it('breaks no rule in the order that the review asked for', () => {
    expect(new Set(verdicts('required').map(([, verdict]) => verdict))).toEqual(new Set(['holds']));
  });

  it('breaks none in virtio-net where the device cannot reset a queue: the old one runs on', () => {
    expect(broken('virtio-net-7.3', UNRESETTABLE)).toEqual([]);
  });

  it('is given up for nothing by every driver that was read where memory is short', () => {
    for (const revision of ['igb-7.3', 'virtio-net-7.3']) {
      expect(broken(revision)).toContain('new-before-old');
    }
  });
});

test.each([
  ['sends', 7],
  ['queues', 2],
  ['queues', 0],
  ['unresettable', 2],
])('%s=%i is not drawn, and is refused', (name, count) => {
  const scope = { ...ONE_QUEUE, [name]: count };
  expect(() => poolSwapFamily.build({ revision: 'required', scope })).toThrow(/^--scope: /);
});

test('each known defect of such a swap is a fault, or is said to be none here', () => {
  const named = [...faults.map(({ id }) => id), ...poolNotModelled.map(({ id }) => id)];
  expect(poolDefects.filter((id) => !named.includes(id))).toEqual([]);
});

test('the page is as `npm run docs` writes it', () => {
  expect(readFileSync('docs/xsk-pool.md', 'utf8')).toBe(xskPoolPage());
});
