import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from '../check/check.ts';
import { randomSystems } from '../check/random-system.fixture.ts';
import {
  about,
  call,
  DEADLOCK,
  machine,
  part,
  philosophers,
  REST,
  system,
  TOTALITY,
} from '../check/tiny-systems.fixture.ts';
import { contract, monitor } from '../specification/part.ts';
import { always, is, not } from '../specification/predicate.ts';
import type { Property } from '../specification/property.ts';
import type { System } from '../specification/system.ts';
import { playerOf } from './composed.fixture.ts';
import { isLive } from './watch.ts';

/** The counterexamples of a system's properties, and what is said at the end of their runs. */
function ends(of: System) {
  const { properties, space } = check(of);
  const player = playerOf(of);
  return properties.flatMap((result) => {
    if (result.verdict !== 'broken') return [];
    const { property, run, finding } = result.counterexample;
    const own = result.counterexample.space.product;
    const steps = run.vectors.map((vector) => own.vectors[vector]!.label);
    const said = player.play(steps).properties;
    expect(space.product.name).toBe(of.name);
    return [{ property, finding, said: said.map((at) => at.find(({ id }) => id === property.id)) }];
  });
}

describe('a property that breaks says so at the last step of its counterexample', () => {
  const dog = machine('dog', {
    asleep: { on: { wake: 'awake' } },
    awake: { on: { bark: 'barking', nap: 'asleep' } },
    barking: { tags: ['violation'], meta: { finding: 'barks' }, on: { hush: 'awake' } },
  });
  const night = (property: Property, more: Partial<System> = {}) =>
    system([part('dog', dog)], { properties: [property], ...more });

  test('an invariant', () => {
    const quiet: Property = {
      ...about('quiet'),
      kind: 'invariant',
      when: always,
      then: not(is('dog', 'barking')),
    };
    const [end] = ends(night(quiet));
    expect(end!.said).toEqual([
      undefined,
      undefined,
      { id: 'quiet', status: 'broken', why: 'dog is barking' },
    ]);
  });

  test('a monitor, and it is whole again where the part comes back', () => {
    const quiet: Property = { ...about('quiet'), kind: 'monitor', parts: ['dog'] };
    const of = night(quiet);
    expect(ends(of)[0]!.said.at(-1)).toMatchObject({ status: 'broken' });
    expect(playerOf(of).play(['wake', 'bark', 'hush']).properties.at(-1)).toEqual([]);
  });

  test('a deadlock', () => {
    const [end] = ends({ ...philosophers(2), properties: [DEADLOCK] });
    expect(end!.said.filter(Boolean)).toHaveLength(1);
    expect(end!.said.at(-1)).toMatchObject({ status: 'broken', why: end!.finding });
  });

  test('totality', () => {
    const shop = machine('shop', {
      shut: { on: { open: 'open' } },
      open: { on: { 'buy:ok': 'open', 'buy:no': 'open' } },
    });
    const of = system([contract('shop', shop, { roles: ['shop'] })], {
      calls: [
        call('open', 'user', 'shop'),
        call('buy', 'user', 'shop', { outcomes: ['ok', 'no'] }),
      ],
      environment: ['user'],
      properties: [TOTALITY],
    });
    const [end] = ends(of);
    expect(end!.said.at(-1)).toEqual({ id: 'totality', status: 'broken', why: end!.finding });
  });

  test('a contract, and what it refused once stays wrong', () => {
    const commits = (label: string) => ({ meta: { commits: label } });
    const writer = machine('writer', {
      idle: { on: { first: { target: 'wrote', ...commits('pen.write') } } },
      wrote: { on: { second: { target: 'idle', ...commits('pen.write') } } },
    });
    const pen = machine('pen', {
      full: { on: { write: 'empty' } },
      empty: { on: { fill: 'full' } },
    });
    const refinement: Property = {
      ...about('as-the-pen'),
      kind: 'refinement',
      contract: system([contract('pen', pen, { roles: ['pen'] })], { name: 'pens' }),
    };
    const of = system([part('writer', writer)], { properties: [refinement] });
    const [end] = ends(of);
    expect(end!.finding).toBe(
      "the step decides 'pen.write', which the contract does not allow while pen is empty",
    );
    expect(end!.said).toEqual([
      undefined,
      undefined,
      { id: 'as-the-pen', status: 'broken', why: end!.finding },
    ]);
    expect(playerOf(of).play(['first', 'second', 'first']).properties.at(-1)).toHaveLength(1);
  });
});

test('a promise is pending from where it is made to where it is kept', () => {
  const post = machine('post', {
    empty: { on: { send: 'full' } },
    full: { on: { wait: 'full', deliver: 'empty' } },
  });
  const arrives: Property = {
    ...about('arrives'),
    kind: 'leads-to',
    when: is('post', 'full'),
    then: is('post', 'empty'),
  };
  const of = system([part('post', post)], { properties: [arrives] });
  const { properties } = playerOf(of).play(['send', 'wait', 'deliver', 'send']);
  const pending = {
    id: 'arrives',
    status: 'pending',
    why: 'post is full, and still to come: post is empty',
  };
  expect(properties).toEqual([[], [pending], [pending], [], [pending]]);
});

test('what takes all runs that go on is not told along one', () => {
  expect(isLive(REST)).toBe(false);
  expect(isLive(DEADLOCK)).toBe(true);
});

test('law: of random systems every broken property is broken, or pending, where its run ends', () => {
  const systems = randomSystems(fc, { parts: 4, states: 4 });
  const state = fc.constantFrom('s0', 's1', 's2', 's3');
  fc.assert(
    fc.property(systems, state, state, ({ system: of }, a, b) => {
      const [first, second] = of.parts;
      const has = (p: typeof first, name: string) => p!.machine.root.states[name] !== undefined;
      fc.pre(has(first, a) && has(second, b));
      const watcher = monitor('watcher', machine('watcher', watchStates), { see: ['a', 'b'] });
      const properties: Property[] = [
        DEADLOCK,
        TOTALITY,
        REST,
        { ...about('apart'), kind: 'invariant', when: is('m0', a), then: not(is('m1', b)) },
        { ...about('in-the-end'), kind: 'leads-to', when: is('m0', a), then: is('m1', b) },
        { ...about('seldom'), kind: 'monitor', parts: ['watcher'] },
      ];
      for (const { property, finding, said } of ends({
        ...of,
        parts: [...of.parts, watcher],
        properties,
      })) {
        if (!isLive(property)) continue;
        const pending = property.kind === 'leads-to';
        expect(said.at(-1)?.status).toBe(pending ? 'pending' : 'broken');
        if (!pending) expect(said.at(-1)!.why).toBe(finding.replace(/^always, and yet /, ''));
        if (!pending) expect(said.slice(0, -1).filter((at) => at !== undefined)).toEqual([]);
      }
    }),
  );
});

const watchStates = {
  never: { on: { see: 'once' } },
  once: { on: { see: 'twice' } },
  twice: { tags: ['violation'], meta: { finding: 'saw it twice' }, on: { see: 'twice' } },
};
