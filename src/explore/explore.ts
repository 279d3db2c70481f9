import { InputError } from '../errors.ts';
import type { Product } from '../system/product.ts';
import { Batch } from './batch.ts';
import { type Packing, packingFor } from './packing.ts';
import { StateTable } from './state-table.ts';
import { type Stepper, stepperFor } from './stepper.ts';

/** What may stop an exploration before it has seen everything; then there is no verdict. */
export interface Bounds {
  /** Most states. */
  readonly states?: number;
  /** Most bytes in the state table. */
  readonly bytes?: number;
  /** Called now and then with the states found and the depth reached. */
  readonly progress?: (states: number, depth: number) => void;
}

/** Every state of a product that can be reached, breadth first. */
export interface StateSpace {
  readonly product: Product;
  readonly packing: Packing;
  readonly table: StateTable;
  readonly states: number;
  readonly transitions: number;
  /** Length of the longest of the shortest runs. */
  readonly depth: number;
  /** Number of the first state at each depth; states are numbered in the order of their depth. */
  readonly levels: readonly number[];
  readonly stepper: Stepper;
  /** States from which nothing can move, in the order of their depth. */
  readonly stuck: readonly number[];
}

const PROGRESS_EVERY = 1 << 16;
const DEFAULT_STATES = 50_000_000;
/** Transitions that are looked up in the state table together. */
const BATCH = 256;

/** @throws InputError when a bound is reached, with how far it got */
export function explore(product: Product, bounds: Bounds = {}): StateSpace {
  const packing = packingFor(product.ltss.map((lts) => lts.states.length));
  const table = new StateTable(packing.words);
  const stepper = stepperFor(product, packing);
  const batch = new Batch(packing.words, BATCH + product.vectors.length);
  const levels: number[] = [];
  const stuck: number[] = [];
  let transitions = 0;
  let reported = 0;
  table.add(new Int32Array(packing.words), -1, -1);
  for (let state = 0; state < table.count; ) {
    levels.push(state);
    const depth = levels.length - 1;
    const end = table.count;
    while (state < end) {
      batch.count = 0;
      for (; state < end && batch.count < BATCH; state++) {
        if (stepper.expand(table, state, batch) === 0) stuck.push(state);
      }
      transitions += batch.count;
      table.addAll(batch);
      checkBounds(product, table, bounds, depth);
      if (state - reported >= PROGRESS_EVERY) {
        reported = state;
        bounds.progress?.(table.count, depth);
      }
    }
  }
  const depth = levels.length - 1;
  bounds.progress?.(table.count, depth);
  return {
    product,
    packing,
    table,
    states: table.count,
    transitions,
    depth,
    levels,
    stepper,
    stuck,
  };
}

function checkBounds(product: Product, table: StateTable, bounds: Bounds, depth: number): void {
  const most = bounds.states ?? DEFAULT_STATES;
  if (table.count > most) {
    throw new InputError(
      `system '${product.name}': stopped at ${table.count} states, depth ${depth}, because the ` +
        `bound is ${most} states; there is no verdict: take a smaller --scope or a larger --max-states`,
    );
  }
  if (bounds.bytes !== undefined && table.bytes > bounds.bytes) {
    throw new InputError(
      `system '${product.name}': stopped at ${table.count} states, depth ${depth}, because the ` +
        `state table reached ${table.bytes} bytes; there is no verdict: take a smaller --scope or a larger --max-memory`,
    );
  }
}
