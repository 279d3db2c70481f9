import { describe, expect, it } from 'vitest';
import { InputError } from '../base/errors.ts';
import { monitor } from '../specification/part.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import {
  about,
  counterexampleOf,
  lampsAndSwitch,
  machine,
  runOf,
  verdictOf,
  worker,
  workersAndLocks,
} from './tiny-systems.fixture.ts';

const watch = (...parts: string[]): Property => ({ ...about('watch'), kind: 'monitor', parts });

/** Twice in a row without a pause is once too often. */
const atMostOnce = machine('at_most_once', {
  none: { on: { press: 'one', pause: 'none' } },
  one: { on: { press: 'two', pause: 'none' } },
  two: {
    tags: ['violation'],
    meta: { finding: 'is pressed twice' },
    on: { press: 'two', pause: 'two' },
  },
});

/** It never rings, whatever else happens. */
const never = machine('never', {
  silent: { on: { ring: 'rang', tick: 'silent' } },
  rang: { tags: ['violation'], on: { ring: 'rang', tick: 'rang' } },
});

const watched = (watching: Record<string, string[]>, of = atMostOnce): System => {
  const base = lampsAndSwitch();
  return { ...base, parts: [...base.parts, monitor('watch', of, watching)] };
};

describe('a monitor', () => {
  it('is broken by a shortest run into a state tagged violation', () => {
    const system = watched({ press: ['press'] });
    expect(runOf(system, watch('watch'))).toEqual(['press', 'press']);
    expect(counterexampleOf(system, watch('watch')).finding).toBe('watch: is pressed twice');
  });

  it('holds where it is not reached', () => {
    const system = watched({ pause: ['press'] });
    expect(verdictOf(system, watch('watch')).verdict).toBe('vacuous');
    const two = workersAndLocks({ a: worker(['door']) }, ['door']);
    const once = monitor('watch', atMostOnce, { press: ['door.lock@a'], pause: ['door.unlock@a'] });
    const parts = [...two.parts, once];
    expect(verdictOf({ ...two, parts }, watch('watch'))).toMatchObject({ verdict: 'holds' });
  });

  it('is vacuous where its first step never happens', () => {
    expect(verdictOf(watched({}), watch('watch'))).toMatchObject({
      verdict: 'vacuous',
      reason: 'nothing that it watches ever happens: watch',
    });
    expect(verdictOf(lampsAndSwitch(), watch())).toMatchObject({
      verdict: 'vacuous',
      reason: 'it watches no part',
    });
  });

  it('that says never has no first step, and is tested by whatever else it watches', () => {
    expect(verdictOf(watched({ tick: ['press'] }, never), watch('watch'))).toMatchObject({
      verdict: 'holds',
    });
    expect(verdictOf(watched({}, never), watch('watch'))).toMatchObject({ verdict: 'vacuous' });
    expect(runOf(watched({ ring: ['press'] }, never), watch('watch'))).toEqual(['press']);
  });

  it('is as good as a resource that tells of its misuse', () => {
    const careless = machine('careless', {
      idle: { tags: ['quiescent'], on: { 'me.print:begin': 'printing' } },
      printing: { on: { 'door.unlock': 'return', 'door.lock': 'printing' } },
      return: { on: { 'me.print:ok': 'idle' } },
    });
    const system = workersAndLocks({ a: careless }, ['door']);
    expect(runOf(system, watch('door'))).toEqual(['a.print:begin@a', 'door.unlock@a']);
    expect(counterexampleOf(system, watch('door')).finding).toBe(
      'door is released while it is not held',
    );
  });

  it('is tested, for several resources, by the use of one', () => {
    const system = workersAndLocks({ a: worker(['door']) }, ['door', 'window']);
    expect(verdictOf(system, watch('door', 'window'))).toMatchObject({ verdict: 'holds' });
    expect(verdictOf(system, watch('window'))).toMatchObject({ verdict: 'vacuous' });
  });

  it('finds a violation in the initial state', () => {
    const bad = machine('bad', { wrong: { tags: ['violation'], on: { press: 'wrong' } } });
    const system = watched({ press: ['press'] }, bad);
    expect(runOf(system, watch('watch'))).toEqual([]);
    expect(counterexampleOf(system, watch('watch')).finding).toBe('watch: is violated');
  });

  it('names parts that exist', () => {
    expect(() => verdictOf(watched({}), watch('wach'))).toThrow(InputError);
  });
});
