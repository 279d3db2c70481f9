import type { Vector } from '../system/product.ts';
import type { Space } from './space.ts';

/** What hidden steps reach of one group, breadth first, the states themselves first. */
export interface Reached {
  readonly ids: number[];
  readonly at: Map<number, number>;
  /** For each the place in `ids` that it was reached from, and the step; -1 where it was there. */
  readonly from: number[];
  readonly by: (Vector | undefined)[];
}

/** A hidden step of several groups, led by one of them at some place of what it reached. */
interface Shared {
  readonly g: number;
  readonly at: number;
  readonly vector: Vector;
}

/** More states fit than are followed. */
export class TooMany extends Error {}

/**
 * For each group what hidden steps reach from some of its states. A step of several groups is taken
 * where each of them allows it in some state.
 */
export function reachedFrom(
  space: Space,
  sets: readonly (readonly number[])[],
  most: number,
): readonly Reached[] {
  const reached = sets.map((set) => ({
    ids: [...set],
    at: new Map(set.map((id, i) => [id, i])),
    from: set.map(() => -1),
    by: set.map((): Vector | undefined => undefined),
  }));
  const done = reached.map(() => 0);
  const shared: Shared[] = [];
  for (let more = true; more; ) {
    for (const g of reached.keys()) reachAlone(space, g, reached[g]!, done, shared, most);
    more = shared.filter((step) => takeShared(space, reached, step, most)).length > 0;
  }
  return reached;
}

/** The hidden steps of one group from the states that are new; those of several are kept. */
function reachAlone(
  space: Space,
  g: number,
  reached: Reached,
  done: number[],
  shared: Shared[],
  most: number,
): void {
  for (; done[g]! < reached.ids.length; done[g]!++) {
    const at = done[g]!;
    for (const led of space.ledBy(g, reached.ids[at]!)) {
      if (led.shared) shared.push({ g, at, vector: led.vector });
      else reach(reached, at, led.to, led.vector, most);
    }
  }
}

/** @returns whether the step reaches something new */
function takeShared(
  space: Space,
  reached: readonly Reached[],
  { g, at, vector }: Shared,
  most: number,
): boolean {
  const shares = [...space.sharesOf(vector)];
  const from = shares.map(([h, share]) => {
    const { ids } = reached[h]!;
    return h === g ? [at] : [...ids.keys()].filter((i) => space.allows(h, ids[i]!, share));
  });
  if (from.some((places) => places.length === 0)) return false;
  let isNew = false;
  shares.forEach(([h, share], i) => {
    for (const place of from[i]!) {
      const to = space.after(h, reached[h]!.ids[place]!, share);
      isNew = reach(reached[h]!, place, to, vector, most) || isNew;
    }
  });
  return isNew;
}

function reach(
  { ids, at, from, by }: Reached,
  place: number,
  to: number,
  vector: Vector,
  most: number,
): boolean {
  if (at.has(to)) return false;
  at.set(to, ids.push(to) - 1);
  from.push(place);
  by.push(vector);
  if (ids.length > most) throw new TooMany();
  return true;
}
