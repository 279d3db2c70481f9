import { BoundReached, type Bounds } from '../explore/explore.ts';
import { StateTable } from '../explore/state-table.ts';
import type { Product } from '../system/product.ts';
import { Cells, type CellVector } from './cells.ts';
import { type Goal, isReached } from './goal.ts';
import type { Symmetry } from './symmetry.ts';

export interface Orbits {
  /** States that were kept: one for each orbit. */
  readonly orbits: number;
  readonly depth: number;
  /** How many states of the product they stand for; exact. */
  states(): bigint;
  /** For each goal a shortest run of the product to it or to one it can be exchanged for. */
  readonly runs: readonly (Reached | undefined)[];
  /** A shortest run to a state as asked from which nothing can move. */
  readonly stop?: readonly number[];
}

export interface Reached {
  /** The goal that the run reaches. */
  readonly goal: number;
  readonly vectors: readonly number[];
}

/**
 * Every state of a product, one for each orbit of its symmetry, breadth first: of what can be
 * exchanged only how many are in which state counts (Ip and Dill, "Better verification through
 * symmetry", 1996; Clarke, Emerson, Jha and Sistla, "Symmetry reductions in model checking", 1998).
 *
 * For what can be said of single states, if what is said is taken by the exchanges to what is said
 * as well: a goal is reached in the product if and only if it, or one it can be exchanged for, is
 * reached here, by a run that is as long. Nothing is said of what goes on for ever: who waits in an
 * orbit is forgotten, so fairness is not kept.
 *
 * @param stop - one that the exchanges take to itself
 * @throws BoundReached where there are more orbits than the bound
 */
export function exploreOrbits(
  product: Product,
  symmetry: Symmetry,
  goals: readonly Goal[] = [],
  stop?: Goal,
  bounds: Bounds = {},
): Orbits {
  return new OrbitSearch(product, symmetry, bounds).search(goals, stop);
}

class OrbitSearch {
  readonly #product: Product;
  readonly #symmetry: Symmetry;
  readonly #bounds: Bounds;
  readonly #cells: Cells;
  readonly #table: StateTable;
  readonly #key: Int32Array;
  readonly #state: Int32Array;
  readonly #successor: Int32Array;
  readonly #local: Int32Array;

  constructor(product: Product, symmetry: Symmetry, bounds: Bounds) {
    this.#product = product;
    this.#symmetry = symmetry;
    this.#bounds = bounds;
    this.#cells = new Cells(product, symmetry.families);
    const { packing, cells } = this.#cells;
    this.#table = new StateTable(packing.words);
    this.#key = new Int32Array(packing.words);
    this.#state = new Int32Array(cells.length);
    this.#successor = new Int32Array(cells.length);
    this.#local = new Int32Array(product.parts.length);
  }

  search(goals: readonly Goal[], stop: Goal | undefined): Orbits {
    const { orbitOf } = this.#symmetry;
    const runs: (Reached | undefined)[] = goals.map(() => undefined);
    let stopsIn = -1;
    let depth = 0;
    this.#add(this.#cells.initial, -1, -1);
    for (let state = 0, end = 1; state < this.#table.count; state++) {
      if (state === end) {
        depth++;
        end = this.#table.count;
      }
      this.#load(state);
      const before = this.#table.count;
      const leaves = this.#leave(state);
      if (this.#table.count !== before) this.#assertWithinBounds();
      if (runs.every((run) => run !== undefined) && (stop === undefined || stopsIn >= 0)) continue;
      this.#cells.decode(this.#state, this.#local);
      for (const [goal, of] of goals.entries()) {
        if (runs[goal] !== undefined || !isReached(of, this.#local)) continue;
        this.#settle(goals, goal, state, runs);
      }
      if (stop === undefined || leaves || stopsIn >= 0) continue;
      if (isReached(stop, this.#local)) stopsIn = state;
    }
    return {
      orbits: this.#table.count,
      depth,
      states: () => this.#statesInAll(),
      runs: runs.map((_, goal) => runs[orbitOf[goal] ?? goal]),
      ...(stopsIn >= 0 && { stop: this.#unfold(stopsIn).vectors }),
    };
  }

  /** One of an orbit of goals was reached: so can they all be. */
  #settle(
    goals: readonly Goal[],
    goal: number,
    state: number,
    runs: (Reached | undefined)[],
  ): void {
    const { orbitOf } = this.#symmetry;
    const { vectors, local } = this.#unfold(state);
    const own = goals.findIndex(
      (of, other) => orbitOf[other] === orbitOf[goal] && isReached(of, local),
    );
    for (const other of goals.keys()) {
      if (orbitOf[other] === orbitOf[goal]) runs[other] = { goal: own, vectors };
    }
  }

  #load(state: number): void {
    this.#cells.unpack(this.#table.states, state * this.#table.words, this.#state);
  }

  /** Whether anything can move. Of members in one state, what the first can do stands for all. */
  #leave(state: number): boolean {
    let leaves = false;
    for (const { first, end } of this.#cells.families) {
      for (let cell = first; cell < end; cell++) {
        if (cell > first && this.#state[cell] === this.#state[cell - 1]) continue;
        for (const vector of this.#cells.own[cell]!) leaves = this.#take(state, vector) || leaves;
      }
    }
    for (const vector of this.#cells.others) leaves = this.#take(state, vector) || leaves;
    return leaves;
  }

  #take(state: number, of: CellVector): boolean {
    const { cells, vector } = of;
    for (let i = 0; i < cells.length; i++) {
      if (this.#cells.after(of, i, this.#state[cells[i]!]!) < 0) return false;
    }
    this.#successor.set(this.#state);
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]!;
      this.#successor[cell] = this.#cells.after(of, i, this.#state[cell]!);
    }
    this.#add(this.#successor, state, vector);
    return true;
  }

  /** Adds a state, which is made canonical. */
  #add(state: Int32Array, parent: number, vector: number): void {
    this.#cells.canonical(state);
    this.#cells.pack(state, this.#key);
    this.#table.add(this.#key, parent, vector);
  }

  /** A run of the product itself through the orbits that lead to a state. */
  #unfold(state: number): { vectors: number[]; local: Int32Array } {
    const orbits: number[] = [];
    for (let s = state; s > 0; s = this.#table.parent[s]!) orbits.unshift(s);
    const vectors: number[] = [];
    let local = new Int32Array(this.#product.parts.length);
    for (const orbit of orbits) {
      const { vector, after } = this.#stepInto(orbit, local);
      vectors.push(vector);
      local = after;
    }
    return { vectors, local };
  }

  #stepInto(orbit: number, local: Int32Array): { vector: number; after: Int32Array<ArrayBuffer> } {
    const { words, states } = this.#table;
    const codes = new Int32Array(this.#cells.cells.length);
    for (const [vector, { participants }] of this.#product.vectors.entries()) {
      if (participants.some(({ part, next }) => next[local[part]!]! < 0)) continue;
      const after = Int32Array.from(local);
      for (const { part, next } of participants) after[part] = next[local[part]!]!;
      this.#cells.cells.forEach(({ parts, codes: of }, cell) => {
        codes[cell] = of.of(parts.map((part) => after[part]!));
      });
      this.#cells.canonical(codes);
      this.#cells.pack(codes, this.#key);
      if (this.#key.every((word, i) => word === states[orbit * words + i]))
        return { vector, after };
    }
    throw new Error('an exchange of parts was taken for an automorphism and is none');
  }

  #statesInAll(): bigint {
    let all = 0n;
    for (let state = 0; state < this.#table.count; state++) {
      this.#load(state);
      all += this.#cells.orbitSize(this.#state);
    }
    return all;
  }

  #assertWithinBounds(): void {
    const most = this.#bounds.states ?? Infinity;
    if (this.#table.count <= most) return;
    throw new BoundReached(
      `system '${this.#product.name}': stopped at ${this.#table.count} states after symmetry ` +
        `reduction, because the bound is ${most} states; there is no verdict: take a smaller ` +
        '--scope or a larger --max-states',
    );
  }
}
