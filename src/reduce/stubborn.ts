import type { Product } from '../system/product.ts';
import { Dependence } from './dependence.ts';
import { type Goal, isReached, literalsOf } from './goal.ts';

/** What to take in a state, instead of everything that is enabled. */
export interface Choice {
  readonly vectors: readonly number[];
  /** It may be that none of them brings a goal nearer; then that must not go on for ever. */
  readonly putsOff: boolean;
}

/**
 * Strong stubborn sets (Valmari, "Stubborn sets for reduced state space generation", 1989). A set
 * of vectors is stubborn in a state if
 *
 * - for each of its vectors that is enabled it contains all that may come before and conflict, so
 *   that whatever others do first, it stays enabled and can just as well be taken now;
 * - for each that is disabled it contains, for one participant that refuses, all that may make it
 *   allow the vector.
 *
 * Of a run from the state, the first vector in the set can be moved to the front. Taking the
 * enabled vectors of a stubborn set keeps
 *
 * - every state from which nothing can move, where the set contains an enabled vector;
 * - every goal, if the set contains the vectors of which one must be taken before the goal is
 *   reached: the run to it becomes one shorter, so that shortest runs keep their length
 *   (Kristensen, Schmidt and Valmari, "Question-guided stubborn set methods for state properties",
 *   2006);
 * - every goal, if no enabled vector of the set can undo it, and no cycle does only that: the run
 *   to the goal is put off (Valmari, "The state explosion problem", 1998, section 7: ignoring).
 */
export class StubbornSets {
  readonly #product: Product;
  readonly #dependence: Dependence;
  /** For each part the tables of truth in which goals read it. */
  readonly #read: readonly Uint8Array[][];
  /** The vectors in the order in which they are tried: those of one part after the other. */
  readonly #order: readonly number[];
  /** The state that is looked at: 1 enabled, 0 disabled, -1 not known yet. */
  readonly #enabled: Int8Array;
  #local: Int32Array = new Int32Array(0);
  /** The set that is being made. */
  readonly #members: number[] = [];
  readonly #memberOf: Int32Array;
  #enabledMembers: number[] = [];
  #set = 0;
  #below = Infinity;

  constructor(product: Product, goals: readonly Goal[]) {
    const { vectors } = product;
    this.#product = product;
    this.#dependence = new Dependence(product);
    this.#read = product.ltss.map(() => []);
    for (const { part, holds } of goals.flatMap(literalsOf)) this.#read[part]!.push(holds);
    this.#order = [...vectors.keys()].sort(
      (a, b) => vectors[a]!.initiator - vectors[b]!.initiator || a - b,
    );
    this.#enabled = new Int8Array(vectors.length);
    this.#memberOf = new Int32Array(vectors.length);
  }

  /** Keeps the lengths of the shortest runs to the goal; nothing where it is out of reach. */
  towards(goal: Goal, local: Int32Array): readonly number[] {
    this.#look(local);
    return this.#towards([goal]);
  }

  /** Keeps the lengths of the shortest runs to where nothing can move. */
  towardsStuck(local: Int32Array): readonly number[] {
    this.#look(local);
    return this.#smallest(Infinity) ?? [];
  }

  /** Keeps the goals, none of which is reached here, and if asked where nothing can move. */
  choose(goals: readonly Goal[], stuck: boolean, local: Int32Array): Choice {
    this.#look(local);
    if (goals.length === 0) {
      return { vectors: stuck ? (this.#smallest(Infinity) ?? []) : [], putsOff: false };
    }
    // A goal out of reach is no reason to go on, but for the search for where nothing can move.
    const direct = stuck ? undefined : this.#towards(goals);
    if (direct?.length === 0) return { vectors: [], putsOff: false };
    const isHarmless = (vector: number) => this.#isHarmless(vector);
    const single = this.#smallest(2, isHarmless);
    if (single !== undefined) {
      return { vectors: single, putsOff: direct?.length !== 1 || direct[0] !== single[0] };
    }
    const towards = direct ?? this.#towards(goals);
    if (towards.length === 0) return { vectors: this.#smallest(Infinity) ?? [], putsOff: false };
    const fewer = this.#smallest(towards.length, isHarmless);
    return { vectors: fewer ?? towards, putsOff: fewer !== undefined };
  }

  /** Where `choose` has put off for ever. */
  direct(goals: readonly Goal[], local: Int32Array): readonly number[] {
    this.#look(local);
    return this.#towards(goals);
  }

  #look(local: Int32Array): void {
    this.#local = local;
    this.#enabled.fill(-1);
  }

  #towards(goals: readonly Goal[]): readonly number[] {
    let best: readonly number[] | undefined;
    for (const way of this.#waysTo(goals)) {
      this.#begin(best?.length ?? Infinity);
      for (const goal of way) this.#addAll(this.#necessary(goal));
      best = this.#close() ?? best;
      if (best!.length === 0) break;
    }
    return best!;
  }

  /** Of a conjunction each condition that fails is a way to begin with. */
  #waysTo(goals: readonly Goal[]): readonly (readonly Goal[])[] {
    const [goal] = goals;
    if (goals.length > 1 || goal!.kind !== 'and') return [goals];
    return goal!.of.filter((child) => !isReached(child, this.#local)).map((child) => [child]);
  }

  /**
   * The smallest stubborn set around an enabled vector, if all that is enabled in it passes and is
   * less than `below`. Of those that one part starts the first is tried.
   */
  #smallest(
    below: number,
    passes: (vector: number) => boolean = () => true,
  ): readonly number[] | undefined {
    let best: readonly number[] | undefined;
    let tried: number | undefined;
    for (const vector of this.#order) {
      const { initiator } = this.#product.vectors[vector]!;
      if (initiator >= 0 && initiator === tried) continue;
      if (!this.#isEnabled(vector)) continue;
      tried = initiator;
      this.#begin(best?.length ?? below);
      this.#add(vector);
      const vectors = this.#close();
      if (vectors === undefined || !vectors.every(passes)) continue;
      best = vectors;
      if (best.length === 1) break;
    }
    return best;
  }

  /** Whatever others do first, taking the vector undoes nothing that a goal asks for. */
  #isHarmless(vector: number): boolean {
    return this.#product.vectors[vector]!.participants.every(({ part, next }, i) => {
      const tables = this.#read[part]!;
      if (tables.length === 0) return true;
      const { reached } = this.#dependence.future(vector, i, this.#local[part]!);
      return tables.every((holds) =>
        reached.every((local) => holds[local] === 0 || holds[next[local]!] === 1),
      );
    });
  }

  /** Before the goal is reached, one of these vectors must be taken. */
  #necessary(goal: Goal): readonly number[] {
    if (isReached(goal, this.#local)) return [];
    if (goal.kind === 'in') {
      return this.#dependence.leaving(goal.part, this.#local[goal.part]!, goal.holds);
    }
    if (goal.kind === 'or') return goal.of.flatMap((child) => this.#necessary(child));
    const failing = goal.of.filter((child) => !isReached(child, this.#local));
    return this.#cheapest(failing.map((child) => this.#necessary(child)));
  }

  /** Begins a set that is given up when it has so many enabled vectors. */
  #begin(below: number): void {
    this.#set++;
    this.#below = below;
    this.#members.length = 0;
    this.#enabledMembers = [];
  }

  #add(vector: number): void {
    if (this.#memberOf[vector] === this.#set) return;
    this.#memberOf[vector] = this.#set;
    this.#members.push(vector);
    if (this.#isEnabled(vector)) this.#enabledMembers.push(vector);
  }

  #addAll(vectors: readonly number[]): void {
    for (const vector of vectors) this.#add(vector);
  }

  /** Makes the set stubborn; returns its enabled vectors, unless it was given up. */
  #close(): readonly number[] | undefined {
    for (const vector of this.#members) {
      if (this.#enabledMembers.length >= this.#below) return undefined;
      if (!this.#isEnabled(vector)) {
        this.#addAll(this.#enabling(vector));
        continue;
      }
      const { participants } = this.#product.vectors[vector]!;
      for (let i = 0; i < participants.length; i++) {
        const local = this.#local[participants[i]!.part]!;
        this.#addAll(this.#dependence.future(vector, i, local).conflicts);
      }
    }
    return this.#enabledMembers.length < this.#below ? this.#enabledMembers : undefined;
  }

  /** Before the vector is enabled, one of these must be taken. */
  #enabling(vector: number): readonly number[] {
    const ways: (readonly number[])[] = [];
    for (const { part, next } of this.#product.vectors[vector]!.participants) {
      const local = this.#local[part]!;
      if (next[local]! < 0) ways.push(this.#dependence.leaving(part, local, next));
    }
    return this.#cheapest(ways);
  }

  /** The one that adds the least to the set, above all of what is enabled. */
  #cheapest(ways: readonly (readonly number[])[]): readonly number[] {
    let best: readonly number[] = [];
    let least = Infinity;
    for (const way of ways) {
      let cost = 0;
      for (const vector of way) {
        if (this.#memberOf[vector] !== this.#set) cost += this.#isEnabled(vector) ? 100 : 1;
      }
      if (cost < least) [best, least] = [way, cost];
    }
    return best;
  }

  #isEnabled(vector: number): boolean {
    const known = this.#enabled[vector]!;
    if (known >= 0) return known === 1;
    let enabled = 1;
    for (const { part, next } of this.#product.vectors[vector]!.participants) {
      if (next[this.#local[part]!]! < 0) {
        enabled = 0;
        break;
      }
    }
    this.#enabled[vector] = enabled;
    return enabled === 1;
  }
}
