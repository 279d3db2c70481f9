import { describe, expect, test } from 'vitest';
import { machine } from '../check/tiny-systems.fixture.ts';
import { flatten } from '../lts/flatten.ts';
import { finder, LOST } from './found.ts';

const place = { file: 'lamp.c', line: 1 };
const step = (label: string, to: number) => ({ label, to, place });

/** A lamp that is switched on by one call and off by another, each under a lock. */
const lamp = flatten(
  machine('lamp', {
    off: { tags: ['quiescent'], on: { 'on:begin': 'dark' } },
    dark: { on: { lock: 'locked', 'on:refused': 'off' } },
    locked: { on: { shine: 'shining' } },
    shining: { on: { unlock: 'lit' } },
    lit: { on: { 'on:ok': 'on' } },
    on: { tags: ['quiescent'], on: { 'off:begin': 'off' } },
  }),
);
const at = (name: string) => lamp.states.findIndex((state) => state.name === name);

describe('a machine that is lost', () => {
  /** It shines without the lock, and locks then. */
  const late = [
    [step('on:begin', 1)],
    [step('shine', 2), step('on:refused', 0)],
    [step('lock', 3)],
    [step('on:ok', 0)],
  ];

  test('is found where a return leads it, though both have never been there together', () => {
    expect(finder(late, lamp)(step('on:ok', 0))).toBe(at('on'));
  });

  test('is not found before it returns where both have never been together', () => {
    expect(finder(late, lamp)(step('lock', 3))).toBe(LOST);
  });

  test('is found where both have been, and nowhere that its last label does not lead', () => {
    const twoWays = [
      [step('on:begin', 1)],
      [step('lock', 2), step('dim', 2), step('unlock', 2)],
      [step('shine', 3)],
      [step('unlock', 0)],
    ];
    expect(finder(twoWays, lamp)(step('dim', 2))).toBe(at('locked'));
    expect(finder(twoWays, lamp)(step('unlock', 2))).toBe(LOST);
  });
});
