import { expect, test } from 'vitest';
import type { Play, PropertyStatus } from '../../src/inspect/protocol.ts';
import { breaksOf, standingOf } from './rules.ts';

/** A run of which nothing is known but what is broken after how many steps. */
function run(...broken: readonly (readonly string[])[]): Play {
  const properties = broken.map((ids) =>
    ids.map((id): PropertyStatus => ({ id, status: 'broken', why: `${id} is broken` })),
  );
  const steps = broken.slice(1).map(() => ({}));
  return { steps, properties } as unknown as Play;
}

test('a rule about states stays broken after the step that broke it', () => {
  const play = run([], [], ['dry'], []);
  expect(standingOf(play, 'dry', 1)).toEqual({ brokenAt: 2 });
  expect(standingOf(play, 'dry', 2)).toMatchObject({ status: 'broken', brokenAt: 2 });
  expect(standingOf(play, 'dry', 3)).toEqual({
    status: 'broken',
    why: 'dry is broken',
    brokenAt: 2,
  });
  expect(standingOf(play, 'calm', 3)).toEqual({});
});

test('a rule breaks where it is broken first, and the rule of a run at its end', () => {
  expect([...breaksOf(run([], ['dry'], [], ['dry']), 'calm')]).toEqual([
    [1, ['dry']],
    [3, ['calm']],
  ]);
});
