import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import type { Part } from '../specification/part.ts';
import { always, is, not, where } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { fingerprint } from './same-system.ts';
import { about, call, machine, part, REST, system } from './tiny-systems.fixture.ts';

const lamp = (more = {}) =>
  machine('lamp', {
    off: { tags: ['quiescent'], on: { press: 'on' } },
    on: { on: { press: 'off' } },
    ...more,
  });

const lit = (then = not(is('lamp', 'on'))): Property => ({
  ...about('lit'),
  kind: 'invariant',
  when: always,
  then,
});

const base = (options: Partial<System> = {}, ofPart: Partial<Part> = {}, of = lamp()) =>
  fingerprint(system([part('lamp', of, ofPart)], { properties: [lit(), REST], ...options }));

describe('two systems are known as one', () => {
  it('whatever their revisions are called, and whoever made their machines', () => {
    expect(base({ revision: 'v2', name: 'other' })).toBe(base());
  });

  it('where functions are not the same text, and do the same', () => {
    const dim = (test: (context: Record<string, unknown>) => boolean) =>
      base({ properties: [lit(where('lamp', 'it is dim', test))] });
    expect(dim(({ level }) => level === undefined)).toBe(dim((context) => !('level' in context)));
  });

  it('where titles and sources differ, which no verdict depends on', () => {
    expect(base({ properties: [{ ...lit(), title: 'other', source: 'other' }, REST] })).toBe(
      base(),
    );
    const press = call('press', 'user', 'lamp');
    expect(base({ calls: [{ ...press, source: 'other' }] })).toBe(base({ calls: [press] }));
    expect(base({ calls: [{ ...press, spans: true }] })).not.toBe(base({ calls: [press] }));
  });
});

describe('two systems are not taken for one', () => {
  it('where another part of the same make takes a step', () => {
    const takes = (own: string) => {
      const rename = (name: string) => (label: string) => (name === own ? [label] : []);
      const parts = ['a', 'b'].map((name) => part(name, lamp(), { rename: rename(name) }));
      return fingerprint(system(parts, { properties: [REST] }));
    };
    expect(takes('a')).not.toBe(takes('b'));
  });

  const counting = (by: number) =>
    createMachine({
      id: 'lamp',
      meta: { labels: ['press'] },
      context: { n: 0 },
      initial: 'off',
      states: {
        off: { on: { press: { guard: ({ context }) => context.n < by, target: 'on' } } },
        on: {},
      },
    }) as never;
  const contract = (of = lamp()): Property => ({
    ...about('refinement'),
    kind: 'refinement',
    contract: system([part('lamp', of)]),
  });

  it.each<[string, string, string]>([
    ['a step more', base({}, {}, lamp({ on: { on: { press: 'off', pull: 'off' } } })), base()],
    ['another target', base({}, {}, lamp({ on: { on: { press: 'on' } } })), base()],
    ['a tag', base({}, {}, lamp({ on: { tags: ['violation'], on: { press: 'off' } } })), base()],
    [
      'what is said of a violation',
      base({}, {}, lamp({ on: { meta: { finding: 'is lit' }, on: { press: 'off' } } })),
      base(),
    ],
    [
      'what a step decides',
      base({}, {}, lamp({ on: { on: { press: { target: 'off', meta: { commits: 'dark' } } } } })),
      base(),
    ],
    [
      'a guard that closes over something else',
      base({}, {}, counting(1)),
      base({}, {}, counting(0)),
    ],
    ['another name of a label', base({}, { rename: (label) => [`a.${label}`] }), base()],
    ['another thread', base({}, { thread: 'a' }), base()],
    ['another kind of part', base({}, { kind: 'resource' }), base()],
    [
      'a call that blocks',
      base({ calls: [call('press', 'user', 'lamp', { blocks: 'lock' })], environment: ['user'] }),
      base({ calls: [call('press', 'user', 'lamp')], environment: ['user'] }),
    ],
    ['a property less', base({ properties: [REST] }), base()],
    [
      'another premise',
      base({ properties: [{ ...lit(), when: is('lamp', 'off') } as Property, REST] }),
      base(),
    ],
    [
      'a predicate in the same words',
      base({ properties: [lit(where('lamp', 'it is dim', () => true))] }),
      base({ properties: [lit(where('lamp', 'it is dim', () => false))] }),
    ],
    [
      'another contract',
      base({ properties: [contract(lamp({ on: {} }))] }),
      base({ properties: [contract()] }),
    ],
  ])('%s', (_, one, other) => {
    expect(one).not.toBe(other);
  });
});
