import fc from 'fast-check';
import { type AnyStateMachine, assign, createMachine } from 'xstate';

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

/** Machines of states, guards on a count, `always` and a counter; some never settle. */
export const anyMachine = anyInner(2).map((shape) => {
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
