import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyMachineSnapshot, type AnyStateMachine, assign, createMachine } from 'xstate';
import { getAdjacencyMap, getShortestPaths } from 'xstate/graph';
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

/* Random machines: a tree of states first, then transitions between any two of its nodes. */

interface Shape {
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final';
  readonly children: readonly Shape[];
  readonly initial: number;
  readonly on: readonly (readonly [string, readonly Arrow[]])[];
  readonly always: readonly Arrow[];
}

interface Arrow {
  readonly target?: number | undefined;
  readonly guard?: number | undefined;
  readonly count: boolean;
  readonly reenter: boolean;
}

const anyArrow: fc.Arbitrary<Arrow> = fc.record({
  target: fc.option(fc.nat(20), { nil: undefined }),
  guard: fc.option(fc.nat(2), { nil: undefined, freq: 1 }),
  count: fc.boolean(),
  reenter: fc.boolean(),
});

const anyOn = fc.array(
  fc.tuple(fc.constantFrom('E', 'F', 'G'), fc.array(anyArrow, { minLength: 1, maxLength: 2 })),
  { maxLength: 3 },
);

/** Mostly guarded, so that most machines settle and some do not. */
const anyAlways = fc.oneof(
  { weight: 5, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(anyArrow, { minLength: 1, maxLength: 1 }) },
);

function anyShape(depth: number): fc.Arbitrary<Shape> {
  const leaf = fc.record({
    type: fc.oneof(
      { weight: 8, arbitrary: fc.constant('atomic' as const) },
      { weight: 1, arbitrary: fc.constant('final' as const) },
    ),
    children: fc.constant([]),
    initial: fc.constant(0),
    on: anyOn,
    always: anyAlways,
  });
  return depth === 0 ? leaf : fc.oneof({ weight: 2, arbitrary: leaf }, anyInner(depth));
}

function anyInner(depth: number): fc.Arbitrary<Shape> {
  return fc.record({
    type: fc.constantFrom('compound' as const, 'compound' as const, 'parallel' as const),
    children: fc.array(anyShape(depth - 1), { minLength: 2, maxLength: 3 }),
    initial: fc.nat(2),
    on: anyOn,
    always: anyAlways,
  });
}

const anyMachine = anyInner(2).map((shape) => {
  const paths = pathsBelow(shape, 'm');
  return createMachine({
    id: 'm',
    context: { n: 0 },
    options: { maxIterations: 50 },
    ...configOf(shape, paths),
  } as never) as AnyStateMachine;
});

function pathsBelow(shape: Shape, path: string): string[] {
  return shape.children.flatMap((child, i) => [
    `${path}.s${i}`,
    ...pathsBelow(child, `${path}.s${i}`),
  ]);
}

function configOf(shape: Shape, paths: readonly string[]): object {
  const arrowOf = ({ target, guard, count, reenter }: Arrow) => ({
    ...(target !== undefined && { target: `#${paths[target % paths.length]}`, reenter }),
    ...(guard !== undefined && {
      guard: ({ context }: { context: { n: number } }) => context.n === guard,
    }),
    ...(count && {
      actions: assign({
        n: ({ context }: { context: { n: number } }) => (context.n + 1) % 3,
      } as never),
    }),
  });
  const states = Object.fromEntries(
    shape.children.map((child, i) => [`s${i}`, configOf(child, paths)]),
  );
  return {
    ...(shape.type !== 'atomic' && shape.type !== 'compound' && { type: shape.type }),
    ...(shape.type === 'compound' && { initial: `s${shape.initial % shape.children.length}` }),
    ...(shape.children.length > 0 && { states }),
    ...(shape.always.length > 0 && { always: shape.always.map(arrowOf) }),
    on: Object.fromEntries(shape.on.map(([event, arrows]) => [event, arrows.map(arrowOf)])),
  };
}
