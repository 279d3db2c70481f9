import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createMachine,
  initialTransition,
  raise,
  transition,
} from 'xstate';
import { identifier, idOf, type StateNode, scxml } from 'xstate-check/engine';
import { PYTHON, ScxmlInterpreter } from './scxml.ts';

const missing = spawnSync(PYTHON, ['-c', 'import PySide2.QtScxml']).status !== 0;

/** The names of the active states as SCXML has them; the root is one where it does something. */
function activeIn(snapshot: AnyMachineSnapshot, isRootNamed: boolean): string[] {
  if (snapshot.status === 'done') return ['done'];
  return (snapshot._nodes as StateNode[])
    .filter(({ path }) => isRootNamed || path.length > 0)
    .map((node) => `s_${identifier(idOf(node))}`)
    .sort();
}

/** What XState does: the active states at the start and after each event. */
function ranByXState(machine: AnyStateMachine, events: readonly string[], isRootNamed: boolean) {
  let [snapshot] = initialTransition(machine) as [AnyMachineSnapshot, unknown];
  const states = [activeIn(snapshot, isRootNamed)];
  for (const type of events) {
    if (snapshot.status !== 'done') [snapshot] = transition(machine, snapshot, { type });
    states.push(activeIn(snapshot, isRootNamed));
  }
  return states;
}

type Config = Parameters<typeof createMachine>[0];

const light = (history: 'shallow' | 'deep', more: object = {}) => ({
  initial: 'off',
  states: {
    off: { on: { ON: 'on.was' } },
    on: {
      initial: 'x',
      states: {
        x: { initial: 'x1', states: { x1: { on: { N: 'x2' } }, x2: { on: { N: '#m.on.y' } } } },
        y: { initial: 'y1', states: { y1: { on: { N: 'y2' } }, y2: {} } },
        was: { type: 'history', history, ...more },
      },
      on: { OFF: 'off' },
    },
  },
});

const region = { initial: 'a', states: { a: { on: { GO: 'z' } }, z: { type: 'final' } } };
const late = { initial: 'a', states: { a: { on: { LATE: 'z' } }, z: { type: 'final' } } };

/** One chart for each construct that the export writes, and events that come to it. */
const CHARTS: readonly (readonly [what: string, config: object, events: readonly string[]])[] = [
  [
    'the end of a state',
    { initial: 'p', states: { p: { ...region, onDone: 'q' }, q: { on: { AGAIN: 'p' } } } },
    ['GO', 'AGAIN', 'GO'],
  ],
  [
    'the end of all regions',
    {
      initial: 'p',
      states: { p: { type: 'parallel', states: { one: region, two: late }, onDone: 'q' }, q: {} },
    },
    ['GO', 'GO', 'LATE'],
  ],
  ['the end of the chart', { ...region }, ['GO', 'GO']],
  ['the end of a chart whose root acts', { ...region, on: { BACK: '.a' } }, ['GO', 'BACK']],
  [
    'the end of a parallel chart',
    { type: 'parallel', states: { one: region, two: late } },
    ['LATE', 'GO', 'GO'],
  ],
  ['shallow history', light('shallow'), ['ON', 'N', 'N', 'N', 'OFF', 'ON']],
  ['deep history', light('deep'), ['ON', 'N', 'N', 'N', 'OFF', 'ON']],
  ['history that says where it begins', light('deep', { target: 'y.y2' }), ['ON', 'OFF', 'ON']],
  [
    'history below the root',
    {
      initial: 'a',
      states: { a: { on: { N: 'b' } }, b: { on: { N: 'was' } }, was: { type: 'history' } },
    },
    ['N', 'N'],
  ],
  [
    'eventless transitions and guards',
    {
      initial: 'a',
      states: {
        a: { on: { GO: [{ target: 'z', guard: 'no' }, 'b'] } },
        b: {
          always: [
            { target: 'z', guard: 'no' },
            { target: 'c', guard: 'yes' },
          ],
        },
        c: { always: { guard: 'yes' }, on: { GO: 'a' } },
        z: {},
      },
    },
    ['GO', 'GO'],
  ],
  [
    'raised events, in the order of exit, transition and entry',
    {
      initial: 'a',
      states: {
        a: {
          exit: raise({ type: 'X' }),
          on: { GO: { target: 'b', actions: raise({ type: 'T' }) } },
        },
        b: { entry: raise({ type: 'E' }), on: { X: 'x', T: 't', E: 'e' } },
        x: { on: { T: 'xt', E: 'xe' } },
        xt: { on: { E: 'xte' } },
        ...{ t: {}, e: {}, xe: {}, xte: {} },
      },
    },
    ['GO'],
  ],
  [
    'a state that begins anew inside, and one that is left and entered',
    {
      initial: 'p',
      states: {
        p: {
          initial: 'a',
          entry: raise({ type: 'ENTERED' }),
          states: { a: { on: { N: 'b', ENTERED: 'c' } }, b: {}, c: { on: { N: 'b' } } },
          on: { INSIDE: 'p', OUTSIDE: { target: 'p', reenter: true } },
        },
      },
    },
    ['N', 'INSIDE', 'N', 'OUTSIDE'],
  ],
  [
    'what an inner state keeps from an outer one',
    {
      initial: 'p',
      states: {
        p: { initial: 'a', states: { a: { on: { E: {}, N: 'b' } }, b: {} }, on: { E: 'q' } },
        q: {},
      },
    },
    ['E', 'N', 'E'],
  ],
];

describe.skipIf(missing)('SCXML, as another interpreter runs it, does what XState does', () => {
  let interpreter: ScxmlInterpreter;
  beforeAll(() => {
    interpreter = new ScxmlInterpreter();
  });
  afterAll(() => interpreter.end());

  const chartOf = (machine: AnyStateMachine) =>
    scxml(machine).replace('id="g_yes" expr="false"', 'id="g_yes" expr="true"');

  it.each(CHARTS)('%s', async (_, config, events) => {
    const machine = createMachine({ id: 'm', ...config } as Config, {
      guards: { yes: () => true, no: () => false },
    });
    const chart = chartOf(machine);
    const states = ranByXState(machine, events, chart.includes('<final id="done"/>'));
    expect(await interpreter.run(chart, events)).toEqual({ states });
  });

  it('and a chart with an event of another name does not', async () => {
    const [, config, events] = CHARTS[0]!;
    const machine = createMachine({ id: 'm', ...config } as Config);
    const chart = chartOf(machine).replace('done.state.s_p', 'xstate__done__state__m__p');
    expect(await interpreter.run(chart, events)).not.toEqual({
      states: ranByXState(machine, events, false),
    });
  });
});
