import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { all, always, is, not, type Predicate, where } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import { check } from './check.ts';
import {
  about,
  counterexampleOf,
  lampsAndSwitch,
  runOf,
  verdictOf,
  worker,
  workersAndLocks,
} from './tiny-systems.fixture.ts';

const whenever = (when: Predicate, then: Predicate): Property => ({
  ...about('rule'),
  kind: 'invariant',
  when,
  then,
});

const two = workersAndLocks({ a: worker(['door']), b: worker(['door']) }, ['door']);

describe('an invariant', () => {
  it('holds where it holds in every state that can be reached', () => {
    const rule = whenever(is('left', 'on'), is('right', 'off'));
    expect(verdictOf(lampsAndSwitch(), rule)).toMatchObject({ verdict: 'holds' });
    const result = check(lampsAndSwitch());
    expect([result.states, result.transitions, result.depth]).toEqual([2, 2, 1]);
  });

  it('holds between two threads that exclude each other by a lock: 15 of 16 pairs of states', () => {
    const rule = whenever(is('a', 'at1'), not(is('b', 'at1')));
    expect(verdictOf(two, rule)).toMatchObject({ verdict: 'holds' });
    const result = check(two);
    expect([result.states, result.transitions, result.depth]).toEqual([15, 28, 6]);
  });

  it('is broken by a shortest run, with a sentence that says how', () => {
    const rule = whenever(is('a', 'at1'), not(is('b', 'at0')));
    expect(runOf(two, rule)).toEqual(['a.print:begin@a', 'door.lock@a', 'b.print:begin@b']);
    expect(counterexampleOf(two, rule).finding).toBe('a is at1, and yet b is at0');
  });

  it('is broken by the empty run where the initial state breaks it', () => {
    const rule = whenever(always, is('left', 'off'));
    expect(runOf(lampsAndSwitch(), rule)).toEqual([]);
    expect(counterexampleOf(lampsAndSwitch(), rule).finding).toBe(
      'always, and yet not (left is off)',
    );
  });

  it('is vacuous where its premise never happens', () => {
    const rule = whenever(all(is('left', 'on'), is('right', 'on')), is('switch', 'up'));
    expect(verdictOf(lampsAndSwitch(), rule)).toMatchObject({
      verdict: 'vacuous',
      reason: 'no run reaches: left is on and right is on',
    });
    const never = whenever(
      where('left', 'is purple', () => false),
      always,
    );
    expect(verdictOf(lampsAndSwitch(), never)).toMatchObject({ verdict: 'vacuous' });
  });

  it('has an id of its own', () => {
    const rule = whenever(always, always);
    expect(() => check({ ...two, properties: [rule, rule] })).toThrow(
      new InputError("system 'tiny' has two properties 'rule'; rename one"),
    );
  });
});
