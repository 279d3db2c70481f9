import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callOf,
  expandTemplate,
  fillTemplate,
  formatLabel,
  indicesOf,
  type Label,
  parseLabel,
  withoutVariant,
} from './label.ts';

describe('parseLabel', () => {
  it('tells object, operation, outcome, variant and thread apart', () => {
    expect(parseLabel('queue[0].lock.trylock:-EBUSY#fast@worker1')).toEqual({
      object: 'queue[0].lock',
      operation: 'trylock',
      outcome: '-EBUSY',
      variant: 'fast',
      thread: 'worker1',
    });
  });

  it('leaves out what the label does not say', () => {
    expect(parseLabel('take')).toEqual({ object: '', operation: 'take' });
  });

  it('does not split at a dot inside parentheses', () => {
    expect(parseLabel('slot.move(a.b)')).toEqual({ object: 'slot', operation: 'move(a.b)' });
  });

  it('reads a leading dot as part of the operation', () => {
    expect(parseLabel('.take')).toEqual({ object: '', operation: '.take' });
  });

  it('and formatLabel undo each other', () => {
    fc.assert(
      fc.property(anyLabel, (label) => {
        expect(parseLabel(formatLabel(label))).toEqual(label);
      }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        expect(formatLabel(parseLabel(text))).toBe(text);
      }),
    );
  });
});

describe('withoutVariant and callOf', () => {
  it('drop the variant, and keep the thread', () => {
    expect(withoutVariant('slot.put:ok#live@worker')).toBe('slot.put:ok@worker');
    expect(callOf('slot.put:ok#live@worker')).toBe('slot.put@worker');
  });

  it('agree on the call', () => {
    fc.assert(
      fc.property(anyLabel, (label) => {
        const text = formatLabel(label);
        expect(callOf(withoutVariant(text))).toBe(callOf(text));
        expect(callOf(callOf(text))).toBe(callOf(text));
      }),
    );
  });
});

describe('templates', () => {
  it('name their indices', () => {
    expect(indicesOf('queue[i].slot[j].take')).toEqual(['i', 'j']);
    expect(indicesOf('queue[0].take')).toEqual([]);
  });

  it('are filled from values, and keep an index without one', () => {
    expect(fillTemplate('queue[i].slot[j].take', { i: 2 })).toBe('queue[2].slot[j].take');
  });

  it('are not filled with what every object inherits', () => {
    expect(fillTemplate('queue[constructor].take', {})).toBe('queue[constructor].take');
    expect(expandTemplate('queue[constructor].take', {})).toEqual(['queue[constructor].take']);
  });

  it('stand for one label per value, with equal indices equal', () => {
    expect(expandTemplate('q[i].s[j].take', { i: 2, j: 2 })).toEqual([
      'q[0].s[0].take',
      'q[0].s[1].take',
      'q[1].s[0].take',
      'q[1].s[1].take',
    ]);
    expect(expandTemplate('q[i].put(s[i])', { i: 2 })).toEqual([
      'q[0].put(s[0])',
      'q[1].put(s[1])',
    ]);
  });

  it('stand for as many labels as the product of their ranges, all different', () => {
    fc.assert(
      fc.property(anyRanges, (ranges) => {
        const labels = expandTemplate(templateOver(ranges), ranges);
        const product = Object.values(ranges).reduce((a, b) => a * b, 1);
        expect(new Set(labels).size).toBe(product);
        expect(labels).toHaveLength(product);
      }),
    );
  });

  it('filled with values in range are one of the labels that they stand for', () => {
    fc.assert(
      fc.property(anyRanges, fc.nat(), (ranges, seed) => {
        fc.pre(Object.values(ranges).every((range) => range > 0));
        const values = Object.fromEntries(
          Object.entries(ranges).map(([name, range]) => [name, seed % range]),
        );
        const template = templateOver(ranges);
        const label = fillTemplate(template, values);
        expect(indicesOf(label)).toEqual([]);
        expect(expandTemplate(template, ranges)).toContain(label);
      }),
    );
  });
});

const word = fc.stringMatching(/^[a-z_][a-z0-9_]{0,6}$/);
const outcome = fc.stringMatching(/^-?[A-Za-z0-9_]{1,7}$/);
const index = fc.oneof(fc.constant(''), fc.stringMatching(/^\[([0-9]|[a-z])\]$/));
const object = fc
  .array(fc.tuple(word, index), { maxLength: 3 })
  .map((parts) => parts.map((part) => part.join('')).join('.'));
const operation = fc
  .tuple(word, fc.constantFrom('', '(true)', '(a.b)'))
  .map((parts) => parts.join(''));

const anyLabel: fc.Arbitrary<Label> = fc.record(
  { object, operation, outcome, variant: word, thread: word },
  { requiredKeys: ['object', 'operation'] },
);

/** Any text at all over the characters that mean something in a label. */
const anyText = fc.string({
  unit: fc.constantFrom('a', '1', '.', ':', '#', '@', '(', ')', '[', ']'),
});

const anyRanges = fc.dictionary(fc.constantFrom('i', 'j', 'k'), fc.nat(3));

function templateOver(ranges: Readonly<Record<string, number>>): string {
  return `x${Object.keys(ranges)
    .map((name) => `.y[${name}]`)
    .join('')}.z`;
}
