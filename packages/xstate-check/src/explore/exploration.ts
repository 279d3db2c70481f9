import { availableParallelism } from 'node:os';
import type { Product } from '../system/product.ts';
import { Batch } from './batch.ts';
import { BoundReached, type Bounds } from './bounds.ts';
import { Crew, canHaveHelpers } from './crew.ts';
import type { StateSpace } from './explore.ts';
import { fusedPacking, type Movers, moversOf, type Packing, packingFor } from './packing.ts';
import { Recent } from './recent.ts';
import { repacked } from './repack.ts';
import { StateTable } from './state-table.ts';
import { type Stepper, stepperFor } from './stepper.ts';

const PROGRESS_EVERY = 1 << 16;
const DEFAULT_STATES = 50_000_000;
/** Transitions that are looked up in the state table together. */
const BATCH = 256;

/**
 * From so many states on it pays to put parts together in fields, times the square of the number
 * of parts, because each is tried with each.
 */
const LARGE = 64;

/** From so many states on helpers are called where it was not said how many threads there are. */
const HELPED = 1 << 20;
const MOST_THREADS = 4;

/** How states are packed, and what goes with it. */
interface Packed {
  readonly packing: Packing;
  readonly movers: Movers;
  readonly stepper: Stepper;
  readonly batch: Batch;
  /** Where the space is large. */
  readonly recent?: Recent;
}

/** One exploration of a product: what `explore` does. */
export class Exploration {
  readonly #product: Product;
  readonly #bounds: Bounds;
  #packed: Packed;
  #table: StateTable;
  #crew: Crew | undefined;
  readonly #levels: number[] = [];
  readonly #stuck: number[] = [];
  #transitions = 0;
  #reported = 0;
  #depth = 0;
  #stopped: Reached | undefined;

  constructor(product: Product, bounds: Bounds) {
    this.#product = product;
    this.#bounds = bounds;
    this.#packed = bounds.fused ? this.#packedInFields() : this.#packedByPart();
    this.#table = new StateTable(this.#packed.packing.words);
    this.#table.add(new Int32Array(this.#packed.packing.words), -1, -1);
  }

  /** Level by level, until everything was seen or a bound is reached. */
  run(): StateSpace {
    try {
      for (let state = 0; state < this.#table.count && this.#stopped === undefined; ) {
        state = this.#leaveLevel(state);
      }
    } finally {
      this.#crew?.end();
    }
    this.#bounds.progress?.(this.#table.count, this.#depth);
    return this.#space();
  }

  /** Leaves the states from this one on, which are a level; returns where it stopped. */
  #leaveLevel(first: number): number {
    this.#growUp();
    const table = this.#table;
    this.#levels.push(first);
    this.#depth = this.#levels.length - 1;
    const end = table.count;
    const state = this.#crew
      ? this.#leaveTogether(this.#crew, first, end)
      : this.#leave(first, end);
    if (this.#stopped === undefined) return state;
    if (table.count > end) this.#levels.push(end);
    if (state < end) return state;
    // The level was left as a whole, so that the next one is all there, or there is none.
    if (table.count > end) this.#depth++;
    else this.#stopped = undefined;
    return state;
  }

  /** A space that has become large is explored in another way: parts in fields, several threads. */
  #growUp(): void {
    const { count } = this.#table;
    if (!this.#packed.recent && count > LARGE * this.#product.ltss.length ** 2) {
      this.#packed = this.#packedInFields();
      this.#table = repacked(this.#table, this.#packed.stepper, this.#packed.batch);
      this.#table.share();
    }
    if (this.#crew || !this.#packed.recent) return;
    const helpers = this.#threads() - 1;
    if (helpers < 1 || !canHaveHelpers()) return;
    this.#crew = new Crew(this.#table, this.#packed.movers, helpers);
  }

  #threads(): number {
    const asked = this.#bounds.threads;
    if (asked !== undefined) return asked;
    return this.#table.count < HELPED ? 1 : Math.min(MOST_THREADS, availableParallelism());
  }

  #packedByPart(): Packed {
    const packing = packingFor(this.#product.ltss.map((lts) => lts.states.length));
    return this.#packedAs(packing, moversOf(this.#product));
  }

  #packedInFields(): Packed {
    const { packing, movers } = fusedPacking(this.#product);
    return { ...this.#packedAs(packing, movers), recent: new Recent(packing.words) };
  }

  #packedAs(packing: Packing, movers: Movers): Packed {
    const stepper = stepperFor(this.#product, packing, movers);
    const batch = new Batch(packing.words, BATCH + this.#product.vectors.length);
    return { packing, movers, stepper, batch };
  }

  /** Takes the transitions of these states; returns where it stopped. */
  #leave(from: number, end: number): number {
    const { batch, stepper, recent } = this.#packed;
    let state = from;
    while (state < end && this.#stopped === undefined) {
      batch.count = 0;
      for (; state < end && batch.count < BATCH; state++) {
        if (stepper.expand(this.#table, state, batch) === 0) this.#stuck.push(state);
      }
      this.#transitions += batch.count;
      if (recent) recent.drop(batch);
      else batch.hash();
      this.#table.addAll(batch);
      this.#lookAtBounds(state);
    }
    return state;
  }

  #leaveTogether(crew: Crew, from: number, end: number): number {
    let state = from;
    while (state < end && this.#stopped === undefined) {
      const left = crew.leave(state, end);
      state = left.state;
      this.#transitions += left.transitions;
      for (const one of left.stuck) this.#stuck.push(one);
      this.#lookAtBounds(state);
    }
    return state;
  }

  #lookAtBounds(state: number): void {
    const table = this.#table;
    this.#stopped = reachedBound(table, this.#bounds);
    if (this.#stopped !== undefined && !this.#bounds.keepSeen) {
      throw boundReached(this.#product, table, this.#depth, this.#stopped);
    }
    if (state - this.#reported < PROGRESS_EVERY) return;
    this.#reported = state;
    this.#bounds.progress?.(table.count, this.#depth);
  }

  #space(): StateSpace {
    const { packing, stepper } = this.#packed;
    return {
      product: this.#product,
      packing,
      table: this.#table,
      states: this.#table.count,
      transitions: this.#transitions,
      depth: this.#depth,
      levels: this.#levels,
      stepper,
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
