import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Condition, conditionText, parseCondition } from './condition.ts';

describe('a condition', () => {
  it.each([
    ['lamp is on', 'lamp is on'],
    ['lamp is on or off', 'lamp is on or off'],
    ['lamp is on or door is shut', '(lamp is on) or (door is shut)'],
    ['lamp is on or n = 1', '(lamp is on) or (n = 1)'],
    ['a is b and c is d or e is f', '((a is b) and (c is d)) or (e is f)'],
    ['a is b and (c is d or e is f)', '(a is b) and ((c is d) or (e is f))'],
    ['not a is b and c is not d', '(not (a is b)) and (c is not d)'],
    ['calm(lamp[0]) is broken', 'calm(lamp[0]) is broken'],
    ["(work is 'unwind (i=1)')", "work is 'unwind (i=1)'"],
    ['gate.lock is held for writing by painter', 'gate.lock is held for writing by painter'],
    ['a.n>=2', 'a.n >= 2'],
  ])('%s', (text, meant) => {
    expect(withAllParentheses(parseCondition(text))).toBe(meant);
  });

  it('is read again as it is written', () => {
    fc.assert(
      fc.property(conditions, (condition) => {
        const text = conditionText(condition);
        expect(conditionText(parseCondition(text))).toBe(text);
        expect(withoutColumns(parseCondition(text))).toEqual(withoutColumns(condition));
      }),
    );
  });
});

describe('what cannot be read is said with its column', () => {
  it.each([
    ['', "the condition is empty; say what is to be, as in 'PART is STATE'"],
    ['lamp', "column 5: after 'lamp' comes 'is', or a comparison such as '>= 1'"],
    ['lamp on', "column 6: after 'lamp' comes 'is', or a comparison such as '>= 1'"],
    ['lamp is', 'column 8: a state is missing'],
    ['lamp is not', 'column 12: a state is missing'],
    ['lamp is on and', "column 15: a statement such as 'PART is STATE' is missing"],
    [
      'and lamp is on',
      "column 1: 'and' stands where a statement such as 'PART is STATE' is expected",
    ],
    ['(lamp is on', 'column 1: the parenthesis is not closed'],
    ['lamp is on)', "column 11: ')' is too much; join statements by 'and' or 'or'"],
    ['calm(lamp is broken', 'column 5: the parenthesis is not closed'],
    ["lamp is 'on", 'column 9: the quote is not closed'],
    ['a.n >=', 'column 7: a value is missing'],
  ])('%j', (text, message) => {
    expect(() => parseCondition(text)).toThrow(message);
  });
});

/** With parentheses around whatever is joined, so that it is seen how it was read. */
function withAllParentheses(condition: Condition): string {
  const inside = (of: Condition) => `(${withAllParentheses(of)})`;
  if (condition.kind === 'not') return `not ${inside(condition.of)}`;
  if (condition.kind === 'is' || condition.kind === 'compare') return conditionText(condition);
  return condition.of.map(inside).join(` ${condition.kind} `);
}

const withoutColumns = (condition: Condition): unknown =>
  JSON.parse(JSON.stringify(condition), (key, value) => (key === 'column' ? undefined : value));

const word = fc
  .oneof(
    fc.constantFrom(
      'lamp',
      'buf[0]',
      'calm(lamp[0])',
      'and',
      'is',
      'not',
      'a b',
      '#tag',
      '1',
      '(x',
    ),
    fc.stringMatching(/^[^']+$/),
  )
  .filter((text) => text.trim() !== '')
  .map((text) => ({ text, column: 0 }));

const plain = fc.constantFrom('on', 'off', 'held').map((text) => ({ text, column: 0 }));

const statement: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({
    kind: fc.constant('is' as const),
    subject: word,
    not: fc.boolean(),
    alternatives: fc.array(fc.array(plain, { minLength: 1, maxLength: 3 }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  fc.record({
    kind: fc.constant('compare' as const),
    subject: word,
    sign: fc.constantFrom('=', '!=', '<', '<=', '>', '>='),
    value: word,
  }),
);

const { conditions } = fc.letrec<{ conditions: Condition }>((tie) => ({
  conditions: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    statement,
    fc.record({ kind: fc.constant('not' as const), of: tie('conditions') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('conditions'), { minLength: 2, maxLength: 3 }),
    }),
  ),
}));
