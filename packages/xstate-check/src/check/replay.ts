import type { StateSpace } from '../explore/explore.ts';
import { packingFor } from '../explore/packing.ts';
import type { Run } from '../explore/run.ts';
import { StateTable } from '../explore/state-table.ts';
import { stepperFor } from '../explore/stepper.ts';
import type { Product } from '../system/product.ts';

/** A run that was taken again, in a space that has its states and no others. */
export interface Replayed {
  readonly space: StateSpace;
  readonly run: Run;
  /** What is repeated after it, where that was asked for. */
  readonly cycle?: Run;
}

/**
 * Takes a run again, step by step, and what is repeated after it; nothing where the product has no
 * such run.
 */
export function replay(
  product: Product,
  vectors: readonly number[],
  cycle?: readonly number[],
): Replayed | undefined {
  const packing = packingFor(product.ltss.map(({ states }) => states.length));
  const stepper = stepperFor(product, packing);
  const table = new StateTable(packing.words);
  table.add(new Int32Array(packing.words), -1, -1);
  const walk = (from: number, by: readonly number[]): Run | undefined => {
    const states = [from];
    for (const wanted of by) {
      const before = states.at(-1)!;
      let to: number | undefined;
      stepper.each(table, before, (vector, key) => {
        if (vector === wanted) to = table.add(key, before, vector);
      });
      if (to === undefined) return undefined;
      states.push(to);
    }
    return { states, vectors: by };
  };
  const run = walk(0, vectors);
  // Where a run just stops, nothing is repeated, in no state.
  const repeated = cycle?.length === 0 ? NOTHING : run && walk(run.states.at(-1)!, cycle ?? []);
  if (run === undefined || repeated === undefined) return undefined;
  const space = {
    ...{ product, packing, table, stepper, states: table.count, transitions: vectors.length },
    ...{ depth: vectors.length, levels: [0], stuck: [] },
  };
  return { space, run, ...(cycle !== undefined && { cycle: repeated }) };
}

const NOTHING: Run = { states: [], vectors: [] };
