import { quiescentStates } from '../check/quiescence.ts';
import { partsToRest, restFinding } from '../check/rest.ts';
import { runTo } from '../check/threads.ts';
import { unasked, vacuous } from '../check/vacuous.ts';
import { HOLDS, type Verdict } from '../check/verdict.ts';
import type { Bounds } from '../explore/explore.ts';
import type { Rest } from '../specification/property.ts';
import type { Product } from '../system/product.ts';
import { decide, type End } from './decide.ts';
import { type Goal, partIs } from './goal.ts';
import { shortestRunTo, spaceAlong } from './shortest.ts';

export function isAtRest(product: Product, part: number): Goal {
  const quiescent = quiescentStates(product.ltss[part]!);
  return partIs(product, part, (local) => quiescent[local] === 1);
}

/** Where a system ends, and the parts that from there never come to rest. */
export interface Restless {
  readonly end: End;
  readonly parts: readonly number[];
}

/**
 * The first end from which not all of the parts can come back to rest. What cannot come back never
 * can, so that if there is such a state at all, there is one where runs end.
 *
 * @param resting - the parts that the ends speak of
 */
export function firstRestless(
  product: Product,
  property: Rest,
  { ends, resting }: { readonly ends: readonly End[]; readonly resting: readonly number[] },
  bounds: Bounds,
): Restless | undefined {
  const asked = partsToRest(product, property);
  for (const end of ends) {
    const parts = end.without
      .map((goal) => resting[goal]!)
      .filter((part) => asked.includes(part) && !canComeToRest(product, part, end.local, bounds));
    if (parts.length > 0) return { end, parts };
  }
  return undefined;
}

function canComeToRest(product: Product, part: number, from: Int32Array, bounds: Bounds): boolean {
  return decide(product, { goals: [isAtRest(product, part)], from }, bounds).reached[0]!;
}

/**
 * The verdict, with a shortest run to the end as far as it takes until a part cannot come back; it
 * may be that there is a shorter run elsewhere. The end speaks of the contracts that observe the
 * product as well.
 */
export function judgeRestless(
  { product, observed }: { readonly product: Product; readonly observed: Product },
  property: Rest,
  { end, parts }: Restless,
  bounds: Bounds,
): Verdict {
  const vectors = shortestRunTo(observed, end.here, false, bounds)!;
  const along = spaceAlong(product, vectors);
  const restless = (state: number): number[] => {
    const local = along.stepper.local(along.table, state).slice();
    return parts.filter((part) => !canComeToRest(product, part, local, bounds));
  };
  const first = firstOf(along.states, (state) => restless(state).length > 0);
  const space = spaceAlong(product, vectors.slice(0, first));
  const run = runTo(space, first);
  const finding = restFinding(product, restless(first));
  const counterexample = { property, space, run, finding, isShortest: false } as const;
  return { verdict: 'broken', counterexample };
}

/** The first of so many numbers that passes, where all after it do and the last does. */
function firstOf(count: number, passes: (number: number) => boolean): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The verdict where no end is without rest. */
export function judgeRested(product: Product, property: Rest): Verdict {
  if (partsToRest(product, property).length > 0) return HOLDS;
  return vacuous(unasked.rest);
}
