import { replay } from '../check/replay.ts';
import { runTo } from '../check/threads.ts';
import type { Bounds } from '../explore/bounds.ts';
import { explore, type StateSpace } from '../explore/explore.ts';
import type { Run } from '../explore/run.ts';
import type { System } from '../specification/system.ts';
import { compose, type Product } from '../system/product.ts';
import type { Test } from './atoms.ts';
import { conditionText, parseCondition } from './condition.ts';
import { followingHolders } from './follow.ts';
import { meaningOf } from './meaning.ts';

/** What was found of a condition. */
export interface Found {
  /** The condition as it was read. */
  readonly condition: string;
  /** A run to a state in which it holds, and the space of just its states; absent where none was found. */
  readonly run?: { readonly run: Run; readonly space: StateSpace };
  /** The states that were looked at, all together where none is left. */
  readonly states: number;
  /** Whether all states there are were looked at; none was left out by a reduction. */
  readonly isComplete: boolean;
  /** The bound that stopped it, in words. */
  readonly stopped?: string;
}

/** How many states are looked at before the condition is asked of them; each time so many times more. */
const FIRST = 1 << 14;
const MORE = 8;

/**
 * Looks for a run to a state in which a condition holds: the shortest, or the next ones in the order
 * of their length. A run ends where the condition holds for the first time, so that a longer one is
 * never a shorter one that goes on. Nothing is reduced.
 *
 * @param number - 1 for the shortest, 2 for the next
 * @throws InputError for a condition that cannot be read, or speaks of what the system has not
 */
export function find(system: System, text: string, number = 1, bounds: Bounds = {}): Found {
  const condition = parseCondition(text);
  const product = compose(system);
  const { follows, test } = meaningOf(condition, { system, product });
  const followed = followingHolders(product, follows);
  const holds = test(followed);
  const said = { condition: conditionText(condition) };
  for (let most = FIRST; ; most *= MORE) {
    const isLast = bounds.states !== undefined && most >= bounds.states;
    const states = isLast ? bounds.states! : most;
    const space = explore(followed.product, { ...bounds, states, keepSeen: true });
    const found = entered(space, holds, number);
    const isComplete = space.stopped === undefined;
    const seen = { ...said, states: space.states, isComplete };
    if (found !== undefined) return { ...seen, run: ofProduct(product, space, found, holds) };
    if (isComplete) return seen;
    if (isLast || space.states < most) return { ...seen, stopped: space.stopped! };
  }
}

/** The state with this number, from 1 on, among those to which a run leads for the first time. */
function entered(space: StateSpace, holds: Test, number: number): number | undefined {
  const { table, stepper, states } = space;
  // Whether the run by which a state was found has met the condition; parents come first.
  const met = new Uint8Array(states);
  let count = 0;
  for (let state = 0; state < states; state++) {
    const parent = table.parent[state]!;
    if (parent >= 0 && met[parent] === 1) {
      met[state] = 1;
      continue;
    }
    if (!holds(stepper.local(table, state))) continue;
    met[state] = 1;
    if (++count === number) return state;
  }
  return undefined;
}

/**
 * The run to a state, with the fewest switches of thread where it does not meet the condition on its
 * way, and taken again in the product itself.
 */
function ofProduct(
  product: Product,
  space: StateSpace,
  state: number,
  holds: Test,
): NonNullable<Found['run']> {
  const { table, stepper } = space;
  const shortest = runTo(space, state);
  const before = shortest.states.slice(0, -1);
  const isEarly = before.some((one) => holds(stepper.local(table, one)));
  const again = replay(product, isEarly ? foundBy(space, state) : shortest.vectors);
  if (again === undefined) throw new Error('a run that was found cannot be taken again');
  return again;
}

/** The steps by which a state was found first. */
function foundBy({ table }: StateSpace, state: number): number[] {
  const vectors: number[] = [];
  for (let at = state; table.parent[at]! >= 0; at = table.parent[at]!) {
    vectors.unshift(table.vector[at]!);
  }
  return vectors;
}
