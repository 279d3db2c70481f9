import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundReached, explore } from '../explore/explore.ts';
import { always, is, not } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { compose } from '../system/product.ts';
import { check } from './check.ts';
import { randomSystems } from './random-system.fixture.ts';
import { about, DEADLOCK, labelsOf, machine, part, REST, system } from './tiny-systems.fixture.ts';

/** So many counters from 0 to 3 side by side; whole levels of them do not fit into one batch. */
function counters(count: number): System {
  const chain = machine('counter', {
    zero: { tags: ['quiescent'], on: { up: 'one' } },
    one: { on: { up: 'two' } },
    two: { on: { up: 'three' } },
    three: { tags: ['quiescent'], on: {} },
  });
  return system(
    Array.from({ length: count }, (_, i) =>
      part(`c${i}`, chain, { rename: (label) => [`c${i}.${label}`] }),
    ),
  );
}

const never = (name: string, ...states: string[]): Property => ({
  ...about(`${name} is never ${states.join()}`),
  kind: 'invariant',
  when: always,
  then: not(is(name, ...states)),
});

describe('an exploration that a bound stops', () => {
  const product = compose(counters(6));
  const all = explore(product);

  it('throws, unless it is to keep what it saw', () => {
    expect(() => explore(product, { states: 1000 })).toThrow(BoundReached);
    expect(explore(product, { states: 1000, keepSeen: true }).stopped).toBe(
      'the bound is 1000 states',
    );
  });

  it('has found every state up to the depth that it gives, and keeps them in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: all.states - 1 }), (states) => {
        const seen = explore(product, { states, keepSeen: true });
        const { depth } = seen;
        expect(seen.levels.slice(0, depth + 1)).toEqual(all.levels.slice(0, depth + 1));
        const found = seen.levels[depth + 1] ?? seen.states;
        expect(found).toBe(all.levels[depth + 1] ?? all.states);
      }),
      { numRuns: 100 },
    );
  });

  it('is as one without a bound where the bound is never reached', () => {
    const { states, transitions, depth, stopped } = explore(product, {
      states: all.states,
      keepSeen: true,
    });
    expect([states, transitions, depth, stopped]).toEqual([4 ** 6, all.transitions, 18, undefined]);
  });
});

describe('a check that a bound stops', () => {
  const near = never('c0', 'one');
  const far = never('c0', 'three');
  const { properties } = check(
    { ...counters(6), properties: [near, far, REST, DEADLOCK] },
    { states: 20, keepSeen: true },
  );

  it('finds what breaks near, by a shortest run, and says of nothing that it holds', () => {
    expect(properties.map(({ verdict }) => verdict)).toEqual([
      'broken',
      'unfinished',
      'unfinished',
      'unfinished',
    ]);
    expect(properties[0]).toMatchObject({ counterexample: { run: { vectors: { length: 1 } } } });
  });

  it('says how far nothing breaks, for a deadlock one step less', () => {
    expect(properties.slice(1)).toMatchObject([
      { reason: expect.stringContaining('within 28 states / depth 2: every state within 2 steps') },
      { reason: 'not judged: it takes every state to tell' },
      {
        reason: expect.stringContaining('within 28 states / depth 1: every state within 1 step '),
      },
    ]);
  });

  it('does not take what it has not seen of a contract for refused', () => {
    const refinement: Property = {
      ...about('refinement'),
      kind: 'refinement',
      contract: counters(4),
    };
    const bounds = { states: 20, keepSeen: true };
    const [verdict] = check({ ...counters(1), properties: [refinement] }, bounds).properties;
    expect(verdict).toMatchObject({
      verdict: 'unfinished',
      reason: expect.stringMatching(/^not judged: system 'tiny': stopped at \d+ states/),
    });
  });

  it('breaks only what is broken, by as short a run, and only what is near', () => {
    const small = randomSystems(fc, { parts: 4, states: 3 });
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 30 }), ({ system: random }, states) => {
        const last = random.parts.map(({ name, machine: of }) =>
          never(name, Object.keys(of.root.states).at(-1)!),
        );
        const checked = { ...random, properties: [...last, DEADLOCK, REST] };
        const whole = check(checked).properties;
        check(checked, { states, keepSeen: true }).properties.forEach((seen, i) => {
          const full = whole[i]!;
          if (seen.verdict === 'broken' && full.verdict === 'broken') {
            const run = labelsOf(seen.counterexample, seen.counterexample.run.vectors);
            expect(run).toEqual(labelsOf(full.counterexample, full.counterexample.run.vectors));
          } else expect([full.verdict, 'unfinished']).toContain(seen.verdict);
        });
      }),
      { numRuns: 300 },
    );
  });
});
