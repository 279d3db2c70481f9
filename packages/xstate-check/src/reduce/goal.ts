import type { Formula } from '../check/formula.ts';
import type { Product } from '../system/product.ts';

/**
 * States that are looked for: a formula over the local states of the parts, without negation, so
 * that it can only become true by some part coming to a state in which it is read as true.
 */
export type Goal = Literal | { readonly kind: 'and' | 'or'; readonly of: readonly Goal[] };

export interface Literal {
  readonly kind: 'in';
  readonly part: number;
  /** For each local state of the part 1 where it is as wanted. */
  readonly holds: Uint8Array;
}

/** The part is in a local state that passes the test. */
export function partIs(product: Product, part: number, test: (local: number) => boolean): Literal {
  const holds = Uint8Array.from(product.ltss[part]!.states, (_, local) => (test(local) ? 1 : 0));
  return { kind: 'in', part, holds };
}

export const both = (...of: Goal[]): Goal => ({ kind: 'and', of });
export const either = (...of: Goal[]): Goal => ({ kind: 'or', of });

/** The states in which a formula is true, or false. */
export function goalOf(formula: Formula, product: Product, truth = true): Goal {
  switch (formula.kind) {
    case 'in':
      return partIs(product, formula.part, (local) => formula.states.includes(local) === truth);
    case 'not':
      return goalOf(formula.of, product, !truth);
    case 'count':
      return countedGoal(formula, product, truth);
    default: {
      const of = formula.of.map((child) => goalOf(child, product, truth));
      return (formula.kind === 'and') === truth ? both(...of) : either(...of);
    }
  }
}

/** Not more than `most` is that of the others enough do not hold. */
function countedGoal(
  { of, least, most }: Extract<Formula, { kind: 'count' }>,
  product: Product,
  truth: boolean,
): Goal {
  const holding = of.map((child) => goalOf(child, product));
  const failing = of.map((child) => goalOf(child, product, false));
  return truth
    ? both(atLeast(least, holding), atLeast(of.length - most, failing))
    : either(atLeast(of.length - least + 1, failing), atLeast(most + 1, holding));
}

function atLeast(count: number, of: readonly Goal[]): Goal {
  if (count <= 0) return both();
  if (count > of.length) return either();
  if (count === of.length) return both(...of);
  if (count === 1) return either(...of);
  const [first, ...others] = of;
  return either(both(first!, atLeast(count - 1, others)), atLeast(count, others));
}

export function isReached(goal: Goal, local: Int32Array): boolean {
  if (goal.kind === 'in') return goal.holds[local[goal.part]!] === 1;
  const settles = goal.kind === 'or';
  for (const child of goal.of) if (isReached(child, local) === settles) return settles;
  return !settles;
}

export function literalsOf(goal: Goal): readonly Literal[] {
  return goal.kind === 'in' ? [goal] : goal.of.flatMap(literalsOf);
}

/** The goals of which one is reached where the goal is. */
export function alternativesOf(goal: Goal): readonly Goal[] {
  return goal.kind === 'or' ? goal.of.flatMap(alternativesOf) : [goal];
}

/**
 * For each vector the goals, by their numbers, that read something which the vector changes.
 *
 * @param changes - given whether it holds before the vector and after it, 1 or 0
 */
export function goalsTouched(
  { vectors, ltss }: Product,
  goals: readonly Goal[],
  changes: (before: number, after: number) => boolean,
): number[][] {
  const byPart = ltss.map((): { goal: number; holds: Uint8Array }[] => []);
  goals.forEach((of, goal) => {
    for (const { part, holds } of literalsOf(of)) byPart[part]!.push({ goal, holds });
  });
  const isTouched = (next: Int32Array, holds: Uint8Array) =>
    next.some((to, from) => to >= 0 && changes(holds[from]!, holds[to]!));
  return vectors.map(({ participants }) => {
    const touched = participants.flatMap(({ part, next }) =>
      byPart[part]!.flatMap(({ goal, holds }) => (isTouched(next, holds) ? [goal] : [])),
    );
    return [...new Set(touched)];
  });
}
