import { expect, it } from 'vitest';
import { type AnyStateMachine, setup } from 'xstate';
import { differencesOf } from '../catalogue/judge.ts';
import { check } from '../check/check.ts';
import { lint } from '../lts/lint.ts';
import { monitor, procedure } from '../specification/part.ts';
import { is } from '../specification/predicate.ts';
import { compose } from '../system/product.ts';
import { own } from './own.ts';

it('is what an object has itself', () => {
  expect(own({ a: 1 }, 'a')).toBe(1);
  for (const name of ['constructor', 'toString', '__proto__'])
    expect(own({}, name)).toBe(undefined);
  expect(own(undefined, 'a')).toBe(undefined);
});

const named = setup({}).createMachine({
  id: 'named',
  initial: 'toString',
  states: {
    toString: { tags: 'quiescent', on: { constructor: 'valueOf' } },
    valueOf: { on: { constructor: 'toString' } },
  },
});

it('lets labels and states be called as what every object inherits', () => {
  const parts = [
    procedure('part', named, { thread: 't', also: {} }),
    monitor('watch', named, { hasOwnProperty: [] }),
  ];
  const system = {
    ...{ name: 'named', revision: 'one', scope: {}, parts, calls: [], environment: [] },
    properties: [
      {
        ...{ id: 'toString', kind: 'invariant' as const, title: '', source: '' },
        when: is('part', 'toString'),
        then: is('part', 'valueOf'),
      },
    ],
  };
  expect(compose(system).vectors.map(({ label }) => label)).toEqual(['constructor@t']);
  const result = check(system);
  const expectation = {
    ...{ system: 'named', revision: 'one', scope: {} },
    ...{ states: 2, transitions: 2, depth: 1, properties: {} },
  };
  expect(differencesOf(result, expectation)).toEqual(['toString: not in the manifest']);
});

it('finds no state, action or guard that is only inherited', () => {
  const system = {
    ...{ name: 'named', revision: 'one', scope: {}, calls: [], environment: [] },
    parts: [procedure('part', named, { thread: 't' })],
    properties: [
      {
        ...{ id: 'x', kind: 'invariant' as const, title: '', source: '' },
        when: is('part', 'hasOwnProperty'),
        then: is('part', 'valueOf'),
      },
    ],
  };
  expect(() => check(system)).toThrow("part 'part' has no state or tag 'hasOwnProperty'");
  const wanting = setup({}).createMachine({
    id: 'wanting',
    initial: 'a',
    states: { a: { on: { E: { target: 'a', guard: 'toString', actions: 'valueOf' } } } },
  } as never) as unknown as AnyStateMachine;
  expect(lint(wanting).map(({ message }) => message)).toEqual([
    "the action 'valueOf' is not implemented; implement it with assign or take it away",
    "the guard 'toString' is not implemented; implement it in setup({ guards })",
  ]);
});
