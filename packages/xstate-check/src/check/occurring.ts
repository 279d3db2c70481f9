import type { StateSpace } from '../explore/explore.ts';

/** Those of the vectors that some run takes. */
export function occurringAmong(space: StateSpace, vectors: readonly number[]): Set<number> {
  const { product, table, stepper } = space;
  const wanted = new Set(vectors);
  const found = new Set<number>();
  const note = (vector: number) => {
    if (wanted.delete(vector)) found.add(vector);
  };
  // Most are the step by which some state was first found.
  for (let state = 1; state < space.states && wanted.size > 0; state++) note(table.vector[state]!);
  for (let state = 0; state < space.states && wanted.size > 0; state++) {
    const local = stepper.local(table, state);
    for (const vector of wanted) {
      const { participants } = product.vectors[vector]!;
      if (participants.every(({ part, next }) => next[local[part]!]! >= 0)) note(vector);
    }
  }
  return found;
}
