import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  type AnyStateMachine,
  assign,
  cancel,
  createMachine,
  enqueueActions,
  fromCallback,
  fromPromise,
  not,
  raise,
  setup,
} from 'xstate';
import { anyMachine } from '../lts/any-machine.fixture.ts';
import { flatten } from '../lts/flatten.ts';
import { type Lts, transitionsOf } from '../lts/lts.ts';
import { MachineError } from '../lts/machine-error.ts';
import { onlyByFreeAnswers, untaken } from './asked.ts';
import { openWalk } from './open-walk.ts';

/** Each step as `from -label-> to`. */
function stepsOf(machine: AnyStateMachine): string[] {
  const { lts } = openWalk(machine);
  const name = (state: number) => lts.states[state]!.name;
  return [...transitionsOf(lts)].map(
    ({ from, label, to }) => `${name(from)} -${lts.labels[label]}-> ${name(to)}`,
  );
}

const namesOf = (machine: AnyStateMachine) => openWalk(machine).lts.states.map(({ name }) => name);

const opened = (machine: AnyStateMachine) =>
  openWalk(machine).openings.map(({ kind, name }) => `${kind} ${name}`);

describe('a machine that has nothing to open', () => {
  /** Nodes and what is kept of the context, of a state of either. */
  const key = ({ nodes, context }: Lts['states'][number], fields: readonly string[]) =>
    JSON.stringify([[...nodes].sort(), fields.map((field) => context[field])]);

  const arrows = (lts: Lts, fields: readonly string[]) =>
    new Set(
      [...transitionsOf(lts)].map(({ from, label, to }) =>
        [from, to].map((state) => key(lts.states[state]!, fields)).join(` ${lts.labels[label]} `),
      ),
    );

  it('is the one that flatten makes of it, but for the context that nothing reads', () => {
    fc.assert(
      fc.property(anyMachine, (machine) => {
        let lts: Lts;
        try {
          lts = flatten(machine);
        } catch (error) {
          expect((error as MachineError).rule).toBe('does-not-settle');
          expect(unsettled(machine)).toBe(true);
          return;
        }
        const { lts: open, openings } = openWalk(machine);
        const fields = Object.keys(open.states[0]!.context);
        expect(arrows(open, fields)).toEqual(arrows(lts, fields));
        expect(openings.filter(({ kind }) => kind !== 'dropped')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  /** `openWalk` goes on where one step never settles, and says which. */
  function unsettled(machine: AnyStateMachine): boolean {
    try {
      return openWalk(machine).unsettled.length > 0;
    } catch (error) {
      return error instanceof MachineError && error.rule === 'does-not-settle';
    }
  }
});

describe('an actor', () => {
  const loading = (onError: object) =>
    setup({ actors: { load: fromPromise(async () => 1) } }).createMachine({
      initial: 'loading',
      states: {
        loading: { invoke: { src: 'load', onDone: 'ok', ...onError }, on: { AGAIN: 'loading' } },
        ok: {},
        bad: {},
      },
    });

  it('answers or fails while its state is active', () => {
    expect(stepsOf(loading({ onError: 'bad' }))).toEqual([
      'loading -AGAIN-> loading',
      'loading -done(load)-> ok',
      'loading -error(load)-> bad',
    ]);
  });

  it('whose error nobody takes ends the machine', () => {
    const { lts } = openWalk(loading({}));
    expect(lts.states.filter(({ failed }) => failed).map(({ name }) => name)).toEqual([
      'loading, failed',
    ]);
  });

  it('answers once, and again when its state is entered again', () => {
    const machine = setup({ actors: { load: fromPromise(async () => 1) } }).createMachine({
      initial: 'a',
      states: {
        a: {
          invoke: { src: 'load', onDone: { actions: () => {} }, onError: 'b' },
          on: { AGAIN: { target: 'a', reenter: true }, STAY: 'a' },
        },
        b: {},
      },
    });
    expect(stepsOf(machine)).toEqual([
      'a -AGAIN-> a',
      'a -STAY-> a',
      'a -done(load)-> a, load has answered',
      'a -error(load)-> b',
      'a, load has answered -AGAIN-> a',
      'a, load has answered -STAY-> a, load has answered',
    ]);
  });

  it('twice of one source is two', () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: {
          invoke: [
            { src: 'x', id: 'one', onDone: 'b' },
            { src: 'x', id: 'two', onDone: 'c' },
          ],
        },
        b: {},
        c: {},
      },
    });
    expect(stepsOf(machine).filter((step) => step.includes('done'))).toEqual([
      'a -done(x) in a-> b',
      'a -done(x) in a (2)-> c',
    ]);
  });

  it('that is a callback never ends, and what waits for that is not taken', () => {
    const machine = setup({ actors: { listen: fromCallback(() => {}) } }).createMachine({
      initial: 'a',
      states: { a: { invoke: { src: 'listen', onDone: 'b' } }, b: {} },
    });
    expect(stepsOf(machine)).toEqual([]);
    expect([...openWalk(machine).entered]).not.toContain('b');
  });
});

describe('a timer', () => {
  it('runs out once, the shorter of one state first', () => {
    const machine = createMachine({
      initial: 'a',
      states: { a: { after: { 2000: 'late', 1000: { actions: () => {} } } }, late: {} },
    });
    expect(stepsOf(machine)).toEqual([
      'a -after(1000)-> a, after(1000) is over',
      'a, after(1000) is over -after(2000)-> late',
    ]);
  });

  it('starts anew where its state is entered again, not where a transition stays', () => {
    const machine = createMachine({
      initial: 'a',
      states: {
        a: {
          after: { 5: { actions: () => {} } },
          on: { STAY: 'a', ANEW: { target: 'a', reenter: true } },
        },
      },
    });
    expect(stepsOf(machine)).toEqual([
      'a -STAY-> a',
      'a -ANEW-> a',
      'a -after(5)-> a, after(5) is over',
      'a, after(5) is over -STAY-> a, after(5) is over',
      'a, after(5) is over -ANEW-> a',
    ]);
  });
});

describe('a guard', () => {
  const on = (guard: unknown, more: object = {}) =>
    createMachine({
      context: { n: 0, name: '' },
      initial: 'a',
      states: { a: { on: { GO: [{ guard, target: 'b' }, { target: 'c' }] } }, b: {}, c: {} },
      ...more,
    } as never);

  it('on the data of an event is free, and its words are in the label', () => {
    expect(stepsOf(on(({ event }: { event: { value: number } }) => event.value > 3))).toEqual([
      'a -GO, event.value > 3-> b',
      'a -GO, not event.value > 3-> c',
    ]);
  });

  it('that nobody implements is free, in `not` too', () => {
    expect(stepsOf(on(not('isReady')))).toEqual(['a -GO, isReady-> c', 'a -GO, not isReady-> b']);
  });

  it('on the context is asked, and keeps what it reads', () => {
    const machine = on(({ context }: { context: { n: number } }) => context.n === 0);
    expect(stepsOf(machine)).toEqual(['a (n=0) -GO-> b (n=0)']);
    expect(opened(machine)).toEqual(['dropped name']);
  });

  it('answers alike in every region of a step', () => {
    const region = {
      initial: 'x',
      states: { x: { on: { GO: { guard: 'g', target: 'y' } } }, y: {} },
    };
    const machine = createMachine({ type: 'parallel', states: { p: region, q: region } } as never);
    expect(namesOf(machine)).toEqual(['{p: x, q: x}', '{p: y, q: y}']);
  });
});

describe('the context', () => {
  type Of = { context: { n: number; tries: number; name: string } };
  const triedOnce = ({ context }: Of) => context.tries === 1;
  const overAThousand = ({ context }: Of) => context.n > 1000;
  const isOne = ({ context }: Of) => context.n === 1;
  const isX = ({ context }: Of) => context.name === 'x';

  it('that is set from what nobody declared makes guards on it free', () => {
    const machine = setup({
      types: { context: {} as { user: string; seen: number } },
      guards: { known: ({ context }) => context.user !== '' },
    }).createMachine({
      context: { user: '', seen: 0 },
      initial: 'out',
      states: {
        out: {
          on: {
            LOGIN: { actions: assign({ user: ({ event }) => (event as { name?: string }).name! }) },
            ENTER: { guard: 'known', target: 'in' },
          },
        },
        in: {},
      },
    });
    expect(stepsOf(machine)).toEqual([
      'out (user=) -LOGIN-> out (user={"unknown":true})',
      'out (user={"unknown":true}) -LOGIN-> out (user={"unknown":true})',
      'out (user={"unknown":true}) -ENTER, known-> in (user={"unknown":true})',
    ]);
    expect(opened(machine)).toEqual(['dropped seen', 'unknown user', 'guard known']);
  });

  it('is copied whole without being read, and what stands beside the unknown is known', () => {
    const machine = createMachine({
      context: { tries: 0, data: 0, other: 0 },
      initial: 'a',
      states: {
        a: {
          on: {
            GOT: {
              actions: assign(({ context, event }) => ({ ...context, tries: 1, data: event.data })),
            },
            END: { guard: triedOnce, target: 'b' },
          },
        },
        b: {},
      },
    } as never);
    expect(stepsOf(machine)).toEqual([
      'a (tries=0) -GOT-> a (tries=1)',
      'a (tries=1) -GOT-> a (tries=1)',
      'a (tries=1) -END-> b (tries=1)',
    ]);
  });

  it('that takes ever new values is unknown in the end', () => {
    const machine = createMachine({
      context: { n: 0 },
      initial: 'a',
      states: {
        a: {
          on: {
            ADD: { actions: assign({ n: ({ context }) => context.n + 1 }) },
            END: { guard: overAThousand, target: 'b' },
          },
        },
        b: {},
      },
    } as never);
    expect(namesOf(machine)).toEqual(['a (n={"unknown":true})', 'b (n={"unknown":true})']);
  });

  it('that comes of an input nobody gave is unknown', () => {
    const machine = createMachine({
      context: ({ input }: { input: { name: string } }) => ({ name: input.name, n: 1 }),
      initial: 'a',
      states: {
        a: {
          on: {
            GO: { guard: isOne, target: 'b' },
            BY: {
              guard: isX,
              target: 'b',
            },
          },
        },
        b: {},
      },
    } as never);
    expect(stepsOf(machine).map((step) => step.replace(/ \([^)]*\)/g, ''))).toEqual([
      'a -GO-> b',
      'a -BY, context.name === "x"-> b',
    ]);
  });
});

test('a wildcard stands for what nobody else takes', () => {
  const machine = createMachine({
    initial: 'a',
    states: { a: { on: { KNOWN: 'b', '*': 'c' } }, b: { on: { 'mouse.*': 'a' } }, c: {} },
  });
  expect(stepsOf(machine)).toEqual([
    'a -KNOWN-> b',
    'a -anything else-> c',
    'b -mouse.anything else-> a',
  ]);
});

test('what is queued behind a check is there where the check answers so', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: {
        on: {
          GO: {
            actions: enqueueActions(({ enqueue, check }) => {
              if (check('ready')) enqueue.raise({ type: 'ON' });
            }),
          },
          ON: 'b',
        },
      },
      b: {},
    },
  });
  expect(stepsOf(machine)).toContain('a -GO, ready-> b');
  expect(stepsOf(machine)).toContain('a -GO, not ready-> a');
});

test('an event that the machine raises has the data that it is raised with', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: {
        on: {
          GO: { actions: raise({ type: 'SET', value: 3 } as never) },
          SET: {
            guard: ({ event }) => (event as never as { value: number }).value === 3,
            target: 'b',
          },
        },
      },
      b: {},
    },
  });
  expect(stepsOf(machine)).toContain('a -GO-> b');
});

test('a loop of always that free answers keep going is cut, and said', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { always: { guard: 'x', target: 'b' } },
      b: { always: { guard: 'y', target: 'a' } },
    },
  });
  expect(namesOf(machine)).toEqual(['not started', 'b', 'a']);
  expect(opened(machine)).toContain('cut the start');
});

test('the config of the machine is as it was', () => {
  const shared = [assign({ n: 1 }), () => {}];
  const config = {
    context: { n: 0 },
    initial: 'a',
    states: { a: { entry: shared, on: { GO: { actions: shared } } } },
  };
  openWalk(createMachine(config as never));
  expect(shared).toHaveLength(2);
  expect(config.states.a.on.GO.actions).toBe(shared);
});

test('a step that only does something to the world is a step', () => {
  const machine = createMachine({
    initial: 'a',
    states: { a: { on: { PING: { actions: 'tell' }, LATER: { actions: cancel('x') }, NOT: {} } } },
  });
  expect(stepsOf(machine)).toEqual(['a -PING-> a', 'a -LATER-> a']);
  expect(untaken(machine, openWalk(machine))).toEqual([]);
  expect(opened(machine)).toEqual(['effect tell']);
});

test('what is entered only where a free guard answers so is known', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { on: { GO: { guard: 'open', target: 'b' }, ON: 'c' } },
      b: { on: { ON: 'd' } },
      c: {},
      d: {},
    },
  });
  expect(onlyByFreeAnswers(openWalk(machine))).toEqual(['b', 'd']);
});
