import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, setup } from 'xstate';
import { randomSystems } from '../check/random-system.fixture.ts';
import {
  about,
  call,
  lock,
  machine,
  type Node,
  part,
  philosophers,
  system,
} from '../check/tiny-systems.fixture.ts';
import { explore, type StateSpace } from '../explore/explore.ts';
import { depthOf } from '../explore/run.ts';
import { playerOf } from '../inspect/composed.fixture.ts';
import type { Held } from '../inspect/protocol.ts';
import { isIn } from '../lts/lts.ts';
import { procedure, resource } from '../specification/part.ts';
import { is, not } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { compose } from '../system/product.ts';
import { type Found, find } from './find.ts';

const labelsOf = ({ run }: Found) =>
  run?.run.vectors.map((vector) => run.space.product.vectors[vector]!.label);

/** What is found of a condition on the states of parts, told by a predicate of its own. */
interface Told {
  readonly text: string;
  readonly holds: (of: System, space: StateSpace, state: number) => boolean;
}

const statement: fc.Arbitrary<Told> = fc
  .record({ part: fc.nat(1), state: fc.nat(2), not: fc.boolean() })
  .map(({ part: p, state: s, not: isNot }) => ({
    text: `m${p} is ${isNot ? 'not ' : ''}s${s}`,
    holds: ({ parts }, { product, stepper, table }, state) => {
      const index = parts.findIndex(({ name }) => name === `m${p}`);
      const local = stepper.local(table, state)[index]!;
      return isIn(product.ltss[index]!.states[local]!, `s${s}`) !== isNot;
    },
  }));

const { condition } = fc.letrec<{ condition: Told }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    statement,
    fc
      .record({
        of: fc.tuple(tie('condition'), tie('condition')),
        join: fc.constantFrom('and', 'or'),
      })
      .map(
        ({ of: [a, b], join }): Told => ({
          text: `(${a.text}) ${join} (${b.text})`,
          holds: (...of) =>
            join === 'and' ? a.holds(...of) && b.holds(...of) : a.holds(...of) || b.holds(...of),
        }),
      ),
    tie('condition').map(
      (one): Told => ({
        text: `not (${one.text})`,
        holds: (...of) => !one.holds(...of),
      }),
    ),
  ),
}));

/** Three states each, so that a condition speaks of nothing that there is not. */
const systems = randomSystems(fc, { parts: 3, states: 3 })
  .map((random) => random.system)
  .filter(({ parts }) =>
    parts.slice(0, 2).every(({ machine: { root } }) => Object.keys(root.states).length === 3),
  );

describe('find', () => {
  it('finds the shortest run to a state in which the condition holds, and none where no state is one', () => {
    fc.assert(
      fc.property(systems, condition, (of, { text, holds }) => {
        const space = explore(compose(of));
        const all = Array.from({ length: space.states }, (_, state) => state);
        const first = all.find((state) => holds(of, space, state));
        const found = find(of, text);
        if (first === undefined) {
          expect(found).toMatchObject({ isComplete: true, states: space.states });
          expect(found.run).toBeUndefined();
          return;
        }
        const { run, space: own } = found.run!;
        expect(run.vectors).toHaveLength(depthOf(space, first));
        expect(holds(of, own, run.states.at(-1)!)).toBe(true);
        expect(run.states.slice(0, -1).some((state) => holds(of, own, state))).toBe(false);
      }),
    );
  });

  it('finds the next ones in the order of their length, each to another state, until there is none', () => {
    fc.assert(
      fc.property(systems, condition, (of, { text, holds }) => {
        const ends = new Set<string>();
        let length = 0;
        for (let number = 1; ; number++) {
          const found = find(of, text, number);
          if (found.run === undefined) {
            expect(found.isComplete).toBe(true);
            return;
          }
          const { run, space } = found.run;
          const end = run.states.at(-1)!;
          expect(holds(of, space, end)).toBe(true);
          expect(run.states.slice(0, -1).some((state) => holds(of, space, state))).toBe(false);
          expect(run.vectors.length).toBeGreaterThanOrEqual(length);
          length = run.vectors.length;
          const key = space.stepper.local(space.table, end).join();
          expect(ends.has(key)).toBe(false);
          ends.add(key);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('says that it was stopped where a bound was reached, and not that nothing is reachable', () => {
    const found = find(philosophers(4), 'fork0 is misused', 1, { states: 20 });
    expect(found).toMatchObject({ isComplete: false, stopped: 'the bound is 20 states' });
    expect(find(philosophers(4), 'fork0 is misused')).toMatchObject({ isComplete: true });
  });
});

/** A lock that two may read together, and that says how it is held. */
const shared = setup({ types: { context: {} as { readers: number } } }).createMachine({
  id: 'shared',
  meta: { labels: ['lock', 'unlock', 'read', 'unread'] },
  context: { readers: 0 },
  initial: 'free',
  states: {
    free: { on: { lock: 'held', read: { target: 'read', actions: assign({ readers: 1 }) } } },
    held: { meta: { held: 'for writing' }, on: { unlock: 'free' } },
    read: {
      meta: { held: 'for reading' },
      on: {
        read: {
          guard: ({ context }) => context.readers < 2,
          actions: assign({ readers: ({ context }) => context.readers + 1 }),
        },
        unread: [
          {
            guard: ({ context }) => context.readers === 1,
            target: 'free',
            actions: assign({ readers: 0 }),
          },
          { actions: assign({ readers: ({ context }) => context.readers - 1 }) },
        ],
      },
    },
  },
}) as unknown as AnyStateMachine;

/** Three threads, of which two only read, and two such locks. */
function readersAndWriter(): System {
  const works = { reader: 'read', other: 'read', writer: 'lock' };
  const threads = Object.entries(works).map(([name, operation]) => {
    const steps = [`a.${operation}`, `b.${operation}`, `b.un${operation}`, `a.un${operation}`];
    const states = steps.map((step, i): [string, Node] => [
      `at${i}`,
      { on: { [step]: `at${(i + 1) % 4}` } },
    ]);
    return procedure(name, machine(name, Object.fromEntries(states)), { thread: `t-${name}` });
  });
  const locks = ['a', 'b'].map((name) => resource(name, shared, threads, 'lock'));
  const calls = ['lock', 'read'].flatMap((name) => [
    call(name, 'thread', 'lock', { blocks: 'lock' }),
    call(`un${name}`, 'thread', 'lock'),
  ]);
  return system([...threads, ...locks], { calls, environment: ['user'] });
}

describe('who holds a lock', () => {
  const of = readersAndWriter();
  const holder = fc.record({
    lock: fc.constantFrom('a', 'b'),
    way: fc.constantFrom('', 'for reading ', 'for writing '),
    who: fc.constantFrom('reader', 'other', 'writer'),
  });

  it('is who holds it where the run is played, and no state of any run is another one', () => {
    const player = playerOf(of);
    const states = heldInAllStates();
    fc.assert(
      fc.property(fc.array(holder, { minLength: 1, maxLength: 3 }), (asked) => {
        const text = asked.map(({ lock, way, who }) => `${lock} is held ${way}by ${who}`);
        const isSo = (held: readonly Held[]) =>
          asked.every(({ lock, way, who }) =>
            held.some(
              ({ object, value }) =>
                object === lock &&
                value.startsWith(`held ${way}`) &&
                new RegExp(`by .*\\bt-${who}\\b`).test(value.replace(/; waited.*/, '')),
            ),
          );
        const found = find(of, text.join(' and '));
        const lengths = states.flatMap(({ held, length }) => (isSo(held) ? [length] : []));
        expect(found.run?.run.vectors.length).toBe(lengths.toSorted((x, y) => x - y)[0]);
        if (found.run === undefined) expect(found.isComplete).toBe(true);
        else expect(isSo(player.play(labelsOf(found)!).held.at(-1)!)).toBe(true);
      }),
    );
  });

  /** What is held in every state, states told apart by that too: breadth first, by playing. */
  function heldInAllStates(): { readonly held: readonly Held[]; readonly length: number }[] {
    const player = playerOf(of);
    const seen = new Map<string, { held: readonly Held[]; length: number }>();
    const runs: string[][] = [[]];
    for (const steps of runs) {
      const { local, held, enabled } = player.play(steps);
      const now = held.at(-1)!;
      const key = JSON.stringify([local.at(-1), now.map(({ value }) => [...value].sort())]);
      if (seen.has(key)) continue;
      seen.set(key, { held: now, length: steps.length });
      for (const { label } of enabled) runs.push([...steps, label]);
    }
    return [...seen.values()];
  }

  it('is asked of one or the other, and by the name of the thread too', () => {
    const reads = find(of, 'b is held by other or writer and a is not held by writer');
    expect(labelsOf(reads)).toEqual(['a.read@t-other', 'b.read@t-other']);
    expect(labelsOf(find(of, 'b is held by t-other'))).toEqual(labelsOf(reads));
    expect(find(of, 'a is held and a is not held').run).toBeUndefined();
  });

  it.each([
    [
      'a is held for ever',
      "column 11: 'a' is never held 'for ever'; it is held for writing or held for reading",
    ],
    ['a is held by', "column 11: after 'by' comes who holds it"],
    ['a is held by nobody', "column 14: there is no thread or part 'nobody'; the nearest are"],
    ['reader is held by other', "column 11: 'reader' is no lock; the locks are a, b"],
    ['a.readers > one', "column 13: 'a.readers' is a number, not 'one'"],
    ['a.writers > 1', "column 1: nothing counts 'a.writers'; there is a.readers"],
  ])('%s', (text, message) => {
    expect(() => find(of, text)).toThrow(message);
  });

  it('counts', () => {
    expect(labelsOf(find(of, 'a.readers = 2'))).toHaveLength(2);
    expect(find(of, 'a.readers >= 3')).toMatchObject({ isComplete: true });
    expect(find(of, 'a.readers >= 3').run).toBeUndefined();
  });
});

describe('what is counted, and the rules', () => {
  const counter = machine('counter', {
    none: { on: { more: 'one' } },
    one: { on: { more: 'two', less: 'none' } },
    two: { tags: ['full'], on: { less: 'one' } },
  });
  const rule = (id: string, ...states: string[]): Property => ({
    ...about(id),
    kind: 'invariant',
    when: is('counter', ...states),
    then: not(is('counter', 'two')),
  });
  const of = system([part('counter', counter), part('lock', lock, { kind: 'resource' })], {
    properties: [
      rule('few', 'one', 'two'),
      rule('few(x[0])', 'none'),
      { ...about('safe'), kind: 'monitor', parts: ['lock'] },
      {
        ...about('ends'),
        kind: 'leads-to',
        when: is('counter', 'one'),
        then: is('counter', 'none'),
      },
    ],
  });

  it.each([
    ['counter is full', ['more', 'more']],
    ['counter is #full', ['more', 'more']],
    ['few is broken', ['more', 'more']],
    ['safe is broken', ['unlock']],
    ['safe is broken and few is broken', ['more', 'more', 'unlock']],
    ['safe is not broken', []],
  ])('%s', (text, steps) => {
    expect(labelsOf(find(of, text))!.toSorted()).toEqual(steps);
  });

  it.each([
    ['countr is full', "column 1: there is no part, lock or rule 'countr'; the nearest is counter"],
    [
      'counter is ful',
      "column 12: 'counter' (machine 'counter') has no state or tag 'ful'; the nearest is full",
    ],
    ['counter is full now', "column 17: 'now' is too much; join statements by 'and' or 'or'"],
    ['counter.n > 1', "column 1: nothing counts 'counter.n'; the system counts nothing"],
    ['few is kept', "column 8: 'few' is a rule, which is broken or not broken"],
    ['ends is broken', "column 1: the rule 'ends' speaks of whole runs"],
  ])('%s', (text, message) => {
    expect(() => find(of, text)).toThrow(message);
  });
});
