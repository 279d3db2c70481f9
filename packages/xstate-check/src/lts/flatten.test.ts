import { describe, expect, it } from 'vitest';
import { assign, createMachine, raise } from 'xstate';
import { InputError } from '../base/errors.ts';
import { flatten } from './flatten.ts';
import { type Lts, transitionsOf } from './lts.ts';

type Config = Parameters<typeof createMachine>[0];
const machine = (config: object) => createMachine({ id: 'm', ...config } as Config);
const ltsOf = (config: object, bound?: number): Lts => flatten(machine(config), bound);

/** `a -E-> b` for every transition. */
const arrows = (lts: Lts): string[] =>
  [...transitionsOf(lts)].map(
    ({ from, label, to }) =>
      `${lts.states[from]!.name} -${lts.labels[label]}-> ${lts.states[to]!.name}`,
  );

const edge = (lts: Lts, arrow: string) => [...transitionsOf(lts)][arrows(lts).indexOf(arrow)]!.edge;

type C = { context: { n: number } };
const count = assign({ n: ({ context }: C) => context.n + 1 } as never);
const n =
  (value: number) =>
  ({ context }: C) =>
    context.n === value;

describe('the alphabet', () => {
  it('is what the root declares, also what no state handles', () => {
    const lts = ltsOf({
      meta: { labels: ['E', 'F'] },
      initial: 'a',
      states: { a: { on: { E: 'a' } } },
    });
    expect(lts.labels).toEqual(['E', 'F']);
    expect(arrows(lts)).toEqual(['a -E-> a']);
  });

  it('does not have what the root does not declare', () => {
    const lts = ltsOf({
      meta: { labels: ['E'] },
      initial: 'a',
      states: { a: { on: { E: 'a', F: 'a' } } },
    });
    expect(arrows(lts)).toEqual(['a -E-> a']);
  });

  it('of a machine that declares none is every event it handles, in document order', () => {
    const lts = ltsOf({
      initial: 'a',
      on: { R: '.a' },
      states: { a: { on: { E: 'b' } }, b: { on: { D: 'a' } } },
    });
    expect(lts.labels).toEqual(['R', 'E', 'D']);
  });

  it('may not have a name of XState’s own, which XState would act on', () => {
    expect(() =>
      ltsOf({ meta: { labels: ['xstate.stop'] }, initial: 'a', states: { a: {} } }),
    ).toThrow("machine 'm': the label 'xstate.stop' belongs to XState");
  });
});

describe('a label is enabled', () => {
  const one = (on: object, root: object = {}) =>
    arrows(ltsOf({ initial: 'a', on: root, states: { a: { on }, b: {} } }));

  it('when it answers with an explicit self-target, as an errno does', () => {
    expect(one({ 'get:-EBUSY': 'a' })).toEqual(['a -get:-EBUSY-> a']);
  });

  it('when it has an action, even one that changes nothing', () => {
    expect(one({ E: { actions: assign({}) } })).toEqual(['a -E-> a']);
  });

  it('by the first candidate whose guard is true', () => {
    const arrowsOf = one({
      E: [{ guard: () => false, target: 'a' }, { target: 'b' }, { target: 'a' }],
    });
    expect(arrowsOf).toEqual(['a -E-> b']);
  });

  it('by an ancestor when the state says nothing about it', () => {
    expect(one({}, { E: '.b' })).toEqual(['a -E-> b', 'b -E-> b']);
  });

  it('by an ancestor when all guards of the state are false: XState falls through', () => {
    expect(one({ E: { guard: () => false, target: 'a' } }, { E: '.b' })).toContain('a -E-> b');
  });

  it('by an ancestor when the state has an empty list of candidates, unlike {}', () => {
    expect(one({ E: [] }, { E: '.b' })).toContain('a -E-> b');
  });
});

describe('a label is not enabled', () => {
  const none = (on: object, root: object = {}) =>
    expect(arrows(ltsOf({ initial: 'a', on: root, states: { a: { on } } }))).toEqual([]);

  it('when nobody handles it', () => {
    none({});
  });

  it('when its guard is false', () => {
    none({ E: { guard: () => false, target: 'a' } });
  });

  it('when the state says E: {}, which also keeps ancestors from taking it', () => {
    none({ E: {} }, { E: '.a' });
  });

  it('when the state says E: undefined or gives a description only', () => {
    none({ E: undefined }, { E: '.a' });
    none({ E: { description: 'refused' } }, { E: '.a' });
  });

  it('when the last candidate {} refuses what no guard accepts', () => {
    none({ E: [{ guard: () => false, target: 'a' }, {}] }, { E: '.a' });
  });

  it('when one region refuses it and only an ancestor of all regions would take it', () => {
    const lts = ltsOf({
      initial: 'p',
      states: {
        p: { type: 'parallel', on: { E: 'q' }, states: { x: { on: { E: {} } }, y: {} } },
        q: {},
      },
    });
    expect(arrows(lts)).toEqual([]);
  });

  it('in a final state of the machine, whose root still handles it', () => {
    const lts = ltsOf({
      initial: 'a',
      on: { R: '.a' },
      states: { a: { on: { E: 'end' } }, end: { type: 'final' } },
    });
    expect(arrows(lts)).toEqual(['a -R-> a', 'a -E-> end']);
  });
});

describe('states', () => {
  it('are told apart by context, whatever the order of its keys', () => {
    const lts = ltsOf({
      context: { x: 0, y: 0 },
      initial: 'a',
      states: {
        a: {
          on: {
            X: { actions: assign(() => ({ x: 1 })) },
            Y: { actions: assign(() => ({ y: 1 })) },
            Z: { actions: assign(() => ({ y: 0, x: 0 })) },
          },
        },
      },
    });
    expect(lts.states.map(({ name }) => name)).toEqual([
      'a (x=0, y=0)',
      'a (x=1, y=0)',
      'a (x=0, y=1)',
      'a (x=1, y=1)',
    ]);
  });

  const remembering = (history: string) => ({
    initial: 'off',
    states: {
      on: {
        initial: 'x',
        states: { x: { on: { FLIP: 'y' } }, y: {}, h: { type: 'history', history } },
        on: { OFF: 'off' },
      },
      off: { on: { ON: 'on.h' } },
    },
  });

  it.each(['shallow', 'deep'])(
    'are told apart by %s history, which xstate/graph ignores',
    (history) => {
      const lts = ltsOf(remembering(history));
      expect(arrows(lts)).toContain('off -ON-> on.x');
      expect(arrows(lts).join('\n')).toMatch(/^off ~\d -ON-> on\.y/m);
    },
  );

  it('are one where nothing tells their histories apart any more', () => {
    const light = {
      id: 'light',
      initial: 'on',
      states: {
        on: {
          initial: 'x',
          states: { x: { on: { N: 'y' } }, y: { on: { N: 'x' } }, was: { type: 'history' } },
          on: { OFF: 'off' },
        },
        off: { on: { ON: 'on.was' } },
      },
    };
    expect(ltsOf(light).states.map(({ name }) => name)).toEqual(['on.x', 'off', 'on.y', 'off ~2']);
  });

  it('are told apart where a state looks back without being left', () => {
    const looking = {
      id: 'looking',
      initial: 'on',
      states: {
        on: {
          initial: 'x',
          states: {
            x: { on: { N: 'y', BACK: 'was' } },
            y: { on: { N: 'x' } },
            was: { type: 'history' },
          },
          on: { OFF: 'off' },
        },
        off: { on: { ON: 'on' } },
      },
    };
    expect(ltsOf(looking).states.map(({ name }) => name)).toEqual([
      'on.x',
      'off',
      'on.y',
      'off ~2',
      'on.x ~2',
      'on.y ~2',
    ]);
  });

  it('are not told apart by the order in which regions came to their history', () => {
    const region = (out: string, back: string) => ({
      initial: 'in',
      states: {
        in: { initial: 'x', states: { x: {}, h: { type: 'history' } }, on: { [out]: 'out' } },
        out: { on: { [back]: 'in.h' } },
      },
    });
    const lts = ltsOf({ type: 'parallel', states: { a: region('A', 'a'), b: region('B', 'b') } });
    const both = lts.states.filter(({ name }) => name.startsWith('{a: out, b: out}'));
    expect(both).toHaveLength(1);
  });

  it('name their nodes ancestors first and in document order, also a final one', () => {
    const lts = ltsOf({
      type: 'parallel',
      states: {
        a: { initial: 'b', states: { b: { on: { E: 'c' } }, c: { type: 'final' } } },
        d: { type: 'final' },
      },
    });
    expect(lts.states.map(({ nodes }) => nodes)).toEqual([
      ['a', 'a.b', 'd'],
      ['a', 'a.c', 'd'],
    ]);
  });

  it('merge meta inner over outer, also a final one', () => {
    const lts = ltsOf({
      initial: 'a',
      states: {
        a: { on: { E: 'z' } },
        z: { type: 'final', meta: { which: 'inner' }, tags: 'quiescent' },
      },
    });
    expect(lts.states[1]).toMatchObject({ meta: { which: 'inner' }, tags: ['quiescent'] });
  });

  it('read with regions in document order, however they were entered', () => {
    const region = { initial: 'x', states: { x: { on: { E: { target: 'x', reenter: true } } } } };
    const lts = ltsOf({
      type: 'parallel',
      states: { b: region, a: { initial: 'y', states: { y: {} } } },
    });
    expect(arrows(lts)).toEqual(['{b: x, a: y} -E-> {b: x, a: y}']);
  });

  it('may be a root without states', () => {
    const lts = ltsOf({ context: { n: 0 }, on: { E: { guard: n(0), actions: count } } });
    expect(arrows(lts)).toEqual(['root (n=0) -E-> root (n=1)']);
  });
});

describe('a step', () => {
  it('runs always and raise to completion; states on the way are no states of the LTS', () => {
    const lts = ltsOf({
      initial: 'a',
      meta: { labels: ['E'] },
      states: {
        a: { on: { E: 'b' } },
        b: { entry: raise({ type: 'F' }), on: { F: 'c' } },
        c: { always: 'd' },
        d: {},
      },
    });
    expect(arrows(lts)).toEqual(['a -E-> d']);
  });

  it('names in via what answers the label, then what completes the step', () => {
    const lts = ltsOf({
      initial: 'a',
      meta: { labels: ['E'] },
      states: {
        a: { on: { E: 'b' } },
        b: { entry: raise({ type: 'F' }), on: { F: 'c' } },
        c: { always: 'd' },
        d: {},
      },
    });
    expect(edge(lts, 'a -E-> d').via).toEqual([
      { node: 'a', event: 'E' },
      { node: 'b', event: 'F' },
      { node: 'c', event: '' },
    ]);
  });

  it('names in via the ancestor that takes the event, and the root by the empty path', () => {
    const lts = ltsOf({
      initial: 'a',
      on: { R: '.a' },
      states: { a: { initial: 'x', on: { E: '.y' }, states: { x: {}, y: {} } } },
    });
    expect(edge(lts, 'a.x -E-> a.y').via).toEqual([{ node: 'a', event: 'E' }]);
    expect(edge(lts, 'a.y -R-> a.x').via).toEqual([{ node: '', event: 'R' }]);
  });

  it('is taken by all regions that select the label', () => {
    const region = { initial: 'x', states: { x: { on: { E: 'y' } }, y: {} } };
    const lts = ltsOf({ type: 'parallel', states: { a: region, b: region } });
    expect(edge(lts, '{a: x, b: x} -E-> {a: y, b: y}').via.map(({ node }) => node)).toEqual([
      'a.x',
      'b.x',
    ]);
  });

  it('does not name a region whose transition XState drops, since it would exit the same states', () => {
    const lts = ltsOf({
      initial: 'p',
      states: {
        p: {
          type: 'parallel',
          states: {
            a: { initial: 'x', states: { x: { on: { E: '#m.q' } } } },
            b: { initial: 'x', states: { x: { on: { E: '#m.r' } } } },
          },
        },
        q: {},
        r: {},
      },
    });
    expect(edge(lts, 'p.{a: x, b: x} -E-> q').via).toEqual([{ node: 'p.a.x', event: 'E' }]);
  });

  it('has the guards of all regions see the state before it', () => {
    const lts = ltsOf({
      type: 'parallel',
      context: { n: 0 },
      states: {
        a: { initial: 'x', states: { x: { on: { E: { target: 'y', actions: count } } }, y: {} } },
        b: { initial: 'x', states: { x: { on: { E: { target: 'y', guard: n(0) } } }, y: {} } },
      },
    });
    expect(arrows(lts)).toEqual(['{a: x, b: x} (n=0) -E-> {a: y, b: y} (n=1)']);
  });

  it('re-enters a state only when it says so', () => {
    const lts = ltsOf({
      context: { n: 0 },
      initial: 'a',
      states: {
        a: { entry: count, on: { STAY: 'a', AGAIN: { guard: n(1), target: 'a', reenter: true } } },
      },
    });
    expect(arrows(lts)).toEqual([
      'a (n=1) -STAY-> a (n=1)',
      'a (n=1) -AGAIN-> a (n=2)',
      'a (n=2) -STAY-> a (n=2)',
    ]);
  });

  it('leaves a compound state by onDone', () => {
    const lts = ltsOf({
      initial: 'a',
      states: {
        a: { initial: 'x', states: { x: { on: { E: 'y' } }, y: { type: 'final' } }, onDone: 'b' },
        b: {},
      },
    });
    expect(arrows(lts)).toEqual(['a.x -E-> b']);
  });
});

describe('an event', () => {
  it('may be kept in the context: it is its type and nothing else', () => {
    const keep = assign(({ event }: { event: unknown }) => ({ last: event }) as never);
    const lts = ltsOf({
      context: { last: null },
      initial: 'a',
      states: { a: { on: { E: { actions: keep } } } },
    });
    expect(arrows(lts)).toEqual([
      'a (last=null) -E-> a (last={"type":"E"})',
      'a (last={"type":"E"}) -E-> a (last={"type":"E"})',
    ]);
  });

  it('raised by the machine may carry data', () => {
    const raised = raise({ type: 'F', by: 2 } as never);
    const add = assign(({ context, event }) => ({
      n: context.n + (event as never as { by: number }).by,
    }));
    const lts = ltsOf({
      context: { n: 0 },
      meta: { labels: ['E'] },
      initial: 'a',
      states: { a: { on: { E: { guard: n(0), actions: raised }, F: { actions: add } } } },
    });
    expect(arrows(lts)).toEqual(['a (n=0) -E-> a (n=2)']);
  });
});

describe('templates', () => {
  const loop = (index: object, last: number) => ({
    context: { n: 0 },
    initial: 'a',
    meta: { labels: ['queue[n].take', 'done'], index },
    states: {
      a: {
        on: {
          'queue[n].take': { guard: ({ context }: C) => context.n < last, actions: count },
          done: { guard: n(last), target: 'b', meta: { commits: 'queue[n].done' } },
        },
      },
      b: {},
    },
  });

  it('are filled from the context of the source state', () => {
    expect(arrows(ltsOf(loop({ n: 2 }, 2)))).toEqual([
      'a (n=0) -queue[0].take-> a (n=1)',
      'a (n=1) -queue[1].take-> a (n=2)',
      'a (n=2) -done-> b (n=2)',
    ]);
  });

  it('are filled in what a transition commits, too', () => {
    expect(edge(ltsOf(loop({ n: 2 }, 2)), 'a (n=2) -done-> b (n=2)').commits).toBe('queue[2].done');
  });

  it('out of range are refused with state, label and index', () => {
    expect(() => ltsOf(loop({ n: 2 }, 3))).toThrow(
      "machine 'm', state a (n=2): the label 'queue[n].take' reads 'queue[2].take' here, which is " +
        "not in the alphabet; keep n in the context, within the range of the root's meta.index",
    );
  });

  it('and a second event for the same label are refused', () => {
    const on = { 'q[n].take': 'a', 'q[0].take': 'a' };
    const meta = { labels: Object.keys(on), index: { n: 1 } };
    expect(() => ltsOf({ context: { n: 0 }, initial: 'a', meta, states: { a: { on } } })).toThrow(
      "two events stand for the label 'q[0].take'",
    );
  });
});

describe('commits', () => {
  it('may be said by the eventless transition that decides', () => {
    const lts = ltsOf({
      context: { n: 0 },
      initial: 'a',
      states: {
        a: { on: { E: 'decide' } },
        decide: {
          always: [
            { guard: n(1), target: 'a', meta: { commits: 'get:-EBUSY' } },
            { target: 'b', meta: { commits: 'get:ok' } },
          ],
        },
        b: {},
      },
    });
    expect(edge(lts, 'a (n=0) -E-> b (n=0)').commits).toBe('get:ok');
  });

  it('may not be two in one step', () => {
    const region = (commits: string) => ({ on: { E: { actions: assign({}), meta: { commits } } } });
    expect(() => ltsOf({ type: 'parallel', states: { a: region('x'), b: region('y') } })).toThrow(
      "one step commits 'x' and 'y'",
    );
  });
});

describe('refused with machine, state and reason:', () => {
  const refusal = (config: object, bound?: number) => {
    try {
      ltsOf(config, bound);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      return (error as Error).message;
    }
    throw new Error('it was not refused');
  };

  it('an endless always, which by default XState follows until memory is full', () => {
    const states = { a: { on: { E: 'b' } }, b: { always: 'c' }, c: { always: 'b' } };
    expect(refusal({ initial: 'a', states })).toMatch(
      /^machine 'm', state a: the event 'E' does not settle within 1000 microsteps; break the cycle/,
    );
    expect(refusal({ initial: 'b', states })).toMatch(
      /^machine 'm': entering the initial state does not settle/,
    );
  });

  it('an endless raise, by the bound of the machine where it has one', () => {
    const again = raise({ type: 'E' });
    const states = { a: { on: { E: { actions: again } } } };
    const options = { maxIterations: 20 };
    expect(refusal({ initial: 'a', states, options })).toMatch(
      /does not settle within 20 microsteps/,
    );
  });

  it('an assign that throws', () => {
    const broken = assign(() => {
      throw new Error('no such slot.');
    });
    expect(refusal({ initial: 'a', states: { a: { on: { E: { actions: broken } } } } })).toMatch(
      /^machine 'm', state a: the event 'E' throws \(no such slot\); guards and assigns must be/,
    );
  });

  it('a guard that throws, also where the transition is only looked up', () => {
    const guard = () => {
      throw new Error('no');
    };
    expect(refusal({ initial: 'a', states: { a: { on: { E: { guard, target: 'a' } } } } })).toMatch(
      /state a: the event 'E' throws \(Unable to evaluate guard in transition .* node 'm\.a': no\)/,
    );
  });

  it('a guard that reads data of the event, which a label does not carry', () => {
    const guard = ({ event }: { event: unknown }) => (event as { size: number }).size > 0;
    expect(refusal({ initial: 'a', states: { a: { on: { E: { guard, target: 'a' } } } } })).toMatch(
      /event\.size is read, but a label carries no data/,
    );
  });

  it('an initial state that does not exist', () => {
    expect(refusal({ initial: 'x', states: { a: {} } })).toBe(
      "machine 'm', state the root: its initial state 'x' does not exist; name one of a",
    );
  });

  it('a context that needs input', () => {
    const context = ({ input }: { input: { n: number } }) => ({ n: input.n });
    expect(refusal({ context, initial: 'a', states: { a: {} } })).toMatch(
      /^machine 'm': entering the initial state throws/,
    );
  });

  it.each([
    ['a Map', new Map(), '.seen holds a Map'],
    ['a Set in an array', [new Set()], '.seen.0 holds a Set'],
    ['a class instance', new (class Slot {})(), '.seen holds a Slot'],
    ['a bigint', 1n, '.seen holds a value of type bigint'],
    ['undefined, which JSON drops', undefined, '.seen holds a value of type undefined'],
    ['NaN, which JSON makes null', Number.NaN, '.seen holds NaN'],
  ])('%s in the context', (_, seen, problem) => {
    expect(refusal({ context: { seen }, initial: 'a', states: { a: {} } })).toBe(
      `machine 'm': initially the context${problem}; keep the context a small plain object of ` +
        'numbers, strings and booleans',
    );
  });

  it('a context that holds itself', () => {
    const context: { self?: unknown } = {};
    context.self = { context };
    expect(refusal({ context, initial: 'a', states: { a: {} } })).toMatch(
      /\.self\.context holds itself/,
    );
  });

  it('a Map that a step puts into the context', () => {
    const actions = assign(() => ({ seen: new Map() }));
    const config = {
      context: { seen: 0 },
      initial: 'a',
      states: { a: { on: { E: { actions } } } },
    };
    expect(refusal(config)).toMatch(
      /^machine 'm', state a \(seen=0\): after a step from here the context\.seen holds a Map/,
    );
  });

  it('an assign that changes the context in place', () => {
    const actions = assign(({ context }: { context: { list: number[] } }) => {
      context.list.push(1);
      return {};
    });
    const config = {
      context: { list: [] },
      initial: 'a',
      states: { a: { on: { E: { actions } } } },
    };
    expect(refusal(config)).toMatch(/an assign changes the context in place .*return new values/);
  });

  it('an assign that spawns', () => {
    const actions = assign(({ spawn }: { spawn: (logic: unknown) => unknown }) => {
      spawn(createMachine({}));
      return {};
    });
    expect(refusal({ initial: 'a', states: { a: { on: { E: { actions } } } } } as never)).toMatch(
      /^machine 'm', state a: the event 'E' spawns an actor/,
    );
  });

  it('more states than the bound', () => {
    const config = {
      context: { n: 0 },
      initial: 'a',
      states: { a: { on: { E: { actions: count } } } },
    };
    expect(refusal(config, 5)).toBe(
      "machine 'm', state a (n=5): it has more than 5 states; bound its context",
    );
  });
});

describe('the machine that is given', () => {
  it('is left as it was', () => {
    const given = machine({
      initial: 'a',
      states: { a: { on: { E: { target: 'a', actions: [] } } } },
    });
    const before = JSON.stringify(given);
    flatten(given);
    expect(JSON.stringify(given)).toBe(before);
    expect(given.options.maxIterations).toBe(Number.POSITIVE_INFINITY);
  });
});
