import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { getAdjacencyMap, getShortestPaths } from 'xstate/graph';
import { anyMachine } from './any-machine.fixture.ts';
import { flatten } from './flatten.ts';
import { type Lts, transitionsOf } from './lts.ts';
import { MachineError } from './machine-error.ts';

/*
 * xstate/graph as the oracle. It fires every event at every state, so that a disabled event looks
 * like a step to the same state. The exact relation, for machines without history: the transitions
 * of the LTS are those of the adjacency map for which the source snapshot says `can(event)`. All
 * that it adds are steps from a state to itself; and since `can` is true of an explicit
 * self-target, the map alone cannot say which of its self-loops are real. Unlike an actor, the map
 * goes on from final states of the machine; it is asked not to.
 */
describe('on random small machines', () => {
  it('the transitions are those of xstate/graph that the source state can take', () => {
    fc.assert(
      fc.property(anyMachine, (machine) => {
        const lts = flattenOr(machine, () => expectGraphToFail(machine));
        if (lts === undefined) return;
        const { states, steps } = graphOf(machine);
        expect(new Set(lts.states.map(keyOfState))).toEqual(states);
        expect(arrowsOf(lts)).toEqual(
          steps
            .filter(({ can }) => can)
            .map(arrow)
            .sort(),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('what xstate/graph has beyond that are steps from a state to itself', () => {
    fc.assert(
      fc.property(anyMachine, (machine) => {
        const lts = flattenOr(machine);
        if (lts === undefined) return;
        const beyond = graphOf(machine).steps.filter(({ can }) => !can);
        expect(beyond.filter(({ from, to }) => from !== to)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('a state is as many steps away as xstate/graph says', () => {
    fc.assert(
      fc.property(anyMachine, (machine) => {
        const lts = flattenOr(machine);
        if (lts === undefined) return;
        const paths = getShortestPaths(machine, OPTIONS);
        const lengths = paths.map(({ state, weight }) => [keyOf(state), weight] as const);
        expect(new Map(depths(lts))).toEqual(new Map(lengths));
      }),
      { numRuns: 200 },
    );
  });
});

const OPTIONS = {
  serializeState: (snapshot: AnyMachineSnapshot) => keyOf(snapshot),
  filterEvents: (snapshot: AnyMachineSnapshot) => snapshot.status === 'active',
};

function flattenOr(machine: AnyStateMachine, refused: () => void = () => {}): Lts | undefined {
  try {
    return flatten(machine);
  } catch (error) {
    expect(error).toBeInstanceOf(MachineError);
    expect((error as MachineError).rule).toBe('does-not-settle');
    refused();
    return undefined;
  }
}

/** Where flatten refuses, xstate/graph throws or starts from a snapshot in error. */
function expectGraphToFail(machine: AnyStateMachine): void {
  let failed = false;
  try {
    const adjacency = adjacencyOf(machine);
    failed = Object.values(adjacency).some(({ state }) => state.status === 'error');
  } catch {
    failed = true;
  }
  expect(failed).toBe(true);
}

/** The adjacency map, with the types that xstate/graph loses on a machine of any type. */
function adjacencyOf(machine: AnyStateMachine): Adjacency {
  return getAdjacencyMap(machine, OPTIONS) as unknown as Adjacency;
}

type Adjacency = Record<
  string,
  {
    state: AnyMachineSnapshot;
    transitions: Record<string, { event: { type: string }; state: AnyMachineSnapshot }>;
  }
>;

function graphOf(machine: AnyStateMachine) {
  const adjacency = adjacencyOf(machine);
  const steps = Object.values(adjacency).flatMap(({ state, transitions }) =>
    Object.values(transitions).map(({ event, state: next }) => ({
      from: keyOf(state),
      event: event.type,
      to: keyOf(next),
      can: state.can(event),
    })),
  );
  return { states: new Set(Object.keys(adjacency)), steps };
}

function arrowsOf(lts: Lts): string[] {
  const key = (state: number) => keyOfState(lts.states[state]!);
  return [...transitionsOf(lts)]
    .map(({ from, label, to }) =>
      arrow({ from: key(from), event: lts.labels[label]!, to: key(to) }),
    )
    .sort();
}

const arrow = (step: { from: string; event: string; to: string }) =>
  `${step.from} -${step.event}-> ${step.to}`;

function depths(lts: Lts): [string, number][] {
  const depth = new Map([[0, 0]]);
  for (const state of depth.keys()) {
    for (const { from, to } of transitionsOf(lts)) {
      if (from === state && !depth.has(to)) depth.set(to, depth.get(state)! + 1);
    }
  }
  return [...depth].map(([state, steps]) => [keyOfState(lts.states[state]!), steps]);
}

const keyOfState = (state: Lts['states'][number]) => key(state.nodes, state.context);

const keyOf = (snapshot: AnyMachineSnapshot) =>
  key(
    (snapshot._nodes as { path: string[] }[])
      .map(({ path }) => path.join('.'))
      .filter((path) => path !== ''),
    snapshot.context,
  );

const key = (nodes: readonly string[], context: unknown) =>
  `${[...nodes].sort().join(' ')} ${JSON.stringify(context)}`;
