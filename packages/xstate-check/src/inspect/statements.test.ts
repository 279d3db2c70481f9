import { expect, it } from 'vitest';
import { about, machine, part, philosophers, system } from '../check/tiny-systems.fixture.ts';
import { parseCondition } from '../find/condition.ts';
import { meaningOf } from '../find/meaning.ts';
import type { System } from '../specification/system.ts';
import { composed } from './composed.fixture.ts';
import { statementsOf } from './statements.ts';

const odd = system(
  [
    part(
      'is',
      machine('odd', {
        'a b': { tags: ['not'], on: { go: 'and' } },
        and: { meta: { held: 'for ever' } },
      }),
    ),
    part('gate (x)', machine('gate', { open: { meta: { held: true } } })),
  ],
  { properties: [{ ...about('calm(x[0], y)'), kind: 'deadlock' }] },
);

it.each([
  ['plain', philosophers(2)],
  ['of names that are words of a condition', odd],
])('every statement of the lists can be asked: %s', (_, of: System) => {
  const { product } = composed(of);
  const statements = statementsOf(composed(of)).groups.flatMap(({ choices }) =>
    choices.flatMap(({ subject, words }) => words.map((word) => `${subject} ${word}`)),
  );
  expect(statements.length).toBeGreaterThan(5);
  for (const text of statements) {
    expect(() => meaningOf(parseCondition(text), { system: of, product }), text).not.toThrow();
  }
});
