import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, assign, setup } from 'xstate';
import {
  declaredEvents,
  type EventSequences,
  eventsAlong,
  eventsOfXstatePath,
  flatten,
  machineGraph,
  shortestPaths,
  simplePaths,
  xstatePaths,
} from 'xstate-check';
import { specification } from '../../specs/catalogue.ts';

/**
 * Three tools find the paths of a machine: this one, `xstate/graph`, and its predecessor
 * `@xstate/test`, which was deprecated in favour of the former (statelyai/xstate#5265) and brings
 * a graph package of its own.
 *
 * Equal means: the same set of sequences of event types, before any deduplication, when each
 * declared event is offered in each state. The two XState tools also fire events that do nothing
 * (disabled, guarded off, forbidden, an answer without effect) and see a self-loop; no simple or
 * shortest path has one, so the sequences are not affected. For shortest paths, of which there may
 * be several to one state, all three take the one whose events are declared first.
 *
 * `@xstate/test` has to be asked not to tell states apart by the event that led to them
 * (`serializeTransition`), and always drops paths that begin others; what it has before that is
 * seen by its generators of paths. Its types do not fit XState 5.33, so it is imported without.
 */

/** A switch that counts to two, an answer without effect, and a guard. */
const counter = setup({
  types: { context: {} as { count: number } },
  guards: { room: ({ context }) => context.count < 2 },
  actions: { count: assign({ count: ({ context }) => context.count + 1 }) },
}).createMachine({
  id: 'counter',
  meta: { labels: ['on', 'off', 'read'] },
  context: { count: 0 },
  initial: 'idle',
  states: {
    idle: { on: { on: { guard: 'room', target: 'running', actions: 'count' } } },
    running: { on: { off: 'idle', read: {} } },
  },
});

/** Two regions, an event that both take, and an event that one of them forbids. */
const parallel = setup({}).createMachine({
  id: 'parallel',
  meta: { labels: ['lock', 'unlock', 'both', 'stop'] },
  type: 'parallel',
  states: {
    door: {
      initial: 'open',
      states: {
        open: { on: { lock: 'locked', both: 'locked', stop: {} } },
        locked: { on: { unlock: 'open' } },
      },
    },
    engine: {
      initial: 'running',
      states: {
        running: { on: { stop: 'stopped', both: 'stopped' } },
        stopped: { on: { both: 'running' } },
      },
    },
  },
});

/** Nested states, an answer of a self-loop, two labels between the same states, a final state. */
const call = setup({}).createMachine({
  id: 'call',
  meta: { labels: ['dial', 'redial', 'answer', 'busy', 'hold', 'resume', 'hang_up'] },
  initial: 'idle',
  states: {
    idle: { on: { dial: 'ringing', redial: 'ringing', busy: 'idle' } },
    ringing: { on: { answer: 'talking', busy: 'idle', hang_up: 'over' } },
    talking: {
      initial: 'live',
      on: { hang_up: 'over' },
      states: { live: { on: { hold: 'held' } }, held: { on: { resume: 'live' } } },
    },
    over: { type: 'final' },
  },
});

/** Machines whose paths are compared; each small enough for `xstate/graph` to list them all, or one of these. */
const CONTRACTS: readonly AnyStateMachine[] = specification.machines
  .filter(({ kind }) => kind === 'contract')
  .map(({ machine }) => machine);
/** Contracts whose simple paths are too many to list; their shortest paths are compared. */
const TOO_MANY = ['typed_attachment'];
const KINDS = ['shortest', 'simple'] as const;
const MACHINES: readonly AnyStateMachine[] = [counter, parallel, call, ...CONTRACTS];

interface Paths {
  readonly shortest: EventSequences;
  readonly simple: EventSequences;
}

function ownPaths(machine: AnyStateMachine, kind: keyof Paths): EventSequences {
  const lts = flatten(machine);
  const graph = machineGraph(lts);
  if (kind === 'shortest') return eventsAlong(lts, shortestPaths(graph));
  const simple = simplePaths(graph);
  if (simple.kind !== 'all') throw new Error(`'${machine.id}' has ${simple.reason}`);
  return eventsAlong(lts, simple.paths);
}

type XstatePaths = Parameters<typeof eventsOfXstatePath>[0][];
type PathGenerator = (machine: AnyStateMachine, options: object) => XstatePaths;

/** What is used of `@xstate/test`, whose own types don't fit. */
interface XstateTest {
  createShortestPathsGen(): PathGenerator;
  createSimplePathsGen(): PathGenerator;
  createTestModel(
    machine: AnyStateMachine,
    options: object,
  ): { getPaths(generator: PathGenerator): XstatePaths };
}

/** The paths of `@xstate/test`: all, and those that are left when it has dropped some. */
async function xstateTestPaths(
  machine: AnyStateMachine,
  kind: keyof Paths,
): Promise<{ readonly all: EventSequences; readonly left: EventSequences }> {
  const xstateTest = (await import('@xstate/test' as string)) as XstateTest;
  const generator =
    kind === 'shortest' ? xstateTest.createShortestPathsGen() : xstateTest.createSimplePathsGen();
  const events = () => declaredEvents(machine).map((type) => ({ type }));
  const options = { events, serializeTransition: () => '' };
  let all: EventSequences = [];
  const left = xstateTest.createTestModel(machine, options).getPaths((logic, resolved) => {
    const paths = generator(logic, { ...resolved, events });
    all = paths.map(eventsOfXstatePath);
    return paths;
  });
  return { all, left: left.map(eventsOfXstatePath) };
}

/** In an order of their own, each as one string; duplicates would show. */
const inOrder = (sequences: EventSequences) => sequences.map((events) => events.join(' ')).sort();

const beginsAnother = (path: string, _: number, all: string[]) =>
  path === '' ? all.length > 1 : all.some((other) => other.startsWith(`${path} `));

describe.each(MACHINES.map((machine) => ({ id: machine.id, machine })))('$id', ({ machine }) => {
  const kinds = TOO_MANY.includes(machine.id) ? (['shortest'] as const) : KINDS;
  test.each(kinds)('has the same %s paths in all three', async (kind) => {
    const own = inOrder(ownPaths(machine, kind));
    const { all, left } = await xstateTestPaths(machine, kind);
    expect(inOrder(xstatePaths(machine)[kind])).toEqual(own);
    expect(inOrder(all)).toEqual(own);
    expect(inOrder(left)).toEqual(own.filter((...path) => !beginsAnother(...path)));
  });
});

test('what has too many simple paths is what is listed so', () => {
  const refused = MACHINES.filter(
    (machine) => simplePaths(machineGraph(flatten(machine))).kind !== 'all',
  );
  expect(refused.map(({ id }) => id)).toEqual(TOO_MANY);
});

test('the sample machines have paths enough to compare', () => {
  const counts = MACHINES.slice(0, 3).map((machine) => {
    return [machine.id, ownPaths(machine, 'shortest').length, ownPaths(machine, 'simple').length];
  });
  expect(counts).toEqual([
    ['counter', 5, 5],
    ['parallel', 4, 16],
    ['call', 5, 13],
  ]);
});

test('where the history of a machine matters, xstate/graph misses states', () => {
  const remembering = setup({}).createMachine({
    id: 'remembering',
    meta: { labels: ['pause', 'resume', 'next'] },
    initial: 'playing',
    states: {
      playing: {
        initial: 'first',
        on: { pause: 'paused' },
        states: {
          first: { on: { next: 'second' } },
          second: {},
          last: { type: 'history' },
        },
      },
      paused: { on: { resume: 'playing.last' } },
    },
  });
  const own = {
    shortest: ownPaths(remembering, 'shortest'),
    simple: ownPaths(remembering, 'simple'),
  };
  const graph = xstatePaths(remembering);
  // Paused after the first song, and after the second.
  expect([own.shortest.length, graph.shortest.length]).toEqual([4, 3]);
  const alike = ['', 'next', 'next pause', 'pause'];
  expect([inOrder(own.simple), inOrder(graph.simple)]).toEqual([alike, alike]);
});
