import { describe, expect, it } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { machine, part, REST, system } from '../check/tiny-systems.fixture.ts';
import type { Part } from '../specification/part.ts';
import { is, not } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import { visibilityOf } from './visible.ts';

/** Takes a lamp, lights it, and puts it back. */
const user = (more: Parameters<typeof machine>[1] = {}) =>
  machine('user', {
    idle: { tags: ['quiescent'], on: { take: 'taken' } },
    taken: { on: { light: 'lit' } },
    lit: { on: { put: 'idle' } },
    ...more,
  });

/** Without the step that puts it back. */
const forgetful = user({ lit: { always: 'idle' } as never });

/** A shelf on which a lamp always is, whoever takes it. */
const shelf = machine('shelf', {
  full: { tags: ['quiescent'], on: { take: 'full', put: 'full' } },
});

/** A shelf that knows. */
const counted = machine('shelf', {
  full: { tags: ['quiescent'], on: { take: 'empty' } },
  empty: { tags: ['quiescent'], on: { put: 'full' } },
});

const seen = (
  before: AnyStateMachine,
  after: AnyStateMachine,
  others: readonly Part[],
  properties: readonly Property[] = [REST],
) => {
  const of = (own: AnyStateMachine) => system([part('user', own), ...others], { properties });
  return visibilityOf(of(before), of(after));
};

describe('a change', () => {
  const step = { machine: 'user', node: 'lit', event: 'put' };

  it('is not seen where the others take its step everywhere and stay as they are', () => {
    expect(seen(user(), forgetful, [part('shelf', shelf, { kind: 'resource' })])).toEqual({
      changed: [step],
      unseen: [step],
      isChange: true,
      isSeen: false,
    });
  });

  it('is of a step that leads elsewhere', () => {
    const lighting = user({ lit: { on: { put: 'taken' } } });
    const { changed } = seen(user(), lighting, [part('shelf', shelf, { kind: 'resource' })]);
    expect(changed).toEqual([step]);
  });

  it('is seen where one of them goes elsewhere with it', () => {
    const { unseen, isSeen } = seen(user(), forgetful, [
      part('shelf', counted, { kind: 'resource' }),
    ]);
    expect([unseen, isSeen]).toEqual([[], true]);
  });

  it('is seen where a monitor counts it', () => {
    const watch = machine('watch', {
      none: { on: { put: 'some' } },
      some: { on: { put: 'some' } },
    });
    expect(seen(user(), forgetful, [part('watch', watch, { kind: 'monitor' })]).isSeen).toBe(true);
  });

  it('is seen where a rule speaks of a state that it leaves out', () => {
    const waits = user({ lit: { on: { put: 'back' } }, back: { on: { rest: 'idle' } } });
    const rule: Property = {
      id: 'rule',
      kind: 'invariant',
      title: 'rule',
      when: is('user', 'lit'),
      then: not(is('user', 'back')),
      source: 'tiny',
    };
    const lamp = [part('shelf', shelf, { kind: 'resource' })];
    const skipped = user({ lit: { always: 'idle' } as never });
    expect(seen(waits, skipped, lamp, [rule]).isSeen).toBe(true);
    expect(seen(waits, skipped, lamp, [REST]).isSeen).toBe(false);
  });

  it('that is none changes no step', () => {
    expect(seen(user(), user(), [])).toEqual({
      changed: [],
      unseen: [],
      isChange: false,
      isSeen: false,
    });
  });

  it('of the order of two steps is seen where somebody tells one from the other', () => {
    const turned = user({ taken: { on: { put: 'lit' } }, lit: { on: { light: 'idle' } } });
    expect(seen(user(), turned, [part('shelf', shelf, { kind: 'resource' })]).isSeen).toBe(false);
    const strict = machine('strict', {
      dark: { tags: ['quiescent'], on: { light: 'bright' } },
      bright: { tags: ['quiescent'], on: { put: 'dark' } },
    });
    expect(seen(user(), turned, [part('lamp', strict, { kind: 'resource' })]).isSeen).toBe(true);
  });

  it('that adds a part is seen', () => {
    const before = system([part('user', user())], { properties: [REST] });
    const after = system([part('user', user()), part('shelf', shelf)], { properties: [REST] });
    expect(visibilityOf(before, after).isSeen).toBe(true);
  });
});
