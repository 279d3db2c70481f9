import type { Product } from '../system/product.ts';
import type { Bounds } from './bounds.ts';
import { Exploration } from './exploration.ts';
import type { Packing } from './packing.ts';
import type { StateTable } from './state-table.ts';
import type { Stepper } from './stepper.ts';

export { BoundReached, type Bounds } from './bounds.ts';

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

/**
 * Visits every state of a product, breadth first.
 *
 * @throws BoundReached with how far it got, unless what was seen is to be kept
 */
export function explore(product: Product, bounds: Bounds = {}): StateSpace {
  return new Exploration(product, bounds).run();
}
