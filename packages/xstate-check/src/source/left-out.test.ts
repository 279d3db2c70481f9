import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { decidedByCalls } from './decided.ts';
import type { AcceptedDifference } from './judge-source.ts';
import { fitted } from './left-out.ts';
import { graphOf, runsOf } from './read.fixture.ts';

const graph = (body: string) => graphOf(`int f(struct lamp *lamp, int n)\n{\n${body}\n}`);

/** The machine of a lamp that is switched off, and by nobody else than the function. */
const lamp = createMachine({
  id: 'lamp',
  meta: { labels: ['f:begin', 'lamp.off', 'f:ok', 'lamp.fails'] },
  initial: 'idle',
  states: {
    idle: { on: { 'f:begin': 'begun', 'lamp.fails': 'failed' } },
    failed: { on: { 'lamp.off': 'idle' } },
    begun: { on: { 'lamp.off': 'done' } },
    done: { on: { 'f:ok': 'idle' } },
  },
});

const known = (
  after: string,
  c: readonly string[],
  machineOnly: readonly string[] = [],
): AcceptedDifference => ({ machine: 'lamp', after, c, machineOnly, reason: 'it is known' });

const fits = (body: string, ...accepted: readonly AcceptedDifference[]) => {
  const { graph: made, leftOut } = fitted(graph(body), lamp, accepted);
  return {
    runs: runsOf(made),
    states: made.steps.length,
    leftOut: leftOut.flatMap(({ c, machineOnly }) => [
      ...c.map((one) => one.label),
      ...machineOnly,
    ]),
  };
};

describe('the C in the place of a machine', () => {
  const EARLY = 'if (n) return -EBUSY; lamp_off(lamp); return 0;';
  const busy = known('f:begin', ['f:-EBUSY']);

  test('is without the step that it is known to have besides, and without the choice of it', () => {
    expect(fits(EARLY).runs).toEqual(['(n is false) off f:ok', '(n is true) f:-EBUSY']);
    expect(fits(EARLY, busy)).toEqual({ runs: ['off f:ok'], states: 3, leftOut: ['f:-EBUSY'] });
  });

  test('keeps the same step where it is not known to have it', () => {
    const late = 'lamp_off(lamp); if (n) return -EBUSY; return 0;';
    expect(fits(late, busy)).toEqual({
      runs: ['off (n is false) f:ok', 'off (n is true) f:-EBUSY'],
      states: 5,
      leftOut: [],
    });
  });

  test('keeps a step that is all that it does: the thread would hang', () => {
    expect(fits('return -EBUSY;', busy)).toMatchObject({ runs: ['f:-EBUSY'], leftOut: [] });
  });

  test('is without what leads only there, a step of the same label among it', () => {
    const twice = 'if (n) { lamp_off(lamp); return -EBUSY; } lamp_off(lamp); return 0;';
    const { runs, states } = fits(twice, known('lamp.off', ['f:-EBUSY']));
    expect({ runs, states }).toEqual({ runs: ['off f:ok'], states: 3 });
  });

  test('has what the machine alone does, and is then where it was', () => {
    const by = known('', [], ['lamp.fails']);
    const { graph: made, leftOut } = fitted(graph('lamp_off(lamp); return 0;'), lamp, [by]);
    expect(leftOut.flatMap(({ machineOnly }) => machineOnly)).toEqual(['lamp.fails']);
    const from = (state: number) => made.steps[state]!.map(({ label, to }) => [label, to] as const);
    expect(from(0).map(([label]) => label)).toEqual(['f:begin', 'lamp.fails']);
    const failed = from(0).find(([label]) => label === 'lamp.fails')![1];
    expect(from(failed)).toEqual([['lamp.off', 0]]);
  });
});

describe('what a call decides', () => {
  const call = { file: 'lamp.c', line: 1 };
  const step = (label: string, to: number) => ({ label, to, place: call });
  const choice = (to: number) => ({ choice: `to ${to}`, to, place: call });

  test('is not chosen before it', () => {
    const steps = [
      [step('f:begin', 1)],
      [choice(2), step('lamp.on:-EIO', 3)],
      [step('lamp.on:ok', 3), step('lamp.on:-EBUSY', 3)],
      [step('f:ok', 0)],
    ];
    const [, begun] = decidedByCalls(steps);
    expect(begun!.map(({ label }) => label)).toEqual([
      'lamp.on:-EIO',
      'lamp.on:ok',
      'lamp.on:-EBUSY',
    ]);
  });

  test('is its outcome only: whether it is called is chosen', () => {
    const steps = [[step('f:begin', 1)], [choice(2), step('lamp.on:ok', 2)], [step('f:ok', 0)]];
    expect(decidedByCalls(steps)).toBe(steps);
  });
});
