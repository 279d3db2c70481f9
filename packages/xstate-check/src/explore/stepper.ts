import type { Product } from '../system/product.ts';
import { Batch } from './batch.ts';
import { Moves } from './moves.ts';
import { type Movers, moversOf, type Packing } from './packing.ts';
import type { StateTable } from './state-table.ts';

/** Finds the transitions of packed states. */
export interface Stepper {
  /** Adds the transitions of a state to a batch that has room for them; returns how many. */
  expand(table: StateTable, state: number, batch: Batch): number;
  /**
   * Calls back for each transition of a state with its vector and the packed target, in an array
   * that is overwritten before the next call. The callback may use the stepper.
   */
  each(table: StateTable, state: number, visit: (vector: number, key: Int32Array) => void): void;
  /** The local states of the parts in a state, in an array that the next call overwrites. */
  local(table: StateTable, state: number): Int32Array;
}

/** @param movers - what the packing is of, where that is not the parts themselves */
export function stepperFor(
  product: Product,
  packing: Packing,
  movers: Movers = moversOf(product),
): Stepper {
  const { words, wordOf, shiftOf, maskOf, localOf } = packing;
  const moves = new Moves(movers);
  const current = new Int32Array(product.ltss.length);
  const key = new Int32Array(words);
  /** One batch for each `each` that is under way inside another. */
  const batches: Batch[] = [];
  let nested = 0;

  return {
    expand(table, state, batch) {
      return moves.expand(table.states, state * words, state, batch);
    },
    each(table, state, visit) {
      batches[nested] ??= new Batch(words, product.vectors.length);
      const batch = batches[nested]!;
      batch.count = 0;
      moves.expand(table.states, state * words, state, batch);
      nested++;
      try {
        for (let i = 0; i < batch.count; i++) {
          for (let word = 0; word < words; word++) key[word] = batch.keys[i * words + word]!;
          visit(batch.vector[i]!, key);
        }
      } finally {
        nested--;
      }
    },
    local(table, state) {
      const at = state * words;
      for (let part = 0; part < current.length; part++) {
        const packed = (table.states[at + wordOf[part]!]! >>> shiftOf[part]!) & maskOf[part]!;
        current[part] = localOf === undefined ? packed : localOf[part]![packed]!;
      }
      return current;
    },
  };
}
