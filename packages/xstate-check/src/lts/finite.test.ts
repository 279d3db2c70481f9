import { describe, expect, it } from 'vitest';
import {
  and,
  assign,
  createMachine,
  fromPromise,
  not,
  raise,
  sendTo,
  setup,
  spawnChild,
} from 'xstate';
import { InputError } from '../base/errors.ts';
import { construct } from './construct.ts';
import { assertFiniteMachine, outsideTheFinitePart } from './finite.ts';

const inner = (state: object) =>
  createMachine({ id: 'm', initial: 'a', states: { a: { initial: 'b', states: { b: state } } } });

const reasonOf = (machine: ReturnType<typeof inner>): string =>
  outsideTheFinitePart(machine)
    .map(({ message }) => message)
    .join('; ');

describe('the finite part of XState', () => {
  it('has nested, parallel, final and history states, always, onDone, guards, assign and raise', () => {
    const machine = setup({
      types: { context: {} as { n: number }, events: {} as { type: 'E' } | { type: 'F' } },
      actions: { count: assign({ n: 1 }), tell: raise({ type: 'F' }) },
      guards: { zero: ({ context }) => context.n === 0 },
    }).createMachine({
      id: 'm',
      context: { n: 0 },
      type: 'parallel',
      states: {
        a: {
          initial: 'b',
          states: {
            b: { on: { E: { target: 'c', guard: not('zero'), actions: ['count', 'tell'] } } },
            c: { always: { guard: and(['zero', not('zero')]), target: 'b' }, type: 'final' },
            h: { type: 'history', target: 'b' },
          },
          onDone: { actions: 'count' },
        },
      },
    });
    expect(() => assertFiniteMachine(machine)).not.toThrow();
  });
});

describe('refused with machine, state and reason:', () => {
  it('invoke', () => {
    expect(reasonOf(inner({ invoke: { src: fromPromise(async () => 1) } }))).toMatch(
      /^machine 'm', state a\.b: it invokes an actor/,
    );
  });

  it('after', () => {
    expect(reasonOf(inner({ after: { 100: { target: 'b' } } }))).toMatch(
      /machine 'm', state a\.b: it has an 'after' transition.*make the timeout a label/,
    );
  });

  it.each(['*', 'map.*'])('the wildcard %s', (wildcard) => {
    expect(reasonOf(inner({ on: { [wildcard]: 'b' } }))).toBe(
      `machine 'm', state a.b: it takes the wildcard '${wildcard}', which would answer labels ` +
        'nobody declared; name each label',
    );
  });

  it('a route, whose event carries data', () => {
    expect(reasonOf(inner({ id: 'b', route: {} }))).toMatch(/state a\.b: it has a 'route'/);
  });

  it('a custom action', () => {
    const log = () => {};
    expect(reasonOf(inner({ entry: log }))).toMatch(/state a\.b: the action 'log' is outside/);
  });

  it('a custom action of an initial transition', () => {
    const machine = createMachine({
      id: 'm',
      initial: { target: 'a', actions: () => {} },
      states: { a: {} },
    } as never);
    expect(reasonOf(machine)).toMatch(/state the root: the action 'actions' is outside/);
  });

  it.each([
    ['spawnChild', spawnChild(fromPromise(async () => 1))],
    ['sendTo', sendTo('x', { type: 'E' })],
  ])('%s', (name, action) => {
    expect(reasonOf(inner({ exit: action }))).toMatch(new RegExp(`the action '.*${name}`));
  });

  it('raise with a delay', () => {
    expect(reasonOf(inner({ entry: raise({ type: 'E' }, { delay: 10 }) }))).toMatch(
      /a 'raise' with a delay is outside/,
    );
  });

  it('an action that is not implemented, which XState ignores', () => {
    expect(reasonOf(inner({ on: { E: { actions: 'count' } } }))).toMatch(
      /state a\.b: the action 'count' is not implemented/,
    );
  });

  it('a guard that is not implemented, also inside another one, before anything evaluates it', () => {
    const guard = and([not('empty'), () => true]);
    expect(reasonOf(inner({ on: { E: { guard, target: 'b' } } }))).toMatch(
      /state a\.b: the guard 'empty' is not implemented/,
    );
    expect(reasonOf(inner({ always: { guard: 'full', target: '#m' } }))).toMatch(/'full'/);
  });

  it('an initial state that does not exist, before anything enters the parent', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: {}, b: { initial: 'x', states: { y: {}, z: {} } } },
    } as never);
    expect(reasonOf(machine)).toBe(
      "machine 'm', state b: its initial state 'x' does not exist; name one of y, z",
    );
  });

  it('a default of a history state that does not exist, before anything needs it', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { initial: 'b', states: { b: {}, h: { type: 'history', target: 'x' } } } },
    });
    expect(reasonOf(machine)).toMatch(/state a\.h: its default target 'x' does not exist/);
  });

  it('and all reasons are known at once', () => {
    const machine = inner({ entry: () => {}, on: { '*': 'b' }, after: { 1: 'b' } });
    expect(outsideTheFinitePart(machine).length).toBeGreaterThan(2);
    expect(() => assertFiniteMachine(machine)).toThrow(InputError);
  });
});

describe('what XState throws at construction becomes an InputError with place and reason:', () => {
  const make = (config: object) => () => construct(() => createMachine(config as never), 'm');
  const states = (a: object) => ({ id: 'm', initial: 'a', states: { a, b: {} } });

  it.each([
    ['a sibling', states({ on: { E: 'c' } }), /state a: a transition targets .*Child state 'c'/],
    ['a child', states({ on: { E: '.c' } }), /state a: .*Child state 'c' does not exist on 'm\.a'/],
    ['an eventless transition', states({ always: 'c' }), /state a: .*Child state 'c'/],
    ['an id', states({ on: { E: '#c' } }), /'m': a transition targets '#c', and no state has/],
    ['below an id', states({ on: { E: '#m.c' } }), /'m': .*targets 'c', which is no state of 'm'/],
    ['a child of the root', { ...states({}), on: { E: '.c' } }, /'m': .*targets 'c'/],
    [
      'a root without a dot',
      { ...states({}), on: { E: 'b' } },
      /the root targets 'b'; write '\.b'/,
    ],
  ])('a wrong target: %s', (_, config, message) => {
    expect(make(config)).toThrow(InputError);
    expect(make(config)).toThrow(message);
  });

  it('states without an initial one', () => {
    const config = states({ states: { x: {} } });
    expect(make(config)).toThrow(/machine 'm', state a: it has states and no 'initial'/);
  });

  it('anything else, in XState’s words', () => {
    expect(make(states({ on: { '': 'b' } }))).toThrow(/XState cannot construct it \(Null events/);
  });

  it('with the machine’s name out of XState’s sentence where none is given', () => {
    const nameless = (config: object) => () => construct(() => createMachine(config as never));
    expect(nameless(states({ on: { E: 'c' } }))).toThrow("machine 'm', state a:");
    expect(nameless(states({ on: { E: '#c' } }))).toThrow("machine 'm':");
  });
});
