import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, assign, createMachine, stateIn } from 'xstate';
import { randomSystems } from '../check/random-system.fixture.ts';
import {
  about,
  call,
  lampsAndSwitch,
  machine,
  part,
  philosophers,
  system,
} from '../check/tiny-systems.fixture.ts';
import { explore } from '../explore/explore.ts';
import { graphOf } from '../explore/graph.ts';
import { contract, procedure, resource } from '../specification/part.ts';
import { compose } from '../system/product.ts';
import { playerOf } from './composed.fixture.ts';
import type { LabelView } from './protocol.ts';

const labels = (views: readonly LabelView[]) => views.map(({ label }) => label);

describe('a run', () => {
  const dinner = playerOf(philosophers(2));

  test('begins where all parts begin', () => {
    const play = dinner.play([]);
    expect(play.steps).toEqual([]);
    expect(play.local).toEqual([[0, 0, 0, 0]]);
    expect(labels(play.enabled)).toEqual([
      'philosopher0.print:begin@philosopher0',
      'philosopher1.print:begin@philosopher1',
    ]);
  });

  test('says of each step who starts it, who moves, and from where to where', () => {
    const begin = 'philosopher0.print:begin@philosopher0';
    const take = 'fork0.lock@philosopher0';
    const { steps, local } = dinner.play([begin, take]);
    expect(steps[0]).toMatchObject({ label: begin, shape: 'begin', thread: 'philosopher0' });
    expect(steps[1]).toMatchObject({
      label: take,
      written: 'lock',
      shape: 'step',
      initiator: 'philosopher0',
      participants: ['philosopher0', 'fork0'],
      moved: [
        { part: 0, from: 1, to: 2 },
        { part: 2, from: 0, to: 1 },
      ],
    });
    expect(local).toEqual([
      [0, 0, 0, 0],
      [1, 0, 0, 0],
      [2, 0, 1, 0],
    ]);
  });

  test('ends at a step that is refused, and says who refuses', () => {
    const steps = [
      'philosopher0.print:begin@philosopher0',
      'fork0.lock@philosopher0',
      'philosopher1.print:begin@philosopher1',
      'fork1.lock@philosopher1',
      'fork0.lock@philosopher1',
      'fork0.unlock@philosopher0',
    ];
    const play = dinner.play(steps);
    expect(labels(play.steps)).toEqual(steps.slice(0, 4));
    expect(play.refusedStep).toMatchObject({
      index: 4,
      refusal: { label: 'fork0.lock@philosopher1', by: [{ part: 'fork0', state: 'held' }] },
    });
    expect(play.at).toBe(4);
  });

  test('can be asked what can be done at an earlier position', () => {
    const steps = ['philosopher0.print:begin@philosopher0', 'fork0.lock@philosopher0'];
    expect(dinner.play(steps, 0).enabled).toEqual(dinner.play([]).enabled);
    expect(() => dinner.play(steps, 3)).toThrow(/no position 3: 2 of the steps/);
  });

  test('takes the steps before one that the system has not, as a run of another revision may', () => {
    const steps = ['philosopher0.print:begin@philosopher0', 'fork0.lokc@philosopher0', 'more'];
    const play = dinner.play(steps, 3);
    expect(play.steps).toHaveLength(1);
    expect(play.at).toBe(1);
    expect(play.refusedStep).toMatchObject({ index: 1, refusal: { label: steps[1], by: [] } });
    expect(play.refusedStep?.why).toMatch(
      /has no step 'fork0.lokc@philosopher0'; the nearest are fork0.lock@philosopher0/,
    );
  });

  test('says of the end of a call that it returns, where it would be written as its beginning', () => {
    const begin = 'philosopher0.print:begin@philosopher0';
    const [first] = dinner.play([begin]).steps;
    const ends = dinner.play([begin]).enabled.filter(({ label }) => /print:(?!begin)/.test(label));
    for (const { written } of ends) expect(written).not.toBe(first!.written);
  });

  test('shows what the transition and the call say of themselves', () => {
    const of = machine('lamp', {
      off: {
        on: {
          press: { target: 'on', description: 'it goes on', meta: { source: 'page 3' } },
          hold: 'off',
        },
      },
      on: { on: { press: 'off' } },
    });
    const lamp = system([contract('lamp', of, { roles: ['lamp'] })], {
      calls: [
        call('press', 'user', 'lamp', { written: 'press(&lamp)', source: 'page 1' }),
        call('hold', 'user', 'lamp', { source: 'page 2' }),
      ],
      environment: ['user'],
    });
    const [hold, press] = playerOf(lamp).play(['lamp.hold', 'lamp.press']).steps;
    expect(hold).toMatchObject({ written: 'hold', source: 'page 2', moved: [] });
    expect(press).toMatchObject({
      written: 'press(&lamp)',
      description: 'it goes on',
      source: 'page 3',
    });
  });
});

describe('what is refused', () => {
  test('is what its initiator could take, and another part does not', () => {
    const play = playerOf(philosophers(2)).play([
      'philosopher0.print:begin@philosopher0',
      'fork0.lock@philosopher0',
      'philosopher1.print:begin@philosopher1',
      'fork1.lock@philosopher1',
    ]);
    expect(play.enabled).toEqual([]);
    const byThreads = play.refused.filter(({ initiator }) => initiator !== undefined);
    expect(labels(byThreads)).toEqual(['fork1.lock@philosopher0', 'fork0.lock@philosopher1']);
    expect(byThreads[0]!.by).toEqual([
      { part: 'fork1', state: 'held', why: 'the caller waits until it is free' },
    ]);
    const byUser = play.refused.filter(({ initiator }) => initiator === undefined);
    expect(byUser[0]!.by).toEqual([
      { part: 'philosopher0', state: 'at1', why: 'it takes this only while it is idle' },
    ]);
  });

  test('is answered otherwise where another outcome of the call is', () => {
    const door = machine('door', {
      open: { on: { 'enter:ok': 'open', shut: 'shut' } },
      shut: { on: { 'enter:no': 'shut' } },
    });
    const of = system([contract('door', door, { roles: ['door'] })], {
      calls: [
        call('enter', 'user', 'door', { outcomes: ['ok', 'no'] }),
        call('shut', 'user', 'door'),
      ],
      environment: ['user'],
    });
    const { refused } = playerOf(of).play([]);
    expect(refused).toHaveLength(1);
    expect(refused[0]!.by[0]!.why).toBe('it answers ok instead');
  });
});

test('a step of several variants is one to who starts it: refused where none is possible', () => {
  const shelf = machine('shelf', {
    empty: { on: { 'put#first': 'one' } },
    one: { on: { 'put#more': 'full' } },
    full: { on: { fall: 'empty' } },
  });
  const of = system([contract('shelf', shelf, { roles: ['shelf'] })], {
    calls: [call('put', 'user', 'shelf'), call('fall', 'user', 'shelf')],
    environment: ['user'],
  });
  const refusedAfter = (...steps: string[]) => labels(playerOf(of).play(steps).refused);
  expect(refusedAfter()).toEqual(['shelf.fall']);
  expect(refusedAfter('shelf.put#first', 'shelf.put#more')).toEqual([
    'shelf.put#first',
    'shelf.put#more',
  ]);
});

test('of a part of several regions it is said what would have to be otherwise, no more', () => {
  const oven = createMachine({
    id: 'oven',
    meta: { labels: ['bake', 'heat', 'shut'] },
    type: 'parallel',
    on: {
      bake: { guard: stateIn({ door: 'shut', fire: 'hot' }), actions: assign({}) },
    },
    states: {
      door: { initial: 'open', states: { open: { on: { shut: 'shut' } }, shut: {} } },
      fire: { initial: 'cold', states: { cold: { on: { heat: 'hot' } }, hot: {} } },
    },
  }) as unknown as AnyStateMachine;
  const kitchen = playerOf(system([part('oven', oven)]));
  const why = (...steps: string[]) =>
    kitchen
      .play(steps)
      .refused.find(({ label }) => label === 'bake')
      ?.by.map((one) => one.why);
  expect(why()).toEqual(['it takes this only while it is door.shut and fire.hot']);
  expect(why('shut')).toEqual(['it takes this only while it is fire.hot']);
  expect(why('shut', 'heat')).toBeUndefined();
});

describe('what is held', () => {
  const rope = createMachine({
    id: 'rope',
    meta: { labels: ['take', 'share', 'give'] },
    context: { climbers: 0 },
    initial: 'free',
    states: {
      free: {
        tags: ['quiescent'],
        on: { take: 'tied', share: { target: 'shared', actions: 'more' } },
      },
      tied: { meta: { held: 'alone' }, on: { give: 'free' } },
      shared: {
        meta: { held: 'together' },
        on: {
          share: { guard: 'one', target: 'shared', actions: 'more' },
          give: [
            { guard: 'one', target: 'free', actions: 'less' },
            { target: 'shared', actions: 'less' },
          ],
        },
      },
    },
  }).provide({
    guards: { one: ({ context }) => context.climbers === 1 },
    actions: {
      more: assign({ climbers: ({ context }) => context.climbers + 1 }),
      less: assign({ climbers: ({ context }) => context.climbers - 1 }),
    },
  }) as unknown as AnyStateMachine;
  const climber = machine('climber', {
    down: { tags: ['quiescent'], on: { go: 'ready' } },
    ready: { on: { 'rope.take': 'up', 'rope.share': 'up' } },
    up: { on: { 'rope.give': 'down' } },
  });
  const climbers = ['ann', 'bob'].map((name) => procedure(name, climber, { thread: name }));
  const wall = playerOf(
    system([...climbers, resource('rope', rope, climbers, 'rope')], {
      calls: [
        call('go', 'thread', 'nobody'),
        ...['take', 'share', 'give'].map((name) =>
          call(name, 'thread', 'rope', name === 'give' ? {} : { blocks: 'lock' }),
        ),
      ],
    }),
  );
  const lastHeld = (...steps: string[]) => wall.play(steps).held.at(-1);

  test('has a holder: who took it', () => {
    expect(wall.play(['go@ann', 'rope.take@ann', 'rope.give@ann']).held).toEqual([
      [],
      [],
      [{ object: 'rope', value: 'held alone by ann', thread: 'ann', kind: 'lock' }],
      [],
    ]);
  });

  test('has those who can do nothing but wait for it', () => {
    const steps = ['go@ann', 'rope.take@ann', 'go@bob'];
    expect(lastHeld(...steps)).toMatchObject([{ value: 'held alone by ann; waited for by bob' }]);
    const { refused } = wall.play(steps);
    expect(refused.map(({ label, by }) => [label, by[0]!.why])).toEqual([
      ['rope.take@bob', 'rope is held alone by ann: the caller waits until it is released'],
      ['rope.share@bob', 'rope is held alone by ann: the caller waits until it is released'],
    ]);
  });

  test('has all who share it, and the last of them', () => {
    const both = ['go@ann', 'rope.share@ann', 'go@bob', 'rope.share@bob'];
    expect(lastHeld(...both)).toMatchObject([{ value: 'held together by ann, bob' }]);
    expect(lastHeld(...both, 'rope.give@ann')).toMatchObject([
      { value: 'held together by bob', thread: 'bob' },
    ]);
  });

  test('counts what a resource counts, from when it is more than nothing', () => {
    const jar = createMachine({
      id: 'jar',
      meta: { labels: ['put', 'eat'] },
      context: { cookies: 0 },
      on: {
        put: {
          guard: ({ context }) => context.cookies < 2,
          actions: assign({ cookies: ({ context }) => context.cookies + 1 }),
        },
        eat: {
          guard: ({ context }) => context.cookies > 0,
          actions: assign({ cookies: ({ context }) => context.cookies - 1 }),
        },
      },
    }) as unknown as AnyStateMachine;
    const child = machine('child', { awake: { on: { 'jar.put': 'awake', 'jar.eat': 'awake' } } });
    const thread = procedure('child', child, { thread: 'child' });
    const kitchen = playerOf(system([thread, resource('jar', jar, [thread], 'jar')]));
    const { held } = kitchen.play(['jar.put@child', 'jar.put@child', 'jar.eat@child']);
    expect(held.map((at) => at.map(({ object, value }) => `${object} ${value}`))).toEqual([
      [],
      ['jar.cookies 1'],
      ['jar.cookies 2'],
      ['jar.cookies 1'],
    ]);
  });
});

describe('laws of random systems', () => {
  const systems = randomSystems(fc, { parts: 4, states: 4 });
  const choices = fc.array(fc.nat(), { maxLength: 8 });

  /** Walks by choosing among what the player offers. */
  function walk(player: ReturnType<typeof playerOf>, chosen: readonly number[]): string[] {
    const steps: string[] = [];
    for (const choice of chosen) {
      const { enabled } = player.play(steps);
      if (enabled.length === 0) break;
      steps.push(enabled[choice % enabled.length]!.label);
    }
    return steps;
  }

  test('what is offered is what the explorer finds, and leads where it says', () => {
    fc.assert(
      fc.property(systems, choices, ({ system: of }, chosen) => {
        const product = compose(of);
        const space = explore(product);
        const graph = graphOf(space);
        const player = playerOf(of);
        const steps = walk(player, chosen);
        const { local } = player.play(steps);
        let state = 0;
        local.forEach((now, at) => {
          expect([...space.stepper.local(space.table, state)]).toEqual(now);
          const edges = Array.from(
            { length: graph.start[state + 1]! - graph.start[state]! },
            (_, i) => graph.start[state]! + i,
          );
          const found = edges.map((edge) => product.vectors[graph.vector[edge]!]!.label);
          const { enabled, refused } = player.play(steps, at);
          expect(labels(enabled).sort()).toEqual(found.sort());
          expect(labels(refused).filter((label) => found.includes(label))).toEqual([]);
          const taken = edges.find(
            (edge) => product.vectors[graph.vector[edge]!]!.label === steps[at],
          );
          if (taken !== undefined) state = graph.target[taken]!;
        });
      }),
    );
  });

  test('undo is the run without its last step, and redo the run with it', () => {
    fc.assert(
      fc.property(systems, choices, ({ system: of }, chosen) => {
        const player = playerOf(of);
        const steps = walk(player, chosen);
        const whole = player.play(steps);
        for (let at = 0; at <= steps.length; at++) {
          const undone = player.play(steps.slice(0, at));
          expect(undone.local).toEqual(whole.local.slice(0, at + 1));
          expect(undone.held).toEqual(whole.held.slice(0, at + 1));
          expect(undone.properties).toEqual(whole.properties.slice(0, at + 1));
          expect(undone.enabled).toEqual(player.play(steps, at).enabled);
        }
      }),
    );
  });

  test('who refuses has the label, and is not who starts it', () => {
    fc.assert(
      fc.property(systems, choices, ({ system: of }, chosen) => {
        const player = playerOf(of);
        for (const { by, initiator, participants } of player.play(walk(player, chosen)).refused) {
          expect(by.length).toBeGreaterThan(0);
          for (const { part: name } of by) {
            expect(participants).toContain(name);
            expect(name).not.toBe(initiator);
          }
        }
      }),
    );
  });
});

test('lamps and a switch: nothing is refused where the environment does everything alone', () => {
  const { refused } = playerOf(lampsAndSwitch()).play(['press']);
  expect(refused).toEqual([]);
});

test('what is about to be watched has an id of its own', () => {
  const of = system([part('lamp', machine('lamp', { on: { on: { press: 'on' } } }))], {
    properties: [{ ...about('stuck'), kind: 'deadlock' }],
  });
  expect(playerOf(of).play(['press']).properties).toEqual([[], []]);
});
