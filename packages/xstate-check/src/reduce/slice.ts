import type { Product } from '../system/product.ts';
import { type Goal, literalsOf } from './goal.ts';

/** What of a product has a say in a question, and which vector of the product each of its is. */
export interface Slice {
  readonly product: Product;
  readonly origin: readonly number[];
}

/**
 * Leaves out the parts that never refuse and that no goal reads, above all the monitors of other
 * properties, and then the vectors that move nothing: every run of the slice is one of the product.
 * Parts keep their numbers.
 *
 * @param keepIdle - keep the vectors that move nothing, where it matters whether anything can move
 */
export function sliceFor(product: Product, goals: readonly Goal[], keepIdle: boolean): Slice {
  const read = new Set(goals.flatMap(literalsOf).map(({ part }) => part));
  const refuses = product.ltss.map(() => false);
  for (const { participants } of product.vectors) {
    for (const { part, next } of participants) if (next.includes(-1)) refuses[part] = true;
  }
  const hasSay = (part: number) => read.has(part) || refuses[part]!;
  const origin: number[] = [];
  const vectors = product.vectors.flatMap((vector, index) => {
    const participants = vector.participants.filter(({ part }) => hasSay(part));
    const moves = participants.some(({ next }) => next.some((to, from) => to >= 0 && to !== from));
    if (!moves && !keepIdle) return [];
    origin.push(index);
    return [{ ...vector, participants }];
  });
  const ltss = product.ltss.map((lts, part) =>
    hasSay(part) ? lts : { ...lts, states: lts.states.slice(0, 1) },
  );
  return { product: { ...product, ltss, vectors }, origin };
}
