import { BoundReached, type Bounds } from '../explore/explore.ts';
import { StateTable } from '../explore/state-table.ts';
import type { Product } from '../system/product.ts';
import { both, type Goal, isReached, partIs } from './goal.ts';
import { sliceFor } from './slice.ts';
import { StubbornSets } from './stubborn.ts';
import { Transitions } from './transitions.ts';
import { Walk } from './walk.ts';
import { Watch } from './watch.ts';

export interface Question {
  /** Each of them: can it be reached? */
  readonly goals: readonly Goal[];
  /** Can such a state be reached from which nothing can move? */
  readonly stop?: Goal;
  /** Where do the runs end, given that it is these goals that one wants to come back to? */
  readonly ends?: readonly Goal[];
  /** Where to begin, if not in the initial state. */
  readonly from?: Int32Array;
}

export interface Answer {
  readonly reached: readonly boolean[];
  readonly stops: boolean;
  readonly ends: readonly End[];
  /** States that were kept, and steps that were taken to find them. */
  readonly states: number;
  readonly steps: number;
}

/** States that can all be reached from each other, and from which nothing else was reached. */
export interface End {
  /** One of them, and the same as a goal. */
  readonly local: Int32Array;
  readonly here: Goal;
  /** Of the goals to come back to the numbers of those that were not found among them. */
  readonly without: readonly number[];
}

/** So many states in a row with one successor are not kept. */
const LONGEST = 256;
const DEFAULT_STATES = 50_000_000;

/**
 * Decides what can be reached, by stubborn sets. A state in which one vector is taken is not kept:
 * its successor stands for it (Godefroid, Holzmann and Pirottin, "State-space caching revisited",
 * 1995, for the idea), so that what a thread does without being watched is one step.
 *
 * Runs to a goal may be put off, but not for ever: there must be no terminal strongly connected
 * component in which they always are. One state of each such component is left by vectors that
 * bring a goal nearer, until there is none. Where it is asked how runs end, one state of each is
 * left by everything, so that nothing is ignored: what can come about and not be undone is then so
 * in such a component (Valmari and Vogler, "Fair testing and stubborn sets", 2016).
 *
 * @throws BoundReached where it takes more states than the bound
 */
export function decide(product: Product, question: Question, bounds: Bounds = {}): Answer {
  return new Decision(product, question, bounds).answer();
}

class Decision {
  readonly #question: Question;
  readonly #bounds: Bounds;
  readonly #name: string;
  readonly #slice: Product;
  readonly #sets: StubbornSets;
  readonly #walk: Walk;
  readonly #table: StateTable;
  readonly #transitions = new Transitions();
  /** Of the states that were left because something was ignored there what was taken then. */
  readonly #taken = new Map<number, Set<number>>();
  readonly #goals: Watch;
  #stops = false;
  #steps = 0;

  constructor(product: Product, question: Question, bounds: Bounds) {
    const { goals, stop, ends = [] } = question;
    const read = [...goals, ...ends, ...(stop === undefined ? [] : [stop])];
    const slice = sliceFor(product, read, stop !== undefined).product;
    this.#slice = slice;
    this.#question = question;
    this.#bounds = bounds;
    this.#name = product.name;
    this.#goals = new Watch(slice, goals);
    this.#sets = new StubbornSets(slice, this.#goals.alternatives);
    this.#walk = new Walk(slice, question.from);
    this.#table = new StateTable(this.#walk.words);
    this.#table.add(this.#walk.key, -1, -1);
    this.#goals.atStart(this.#walk.local);
  }

  answer(): Answer {
    for (let state = 0; !this.#isAnswered(); ) {
      for (; state < this.#table.count && !this.#isAnswered(); state++) this.#leave(state);
      if (this.#isAnswered()) break;
      const ignoring = this.#transitions.terminalWithoutProgress(this.#table.count);
      if (ignoring.length === 0) break;
      for (const ignored of ignoring) if (!this.#isAnswered()) this.#leaveAtLast(ignored);
    }
    return {
      reached: this.#goals.reached,
      stops: this.#stops,
      ends: this.#question.ends === undefined ? [] : this.#ends(this.#question.ends),
      states: this.#table.count,
      steps: this.#steps,
    };
  }

  #isAnswered(): boolean {
    const { stop, ends } = this.#question;
    if (this.#goals.open.length > 0 || ends !== undefined) return false;
    return stop === undefined || this.#stops;
  }

  #leave(state: number): void {
    this.#walk.goTo(this.#table, state);
    for (const vector of this.#choose(state)) this.#follow(state, vector);
  }

  /** From where nothing but what was put off is left. */
  #leaveAtLast(state: number): void {
    if (this.#question.ends !== undefined) {
      this.#leaveFurther(state);
      return;
    }
    this.#walk.goTo(this.#table, state);
    this.#transitions.progressAt(state);
    const vectors = this.#sets.direct(this.#goals.open, this.#walk.local);
    for (const vector of vectors) this.#follow(state, vector);
  }

  /** Some of what was ignored so far, until that leads elsewhere, or nothing is ignored. */
  #leaveFurther(state: number): void {
    const taken = this.#taken.get(state) ?? new Set();
    this.#taken.set(state, taken);
    this.#walk.goTo(this.#table, state);
    const vectors = this.#sets.further(this.#goals.open, taken, this.#walk.local);
    if (vectors.length === 0) this.#transitions.progressAt(state);
    for (const vector of vectors) {
      taken.add(vector);
      this.#follow(state, vector);
    }
  }

  /** Takes a vector, and what follows it without a choice. */
  #follow(state: number, first: number): void {
    this.#walk.goTo(this.#table, state);
    let vector = first;
    for (let length = 0; ; length++) {
      this.#walk.take(vector);
      this.#steps++;
      const known = this.#table.find(this.#walk.key);
      if (known >= 0) {
        this.#transitions.add(state, known);
        return;
      }
      this.#goals.after(vector, this.#walk.local);
      if (length === LONGEST) break;
      const vectors = this.#choose(state);
      if (vectors.length === 0 && this.#question.ends === undefined) return;
      if (vectors.length !== 1) break;
      vector = vectors[0]!;
    }
    this.#transitions.add(state, this.#table.add(this.#walk.key, state, first));
    this.#assertWithinBounds();
  }

  /** What to take where the walk is, on the way from a state that is kept. */
  #choose(from: number): readonly number[] {
    const { stop, ends } = this.#question;
    const { local } = this.#walk;
    const toStop = stop !== undefined || ends !== undefined;
    const { vectors, putsOff, isAll } = this.#sets.choose(this.#goals.open, toStop, local);
    if (ends === undefined ? !putsOff : isAll) this.#transitions.progressAt(from);
    if (vectors.length === 0 && stop !== undefined && isReached(stop, local)) this.#stops = true;
    return vectors;
  }

  /** The terminal components, each with what no state of it that was kept is. */
  #ends(wanted: readonly Goal[]): End[] {
    return this.#transitions.terminal(this.#table.count).map((states) => {
      const left = new Set(wanted.keys());
      for (const state of states) {
        this.#walk.goTo(this.#table, state);
        for (const goal of left) if (isReached(wanted[goal]!, this.#walk.local)) left.delete(goal);
        if (left.size === 0) break;
      }
      const local = this.#walk.local.slice();
      return { local, here: this.#goalAt(local), without: [...left] };
    });
  }

  #goalAt(local: Int32Array): Goal {
    const parts = [...local.keys()].filter((part) => this.#slice.ltss[part]!.states.length > 1);
    return both(...parts.map((part) => partIs(this.#slice, part, (at) => at === local[part])));
  }

  #assertWithinBounds(): void {
    const { states = DEFAULT_STATES, bytes = Infinity, progress } = this.#bounds;
    const { count } = this.#table;
    if (count % 4096 === 0) progress?.(count, 0);
    if (count <= states && this.#table.bytes <= bytes) return;
    throw new BoundReached(
      `system '${this.#name}': stopped at ${count} states after reduction, because the bound is ` +
        `${count > states ? `${states} states` : `${bytes} bytes`}; there is no verdict: take a ` +
        `smaller --scope or a larger ${count > states ? '--max-states' : '--max-memory'}`,
    );
  }
}
