import type { StateSpace } from '../explore/explore.ts';
import { type Run, shortestRun } from '../explore/run.ts';
import { parseLabel } from '../lts/label.ts';
import type { Product } from '../system/product.ts';

/**
 * The name of the thread that runs a vector. A call from outside begins on the thread that answers
 * it; what no thread answers is the `environment`'s.
 */
export function threadName(product: Product, vector: number): string {
  const { initiator, label, participants } = product.vectors[vector]!;
  if (initiator < 0) {
    const callee = participants.find(({ part }) => product.parts[part]!.thread !== undefined);
    return parseLabel(label).thread ?? product.parts[callee?.part ?? -1]?.thread ?? ENVIRONMENT;
  }
  const part = product.parts[initiator]!;
  return part.thread ?? part.name;
}

export const ENVIRONMENT = 'environment';

/** The threads of a product, numbered. */
export function threadsOf(product: Product): { names: string[]; of: Int32Array } {
  const names: string[] = [];
  const of = Int32Array.from(product.vectors, (_, vector) => {
    const name = threadName(product, vector);
    const known = names.indexOf(name);
    return known >= 0 ? known : names.push(name) - 1;
  });
  return { names, of };
}

/** Among the shortest runs to a state, one with the fewest thread switches. */
export function runTo(space: StateSpace, state: number): Run {
  const { of } = threadsOf(space.product);
  return shortestRun(space, state, (vector) => of[vector]!);
}
