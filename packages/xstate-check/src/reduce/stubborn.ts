import type { Product } from '../system/product.ts';
import { type Before, Dependence, type Wanted } from './dependence.ts';
import { type Goal, goalsTouched, isReached, type Literal } from './goal.ts';

/** What to take in a state, instead of everything that is enabled. */
export interface Choice {
  readonly vectors: readonly number[];
  /** It may be that none of them brings some goal nearer; then that must not go on for ever. */
  readonly putsOff: boolean;
  /** Nothing else that moves anything is enabled. */
  readonly isAll: boolean;
}

const NOTHING: Choice = { vectors: [], putsOff: false, isAll: true };

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
 *
 * Of several goals each may be kept in its own way: the set contains what those need that it could
 * undo, and puts the others off.
 */
export class StubbornSets {
  readonly #product: Product;
  readonly #goals: readonly Goal[];
  readonly #dependence: Dependence;
  /** For each vector the goals of which it makes something untrue somewhere. */
  readonly #against: readonly (readonly number[])[];
  /** The vectors in the order in which they are tried: those of one part after the other. */
  readonly #order: readonly number[];
  /** The state that is looked at: 1 enabled, 0 disabled, -1 not known yet. */
  readonly #enabled: Int8Array;
  #local: Int32Array = new Int32Array(0);
  /** The set that is being made: its vectors, and the goals of which it contains what they need. */
  readonly #members: number[] = [];
  readonly #memberOf: Int32Array;
  readonly #broughtNearer: Int32Array;
  #enabledMembers: number[] = [];
  #closed = 0;
  #set = 0;
  #below = Infinity;

  constructor(product: Product, goals: readonly Goal[]) {
    const { vectors } = product;
    this.#product = product;
    this.#goals = goals;
    this.#dependence = new Dependence(product);
    this.#against = goalsTouched(product, goals, (before, after) => before === 1 && after === 0);
    this.#order = [...vectors.keys()].sort(
      (a, b) => vectors[a]!.initiator - vectors[b]!.initiator || a - b,
    );
    this.#enabled = new Int8Array(vectors.length);
    this.#memberOf = new Int32Array(vectors.length);
    this.#broughtNearer = new Int32Array(goals.length);
  }

  /** Keeps the lengths of the shortest runs to the goal; nothing where it is out of reach. */
  towards(goal: Goal, local: Int32Array): readonly number[] {
    this.#look(local);
    return this.#towards([goal]);
  }

  /** Keeps the lengths of the shortest runs to where nothing can move. */
  towardsStuck(local: Int32Array): readonly number[] {
    this.#look(local);
    return this.#smallest(undefined, []).vectors;
  }

  /**
   * Keeps the goals, which are given by their numbers and none of which is reached here, and if
   * asked where nothing can move.
   */
  choose(open: readonly number[], stuck: boolean, local: Int32Array): Choice {
    this.#look(local);
    if (open.length === 0 && !stuck) return NOTHING;
    // A goal out of reach is no reason to go on, but for the search for where nothing can move.
    const direct = stuck ? undefined : this.#towards(this.#named(open));
    if (direct !== undefined && direct.length < 2) {
      return { vectors: direct, putsOff: false, isAll: direct.length === 0 };
    }
    return this.#smallest(direct, open);
  }

  /** Where `choose` has put off for ever. */
  direct(open: readonly number[], local: Int32Array): readonly number[] {
    this.#look(local);
    return open.length === 0 ? [] : this.#towards(this.#named(open));
  }

  /**
   * What is to be taken, after these were, so that in the end nothing that moves is ignored. Keeps
   * the goals as well: by it one may leave where they were put off, and not come back.
   */
  further(
    open: readonly number[],
    taken: ReadonlySet<number>,
    local: Int32Array,
  ): readonly number[] {
    this.#look(local);
    const ignored = this.#order.find(
      (vector) => !taken.has(vector) && this.#isEnabled(vector) && this.#moves(vector),
    );
    if (ignored === undefined) return [];
    this.#begin(Infinity);
    this.#add(ignored);
    return this.#closeFor(open)!.filter((vector) => !taken.has(vector));
  }

  #named(goals: readonly number[]): readonly Goal[] {
    return goals.map((goal) => this.#goals[goal]!);
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
   * The smallest stubborn set around an enabled vector that keeps the open goals, if it is smaller
   * than the direct way to all of them. Of the vectors that one part starts the first is tried.
   */
  #smallest(direct: readonly number[] | undefined, open: readonly number[]): Choice {
    let best = direct;
    let putsOff = false;
    let tried: number | undefined;
    let idle: number | undefined;
    let moving = 0;
    for (const vector of this.#order) {
      if (!this.#isEnabled(vector)) continue;
      if (!this.#moves(vector)) {
        idle = vector;
        continue;
      }
      moving++;
      const { initiator } = this.#product.vectors[vector]!;
      if (best?.length === 1 || (initiator >= 0 && initiator === tried)) continue;
      tried = initiator;
      this.#begin(best?.length ?? Infinity);
      this.#add(vector);
      const vectors = this.#closeFor(open);
      if (vectors === undefined) continue;
      best = vectors;
      putsOff = open.some((goal) => this.#broughtNearer[goal] !== this.#set);
    }
    // What moves nothing is taken where nothing else is left: here nothing is stuck.
    if (best === undefined && idle !== undefined) best = [idle];
    const vectors = best ?? [];
    const taken = vectors.filter((vector) => this.#moves(vector)).length;
    return { vectors, putsOff, isAll: taken === moving };
  }

  #moves(vector: number): boolean {
    const { participants } = this.#product.vectors[vector]!;
    return participants.some(({ part, next }) => next[this.#local[part]!] !== this.#local[part]);
  }

  /** Makes the set stubborn, with what those goals need that it could undo. */
  #closeFor(open: readonly number[]): readonly number[] | undefined {
    for (let looked = 0; ; ) {
      const vectors = this.#close();
      if (vectors === undefined || looked === vectors.length) return vectors;
      for (; looked < vectors.length; looked++) this.#addWhatIsUndone(vectors[looked]!, open);
    }
  }

  #addWhatIsUndone(vector: number, open: readonly number[]): void {
    for (const goal of this.#against[vector]!) {
      if (this.#broughtNearer[goal] === this.#set || !open.includes(goal)) continue;
      if (!this.#undoes(vector, this.#goals[goal]!)) continue;
      this.#broughtNearer[goal] = this.#set;
      this.#addAll(this.#necessary(this.#goals[goal]!));
    }
  }

  /** Whether the goal, if others reach it before the vector, may no longer hold after it. */
  #undoes(vector: number, goal: Goal): boolean {
    if (goal.kind === 'in') return this.#before(vector, goal)?.undoes ?? false;
    const isUndone = goal.of.some((child) => this.#undoes(vector, child));
    if (goal.kind === 'or' || !isUndone) return isUndone;
    return goal.of.every((child) => this.#mayHoldBefore(vector, child));
  }

  #mayHoldBefore(vector: number, goal: Goal): boolean {
    if (goal.kind === 'in') return this.#before(vector, goal)?.mayHold ?? true;
    const mayHold = (child: Goal) => this.#mayHoldBefore(vector, child);
    return goal.kind === 'or' ? goal.of.some(mayHold) : goal.of.every(mayHold);
  }

  #before(vector: number, { part, holds }: Literal): Before | undefined {
    const { participants } = this.#product.vectors[vector]!;
    const i = participants.findIndex((participant) => participant.part === part);
    return i < 0 ? undefined : this.#dependence.before(vector, i, this.#local[part]!, holds);
  }

  /** Before the goal is reached, one of these vectors must be taken. */
  #necessary(goal: Goal): readonly number[] {
    if (isReached(goal, this.#local)) return [];
    if (goal.kind === 'in') return this.#leaving(goal.part, goal.holds);
    if (goal.kind === 'or') return goal.of.flatMap((child) => this.#necessary(child));
    const failing = goal.of.filter((child) => !isReached(child, this.#local));
    return this.#cheapest(failing.map((child) => this.#necessary(child)));
  }

  /** Begins a set that is given up when it has so many enabled vectors. */
  #begin(below: number): void {
    this.#set++;
    this.#closed = 0;
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
    for (; this.#closed < this.#members.length; this.#closed++) {
      if (this.#enabledMembers.length >= this.#below) return undefined;
      const vector = this.#members[this.#closed]!;
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
      if (next[this.#local[part]!]! < 0) ways.push(this.#leaving(part, next));
    }
    return this.#cheapest(ways);
  }

  /**
   * Before the part is in a state that is wanted, one of these must be taken: its next steps, or
   * where these would add something enabled, later ones that another part does not allow now, as a
   * lock that is held. Who needs the lock first is no obstacle to its holder.
   */
  #leaving(part: number, wanted: Wanted): readonly number[] {
    const local = this.#local[part]!;
    const first = this.#dependence.leaving(part, local, wanted);
    const isNew = (vector: number) => this.#memberOf[vector] !== this.#set;
    if (!first.some((vector) => isNew(vector) && this.#isEnabled(vector))) return first;
    const isHeldUp = (vector: number) => !isNew(vector) || this.#isRefusedByOther(vector, part);
    return this.#dependence.leavingLater(part, local, wanted, isHeldUp) ?? first;
  }

  #isRefusedByOther(vector: number, than: number): boolean {
    for (const { part, next } of this.#product.vectors[vector]!.participants) {
      if (part !== than && next[this.#local[part]!]! < 0) return true;
    }
    return false;
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
