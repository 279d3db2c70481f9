import type { Product } from '../system/product.ts';

/**
 * What the vectors of a product have to do with each other, read from the tables of the parts they
 * share, and asked for the local state that a part is in: a step that cannot come before another
 * one is no obstacle to it. Everything is worked out when it is first asked, and kept.
 */
export class Dependence {
  readonly #product: Product;
  /** For each part and vector the part's local transitions, where it takes part. */
  readonly #next: readonly (readonly (Int32Array | undefined)[])[];
  /** For each part and local state the vectors that the part allows there. */
  readonly #allowed: readonly (readonly (readonly number[])[])[];
  readonly #leaving = new Map<Wanted, Leaving>();
  readonly #futures: ((Future | undefined)[] | undefined)[][];

  constructor(product: Product) {
    this.#product = product;
    const next = product.ltss.map((): (Int32Array | undefined)[] => []);
    const allowed = product.ltss.map(({ states }) => states.map((): number[] => []));
    product.vectors.forEach(({ participants }, vector) => {
      for (const participant of participants) {
        next[participant.part]![vector] = participant.next;
        participant.next.forEach((to, local) => {
          if (to >= 0) allowed[participant.part]![local]!.push(vector);
        });
      }
    });
    this.#next = next;
    this.#allowed = allowed;
    this.#futures = product.vectors.map(({ participants }) => participants.map(() => undefined));
  }

  /**
   * Before a part is in a state that is wanted, one of these vectors must be taken: the first one
   * that moves it from where it is and from which the part alone can come to such a state.
   */
  leaving(part: number, local: number, wanted: Wanted): readonly number[] {
    const { reaching, vectors } = this.#leavingTo(part, wanted);
    vectors[local] ??= this.#allowed[part]![local]!.filter((vector) => {
      const to = this.#next[part]![vector]![local]!;
      return to !== local && reaching[to] === 1;
    });
    return vectors[local];
  }

  /**
   * The same, of the vectors that are held up: those without which the part cannot come to a state
   * that is wanted. `undefined` where it can do so by others.
   */
  leavingLater(
    part: number,
    local: number,
    wanted: Wanted,
    isHeldUp: (vector: number) => boolean,
  ): readonly number[] | undefined {
    const { reaching } = this.#leavingTo(part, wanted);
    const allowed = this.#allowed[part]!;
    const next = this.#next[part]!;
    const passed = new Set([local]);
    const cut = new Set<number>();
    for (const at of passed) {
      for (const vector of allowed[at]!) {
        const to = next[vector]![at]!;
        if (to === at || reaching[to] === 0 || passed.has(to)) continue;
        if (isHeldUp(vector)) cut.add(vector);
        else if (isWanted(wanted, to)) return undefined;
        else passed.add(to);
      }
    }
    return [...cut];
  }

  #leavingTo(part: number, wanted: Wanted): Leaving {
    let leaving = this.#leaving.get(wanted);
    if (leaving === undefined) {
      leaving = { reaching: this.#reaching(part, wanted), vectors: [] };
      this.#leaving.set(wanted, leaving);
    }
    return leaving;
  }

  /** The local states from which the part alone can come to one that is wanted. */
  #reaching(part: number, wanted: Wanted): Uint8Array {
    const before = this.#allowed[part]!.map((): number[] => []);
    this.#allowed[part]!.forEach((vectors, from) => {
      for (const vector of vectors) before[this.#next[part]![vector]![from]!]!.push(from);
    });
    const found = new Set([...before.keys()].filter((local) => isWanted(wanted, local)));
    for (const local of found) for (const from of before[local]!) found.add(from);
    return Uint8Array.from(before, (_, local) => (found.has(local) ? 1 : 0));
  }

  /** What may happen to a participant of a vector that it allows, before the vector is taken. */
  future(vector: number, participant: number, local: number): Future {
    const futures = this.#futures[vector]!;
    futures[participant] ??= [];
    const known = futures[participant];
    known[local] ??= this.#futureFrom(vector, participant, local);
    return known[local];
  }

  /** What others may make of what a goal reads of a participant, before the vector is taken. */
  before(vector: number, participant: number, local: number, holds: Uint8Array): Before {
    const { reached, known } = this.future(vector, participant, local);
    let before = known.get(holds);
    if (before === undefined) {
      const { next } = this.#product.vectors[vector]!.participants[participant]!;
      const holding = reached.filter((at) => holds[at] === 1);
      before = {
        mayHold: holding.length > 0,
        undoes: holding.some((at) => holds[next[at]!] === 0),
      };
      known.set(holds, before);
    }
    return before;
  }

  #futureFrom(vector: number, participant: number, start: number): Future {
    const { part, next } = this.#product.vectors[vector]!.participants[participant]!;
    const conflicts = new Set<number>();
    const reached = new Set([start]);
    for (const local of reached) {
      for (const other of this.#allowed[part]![local]!) {
        if (other === vector || conflicts.has(other)) continue;
        const table = this.#next[part]![other]!;
        const to = table[local]!;
        const commutes = next[to]! >= 0 && next[to] === table[next[local]!];
        if (commutes) reached.add(to);
        else conflicts.add(other);
      }
      if (reached.size > FARTHEST) return this.#nothingElse(vector, part, start);
    }
    return { conflicts: [...conflicts], reached: [...reached], known: new Map() };
  }

  /** Where it would take long to tell: as long as nothing else moves the part at all. */
  #nothingElse(vector: number, part: number, start: number): Future {
    const others = Object.keys(this.#next[part]!).map(Number);
    const conflicts = others.filter((other) => other !== vector);
    return { conflicts, reached: [start], known: new Map() };
  }
}

/** How many local states of a part are looked at for what may happen to it. */
const FARTHEST = 200;

/** Of each local state whether it is wanted: a table of truth, or of the local transitions. */
export type Wanted = Uint8Array | Int32Array;

const isWanted = (wanted: Wanted, local: number): boolean =>
  wanted instanceof Uint8Array ? wanted[local] === 1 : wanted[local]! >= 0;

interface Leaving {
  readonly reaching: Uint8Array;
  readonly vectors: (readonly number[])[];
}

/** What may happen to a part before a vector that it allows. */
export interface Future {
  /** As long as none of these is taken, the vector stays allowed, and its place does not matter. */
  readonly conflicts: readonly number[];
  /** The local states to which the others can bring the part. */
  readonly reached: readonly number[];
  /** What was asked of it. */
  readonly known: Map<Uint8Array, Before>;
}

/** What a goal reads of a part before a vector: it may hold, and be undone by the vector. */
export interface Before {
  readonly mayHold: boolean;
  readonly undoes: boolean;
}
