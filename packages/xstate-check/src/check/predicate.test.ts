import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import {
  all,
  always,
  any,
  inWords,
  is,
  not,
  type Predicate,
  partsNamedBy,
  reasonInWords,
  said,
  where,
} from '../specification/predicate.ts';
import { compose } from '../system/product.ts';
import { compilePredicate } from './compile-predicate.ts';
import { lampsAndSwitch } from './tiny-systems.fixture.ts';

const product = compose(lampsAndSwitch());
/** Left lamp, right lamp and switch; 0 is where each starts. */
const truth = (predicate: Parameters<typeof compilePredicate>[0], ...local: number[]) =>
  compilePredicate(predicate, product)(Int32Array.from(local));

const leftOn = is('left', 'on');
const rightOn = is('right', 'on');

describe('a predicate', () => {
  it('is about the states of parts, their tags and their context', () => {
    expect([truth(leftOn, 0, 0, 0), truth(leftOn, 1, 0, 0)]).toEqual([true, false]);
    expect([
      truth(is('switch', '#quiescent'), 0, 0, 0),
      truth(is('switch', '#quiescent'), 0, 0, 1),
    ]).toEqual([true, false]);
    expect(truth(is('left', 'off', 'on'), 1, 0, 0)).toBe(true);
    expect(
      truth(
        where('left', 'knows nothing', (c) => Object.keys(c).length === 0),
        0,
        0,
        0,
      ),
    ).toBe(true);
  });

  it.each([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ])('is joined by and, or and not: %i, %i', (left, right) => {
    const l = left === 0;
    const r = right === 1;
    expect(truth(all(leftOn, rightOn), left, right, 0)).toBe(l && r);
    expect(truth(any(leftOn, rightOn), left, right, 0)).toBe(l || r);
    expect(truth(not(any(leftOn, not(rightOn))), left, right, 0)).toBe(!(l || !r));
    expect([truth(all(), left, right, 0), truth(any(), left, right, 0)]).toEqual([true, false]);
  });

  it('may have words of its own, which say why it holds or not, and change nothing else', () => {
    const dark = said(not(any(leftOn, rightOn)), 'it is dark', 'there is light');
    expect(inWords(all(dark, leftOn))).toBe('it is dark and left is on');
    expect(inWords(not(dark))).toBe('there is light');
    expect(reasonInWords(not(dark), () => false)).toBe('there is light');
    expect(reasonInWords(all(leftOn, dark), () => true)).toBe('left is on and it is dark');
    expect([truth(dark, 0, 0, 0), truth(dark, 1, 0, 0)]).toEqual([false, true]);
  });

  it('reads as a sentence, with parentheses where and meets or', () => {
    expect(inWords(all(leftOn, any(rightOn, is('switch', '#quiescent'))))).toBe(
      'left is on and (right is on or switch is quiescent)',
    );
    expect(inWords(any(all(leftOn, rightOn), not(leftOn)))).toBe(
      '(left is on and right is on) or not (left is on)',
    );
    expect(inWords(all(any(leftOn), leftOn))).toBe('left is on and left is on');
    expect([inWords(always), inWords(any())]).toEqual(['always', 'never']);
  });

  it('says why it is as it is: the alternative that holds, the condition that fails', () => {
    const holds = (predicate: Predicate): boolean => {
      if (predicate.kind === 'atom') return predicate === leftOn;
      if (predicate.kind === 'not') return !holds(predicate.of);
      return predicate.kind === 'and' ? predicate.of.every(holds) : predicate.of.some(holds);
    };
    expect(reasonInWords(any(rightOn, leftOn), holds)).toBe('left is on');
    expect(reasonInWords(not(any(rightOn, leftOn)), holds)).toBe('left is on');
    expect(reasonInWords(all(leftOn, rightOn), holds)).toBe('not (right is on)');
    expect(reasonInWords(not(leftOn), holds)).toBe('left is on');
    expect(reasonInWords(any(rightOn, not(leftOn)), holds)).toBe(
      'not (right is on) and left is on',
    );
  });

  it('names parts', () => {
    expect(partsNamedBy(all(leftOn, not(any(rightOn, leftOn))))).toEqual(['left', 'right', 'left']);
  });

  it('names parts, states and tags that exist', () => {
    expect(() => truth(is('lef', 'on'))).toThrow(
      new InputError("system 'tiny' has no part 'lef'; the nearest are left, right, switch"),
    );
    expect(() => truth(is('left', 'purple'))).toThrow(
      new InputError("part 'left' has no state or tag 'purple'; look at machine 'lamp'"),
    );
    expect(() => truth(is('left', '#loud'))).toThrow(/has no state or tag '#loud'/);
    expect(() => truth(is('left'))).toThrow(/is\('left'\) names no state/);
  });
});
