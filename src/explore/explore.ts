import { availableParallelism } from 'node:os';
import { InputError } from '../errors.ts';
import type { Product } from '../system/product.ts';
import { Batch } from './batch.ts';
import { Crew, canHaveHelpers } from './crew.ts';
import { fusedPacking, type Movers, moversOf, type Packing, packingFor } from './packing.ts';
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
  /** Puts parts together in fields from the start, and not just in a space that is large. */
  readonly fused?: boolean;
  /**
   * Threads that explore together; what they find does not depend on how many they are, but for a
   * few states more where a bound stops them. Where none is said they are as many as there are
   * processors, four at most, and one in a small space.
   */
  readonly threads?: number;
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

/**
 * From so many states on it pays to put parts together in fields, times the square of the number
 * of parts, because each is tried with each.
 */
const LARGE = 128;

/** @throws BoundReached with how far it got, unless what was seen is to be kept */
export function explore(product: Product, bounds: Bounds = {}): StateSpace {
  if (bounds.fused !== true) {
    const packing = packingFor(product.ltss.map((lts) => lts.states.length));
    const exploration = new Exploration(product, packing, moversOf(product), bounds);
    if (exploration.run(LARGE * product.ltss.length ** 2)) return exploration.space();
  }
  const { packing, movers } = fusedPacking(product);
  const exploration = new Exploration(product, packing, movers, bounds);
  exploration.run(Infinity);
  return exploration.space();
}

/** From so many states on helpers are called where it was not said how many threads there are. */
const HELPED = 1 << 18;
const MOST_THREADS = 4;

class Exploration {
  readonly #product: Product;
  readonly #packing: Packing;
  readonly #bounds: Bounds;
  readonly #table: StateTable;
  readonly #stepper: Stepper;
  readonly #batch: Batch;
  readonly #movers: Movers;
  #crew: Crew | undefined;
  readonly #levels: number[] = [];
  readonly #stuck: number[] = [];
  #transitions = 0;
  #reported = 0;
  #depth = 0;
  #stopped: Reached | undefined;

  constructor(product: Product, packing: Packing, movers: Movers, bounds: Bounds) {
    this.#product = product;
    this.#packing = packing;
    this.#movers = movers;
    this.#bounds = bounds;
    this.#table = new StateTable(packing.words);
    this.#stepper = stepperFor(product, packing, movers);
    this.#batch = new Batch(packing.words, BATCH + product.vectors.length);
  }

  /**
   * Level by level, until everything was seen or a bound is reached. False where it was given up
   * because there are more states than `most`.
   */
  run(most: number): boolean {
    try {
      return this.#run(most);
    } finally {
      this.#crew?.end();
    }
  }

  #run(most: number): boolean {
    const table = this.#table;
    table.add(new Int32Array(this.#packing.words), -1, -1);
    for (let state = 0; state < table.count && this.#stopped === undefined; ) {
      if (table.count > most) return false;
      this.#crew ??= this.#helped(most);
      this.#levels.push(state);
      this.#depth = this.#levels.length - 1;
      const end = table.count;
      state = this.#crew ? this.#leaveTogether(this.#crew, state, end) : this.#leave(state, end);
      if (this.#stopped === undefined) continue;
      if (table.count > end) this.#levels.push(end);
      if (state < end) continue;
      // The level was left as a whole, so that the next one is all there, or there is none.
      if (table.count > end) this.#depth++;
      else this.#stopped = undefined;
    }
    this.#bounds.progress?.(table.count, this.#depth);
    return true;
  }

  /** Takes the transitions of these states; returns where it stopped. */
  #leave(from: number, end: number): number {
    const batch = this.#batch;
    let state = from;
    while (state < end && this.#stopped === undefined) {
      batch.count = 0;
      for (; state < end && batch.count < BATCH; state++) {
        if (this.#stepper.expand(this.#table, state, batch) === 0) this.#stuck.push(state);
      }
      this.#transitions += batch.count;
      this.#table.addAll(batch);
      this.#lookAtBounds(state);
    }
    return state;
  }

  #leaveTogether(crew: Crew, from: number, end: number): number {
    return crew.leave(from, end, (state, transitions, stuck) => {
      this.#transitions += transitions;
      for (const one of stuck) this.#stuck.push(one);
      this.#lookAtBounds(state);
      return this.#stopped === undefined;
    });
  }

  /** Helpers, where it pays to have them, or where they were asked for. */
  #helped(most: number): Crew | undefined {
    const asked = this.#bounds.threads;
    const isSmall = this.#table.count < HELPED || most < Infinity;
    if (asked === undefined && isSmall) return undefined;
    const threads = asked ?? Math.min(MOST_THREADS, availableParallelism());
    if (threads < 2 || !canHaveHelpers()) return undefined;
    return new Crew(this.#table, this.#movers, threads - 1);
  }

  #lookAtBounds(state: number): void {
    this.#stopped = reachedBound(this.#table, this.#bounds);
    if (this.#stopped !== undefined && !this.#bounds.keepSeen) {
      throw boundReached(this.#product, this.#table, this.#depth, this.#stopped);
    }
    if (state - this.#reported < PROGRESS_EVERY) return;
    this.#reported = state;
    this.#bounds.progress?.(this.#table.count, this.#depth);
  }

  space(): StateSpace {
    return {
      product: this.#product,
      packing: this.#packing,
      table: this.#table,
      states: this.#table.count,
      transitions: this.#transitions,
      depth: this.#depth,
      levels: this.#levels,
      stepper: this.#stepper,
      stuck: this.#stuck,
      ...(this.#stopped !== undefined && { stopped: this.#stopped.reason }),
    };
  }
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
