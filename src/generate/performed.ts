import type { Product } from '../system/product.ts';

/** Whether a test does the step of this vector; otherwise it waits for it to happen. */
export type PerformedBy = (vector: number) => boolean;

/** A test does what the environment starts, and what parts do that play one of these roles. */
export function performedBy(product: Product, callers: readonly string[]): PerformedBy {
  const isCaller = product.parts.map(({ roles }) => roles.some((role) => callers.includes(role)));
  return (vector) => {
    const { initiator } = product.vectors[vector]!;
    return initiator < 0 || isCaller[initiator]!;
  };
}
