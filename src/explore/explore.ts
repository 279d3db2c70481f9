import { InputError } from '../errors.ts';
import type { Product } from '../system/product.ts';
import { Batch } from './batch.ts';
import { type Packing, packingFor } from './packing.ts';
import { StateTable } from './state-table.ts';
import { type Stepper, stepperFor } from './stepper.ts';

/** What may stop an exploration before it has seen everything; then nothing is said to hold. */
export interface Bounds {
  /** Most states. */
  readonly states?: number;
  /** Most bytes in the state table. */
  readonly bytes?: number;
  /** Where a bound is reached, keep what was seen: a violation among it is one all the same. */
  readonly keepSeen?: boolean;
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
  /** Length of the longest of the shortest runs; where stopped, how far every state was found. */
  readonly depth: number;
  /** Number of the first state at each depth; states are numbered in the order of their depth. */
  readonly levels: readonly number[];
  readonly stepper: Stepper;
  /** States from which nothing can move, in the order of their depth. */
  readonly stuck: readonly number[];
  /** The bound that stopped it, in words; the last states have not been left then. */
  readonly stopped?: string;
}

/** A bound was reached before everything was seen. */
export class BoundReached extends InputError {}

const PROGRESS_EVERY = 1 << 16;
const DEFAULT_STATES = 50_000_000;
/** Transitions that are looked up in the state table together. */
const BATCH = 256;

/** @throws BoundReached with how far it got, unless what was seen is to be kept */
export function explore(product: Product, bounds: Bounds = {}): StateSpace {
  const packing = packingFor(product.ltss.map((lts) => lts.states.length));
  const table = new StateTable(packing.words);
  const stepper = stepperFor(product, packing);
  const batch = new Batch(packing.words, BATCH + product.vectors.length);
  const levels: number[] = [];
  const stuck: number[] = [];
  let transitions = 0;
  let reported = 0;
  let depth = 0;
  let stopped: Reached | undefined;
  table.add(new Int32Array(packing.words), -1, -1);
  for (let state = 0; state < table.count && stopped === undefined; ) {
    levels.push(state);
    depth = levels.length - 1;
    const end = table.count;
    while (state < end && stopped === undefined) {
      batch.count = 0;
      for (; state < end && batch.count < BATCH; state++) {
        if (stepper.expand(table, state, batch) === 0) stuck.push(state);
      }
      transitions += batch.count;
      table.addAll(batch);
      stopped = reachedBound(table, bounds);
      if (stopped !== undefined && !bounds.keepSeen) {
        throw boundReached(product, table, depth, stopped);
      }
      if (state - reported >= PROGRESS_EVERY) {
        reported = state;
        bounds.progress?.(table.count, depth);
      }
    }
    if (stopped === undefined) continue;
    if (table.count > end) levels.push(end);
    if (state < end) continue;
    // The level was left as a whole, so that the next one is all there, or there is none.
    if (table.count > end) depth++;
    else stopped = undefined;
  }
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
    ...(stopped !== undefined && { stopped: stopped.reason }),
  };
}

interface Reached {
  readonly reason: string;
  /** The option by which the bound is set. */
  readonly option: string;
}

function reachedBound(table: StateTable, bounds: Bounds): Reached | undefined {
  const most = bounds.states ?? DEFAULT_STATES;
  if (table.count > most) return { reason: `the bound is ${most} states`, option: '--max-states' };
  if (bounds.bytes === undefined || table.bytes <= bounds.bytes) return undefined;
  return { reason: `the state table reached ${table.bytes} bytes`, option: '--max-memory' };
}

function boundReached(
  product: Product,
  table: StateTable,
  depth: number,
  { reason, option }: Reached,
): BoundReached {
  return new BoundReached(
    `system '${product.name}': stopped at ${table.count} states, depth ${depth}, because ` +
      `${reason}; there is no verdict: take a smaller --scope or a larger ${option}`,
  );
}
