import { BoundReached, type Bounds, type StateSpace } from '../explore/explore.ts';
import { packingFor } from '../explore/packing.ts';
import { StateTable } from '../explore/state-table.ts';
import { stepperFor } from '../explore/stepper.ts';
import type { Product } from '../system/product.ts';
import { type Goal, isReached } from './goal.ts';
import { sliceFor } from './slice.ts';
import { StubbornSets } from './stubborn.ts';
import { Walk } from './walk.ts';

/**
 * A shortest run of the whole product to a goal, or to such a state from which nothing can move.
 * Breadth first by the stubborn sets that keep lengths, so that no run of the product is shorter.
 *
 * @returns the vectors taken, `undefined` where there is no such run
 * @throws BoundReached where it takes more states than the bound
 */
export function shortestRunTo(
  product: Product,
  goal: Goal,
  isStop: boolean,
  bounds: Bounds = {},
): number[] | undefined {
  const { product: slice, origin } = sliceFor(product, [goal], isStop);
  const walk = new Walk(slice);
  const table = new StateTable(walk.words);
  const sets = new StubbornSets(slice, [goal]);
  table.add(walk.key, -1, -1);
  for (let state = 0; state < table.count; state++) {
    walk.goTo(table, state);
    const isWanted = isReached(goal, walk.local);
    if (isWanted && !isStop) return vectorsTo(table, state, origin);
    const vectors = isStop ? sets.towardsStuck(walk.local) : sets.towards(goal, walk.local);
    if (isWanted && vectors.length === 0) return vectorsTo(table, state, origin);
    for (const vector of vectors) {
      walk.goTo(table, state);
      walk.take(vector);
      table.add(walk.key, state, vector);
    }
    if (table.count > (bounds.states ?? Infinity)) {
      throw new BoundReached(`system '${product.name}': no shortest run within the bound`);
    }
  }
  return undefined;
}

function vectorsTo(table: StateTable, state: number, origin: readonly number[]): number[] {
  const vectors: number[] = [];
  for (let s = state; s > 0; s = table.parent[s]!) vectors.unshift(origin[table.vector[s]!]!);
  return vectors;
}

/**
 * What a run visits, as a state space of the whole product, in which the run can be judged, drawn
 * and replayed like one that was found without reduction.
 *
 * @throws Error where the product has no such run
 */
export function spaceAlong(product: Product, vectors: readonly number[]): StateSpace {
  const packing = packingFor(product.ltss.map((lts) => lts.states.length));
  const table = new StateTable(packing.words);
  const walk = new Walk(product);
  const stepper = stepperFor(product, packing);
  table.add(walk.key, -1, -1);
  vectors.forEach((vector, step) => {
    walk.goTo(table, step);
    const { participants, label } = product.vectors[vector]!;
    if (participants.some(({ part, next }) => next[walk.local[part]!]! < 0)) {
      throw new Error(`step ${step} of a run found by reduction, '${label}', is refused`);
    }
    walk.take(vector);
    table.add(walk.key, step, vector);
  });
  const last = table.count - 1;
  let leaves = 0;
  stepper.each(table, last, () => leaves++);
  return {
    product,
    packing,
    table,
    states: table.count,
    transitions: last,
    depth: last,
    levels: Array.from({ length: table.count }, (_, state) => state),
    stepper,
    stuck: leaves === 0 ? [last] : [],
  };
}
