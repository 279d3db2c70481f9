import type { Batch } from './batch.ts';
import { StateTable } from './state-table.ts';
import type { Stepper } from './stepper.ts';

/**
 * The states of a table in another packing, with the same numbers, parents and vectors.
 *
 * @param stepper - of the other packing
 * @param batch - of the other packing, with room for the transitions of a state
 */
export function repacked(table: StateTable, stepper: Stepper, batch: Batch): StateTable {
  const { words } = batch;
  const { count, parent, vector } = table;
  const key = new Int32Array(words);
  const to = new StateTable(words, count * 2);
  to.add(key, -1, -1);
  for (let state = 1; state < count; ) {
    // States that were first found from the same state have numbers that follow each other.
    const source = parent[state]!;
    batch.count = 0;
    stepper.expand(to, source, batch);
    for (; parent[state] === source && state < count; state++) {
      const by = vector[state]!;
      let at = 0;
      while (batch.vector[at] !== by) at++;
      for (let word = 0; word < words; word++) key[word] = batch.keys[at * words + word]!;
      to.add(key, source, by);
    }
  }
  return to;
}
