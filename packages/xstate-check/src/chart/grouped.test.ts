import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { groupedWhereMany } from './grouped.ts';
import { structureOf } from './structure.ts';

type States = Readonly<Record<string, object>>;

/** Calls one after the other, round and round: two arrows each. */
function calling(calls: number, more: States = {}) {
  const states = Array.from({ length: calls }, (_, i) => ({
    [`call${i}`]: { on: { [`f${i}:begin`]: `called${i}` } },
    [`called${i}`]: { on: { [`f${i}:ok`]: `call${(i + 1) % calls}` } },
  }));
  return createMachine({
    id: 'calling',
    initial: 'call0',
    states: { ...Object.assign({}, ...states), ...more },
  });
}

const drawn = (machine: ReturnType<typeof calling>) => groupedWhereMany(structureOf(machine));
const ids = ({ boxes }: ReturnType<typeof drawn>) => boxes.map(({ id }) => id);

describe('a chart with more than 40 arrows', () => {
  it('has one arrow for a call with one answer', () => {
    const { boxes, lines } = drawn(calling(21));
    expect(lines).toHaveLength(21);
    expect(boxes).toHaveLength(22);
    expect(lines[3]).toMatchObject({
      from: 'call3',
      through: 'called3',
      to: 'call4',
      lines: ['f3: begin, ok'],
    });
    expect(lines[3]!.labels.map(({ label }) => label)).toEqual(['f3:begin', 'f3:ok']);
  });

  it.each([
    ['a call with two answers', { on: { 'f3:ok': 'call4', 'f3:-ENOMEM': 'call0' } }],
    ['a state that rules speak of', { tags: ['maps'], on: { 'f3:ok': 'call4' } }],
    ['a state with a description', { description: 'says why', on: { 'f3:ok': 'call4' } }],
    ['an answer of another call', { on: { 'g:ok': 'call4' } }],
    ['an answer under a condition', { on: { 'f3:ok': { guard: 'later', target: 'call4' } } }],
    ['a call that can be broken off', { on: { 'f3:ok': 'call4', signal: 'call0' } }],
    ['a call that leads back', { on: { 'f3:ok': 'call3' } }],
  ])('keeps the state of %s', (_, called3) => {
    expect(ids(drawn(calling(21, { called3 })))).toContain('called3');
    expect(ids(drawn(calling(21, { called3 })))).not.toContain('called4');
  });

  it('keeps a state to which two calls lead', () => {
    const call9 = { on: { 'f9:begin': 'called9', 'f3:begin': 'called3' } };
    expect(ids(drawn(calling(21, { call9 })))).toContain('called3');
  });
});

it('a chart with 40 arrows stays as it is', () => {
  const machine = calling(20);
  expect(drawn(machine)).toEqual(structureOf(machine));
});
