import { BoundReached, type Bounds } from '../explore/explore.ts';
import { StateTable } from '../explore/state-table.ts';
import type { Product } from '../system/product.ts';
import { type Goal, isReached } from './goal.ts';
import { sliceFor } from './slice.ts';
import { StubbornSets } from './stubborn.ts';
import { Transitions } from './transitions.ts';
import { Walk } from './walk.ts';

export interface Question {
  /** Each of them: can it be reached? */
  readonly goals: readonly Goal[];
  /** Can such a state be reached from which nothing can move? */
  readonly stop?: Goal;
  /** Noticed when seen; not to have seen them means nothing. */
  readonly inPassing?: readonly Goal[];
}

export interface Answer {
  readonly reached: readonly boolean[];
  readonly stops: boolean;
  readonly seen: readonly boolean[];
  /** States that were kept, and steps that were taken to find them. */
  readonly states: number;
  readonly steps: number;
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
 * bring a goal nearer, until there is none.
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
  readonly #sets: StubbornSets;
  readonly #walk: Walk;
  readonly #table: StateTable;
  readonly #transitions = new Transitions();
  readonly #reached: boolean[];
  readonly #seen: boolean[];
  #open: readonly Goal[];
  #unseen: readonly Goal[];
  #stops = false;
  #steps = 0;

  constructor(product: Product, question: Question, bounds: Bounds) {
    const { goals, inPassing = [], stop } = question;
    const read = [...goals, ...inPassing, ...(stop === undefined ? [] : [stop])];
    const slice = sliceFor(product, read, stop !== undefined).product;
    this.#question = question;
    this.#bounds = bounds;
    this.#name = product.name;
    this.#sets = new StubbornSets(slice, goals);
    this.#walk = new Walk(slice);
    this.#table = new StateTable(this.#walk.words);
    this.#table.add(this.#walk.key, -1, -1);
    this.#reached = goals.map(() => false);
    this.#seen = inPassing.map(() => false);
    this.#open = goals;
    this.#unseen = inPassing;
  }

  answer(): Answer {
    for (let state = 0; !this.#isAnswered(); ) {
      for (; state < this.#table.count && !this.#isAnswered(); state++) this.#leave(state);
      if (this.#isAnswered()) break;
      const ignoring = this.#transitions.terminalWithoutProgress(this.#table.count);
      if (ignoring.length === 0) break;
      for (const ignored of ignoring) if (!this.#isAnswered()) this.#leaveDirectly(ignored);
    }
    return {
      reached: this.#reached,
      stops: this.#stops,
      seen: this.#seen,
      states: this.#table.count,
      steps: this.#steps,
    };
  }

  #isAnswered(): boolean {
    return this.#open.length === 0 && (this.#question.stop === undefined || this.#stops);
  }

  #leave(state: number): void {
    this.#walk.goTo(this.#table, state);
    this.#look();
    for (const vector of this.#choose(state)) this.#follow(state, vector);
  }

  #leaveDirectly(state: number): void {
    this.#walk.goTo(this.#table, state);
    this.#transitions.progressAt(state);
    if (this.#open.length === 0) return;
    for (const vector of this.#sets.direct(this.#open, this.#walk.local)) {
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
      if (length === LONGEST) break;
      this.#look();
      const vectors = this.#choose(state);
      if (vectors.length === 0) return;
      if (vectors.length > 1) break;
      vector = vectors[0]!;
    }
    this.#transitions.add(state, this.#table.add(this.#walk.key, state, first));
    this.#assertWithinBounds();
  }

  /** Notes which goals are reached where the walk is. */
  #look(): void {
    const { local } = this.#walk;
    const { goals, inPassing = [] } = this.#question;
    this.#open = this.#notReached(this.#open, goals, this.#reached, local);
    this.#unseen = this.#notReached(this.#unseen, inPassing, this.#seen, local);
  }

  #notReached(
    open: readonly Goal[],
    goals: readonly Goal[],
    reached: boolean[],
    local: Int32Array,
  ): readonly Goal[] {
    if (!open.some((goal) => isReached(goal, local))) return open;
    return open.filter((goal) => {
      if (!isReached(goal, local)) return true;
      reached[goals.indexOf(goal)] = true;
      return false;
    });
  }

  /** What to take where the walk is, on the way from a state that is kept. */
  #choose(from: number): readonly number[] {
    const { stop } = this.#question;
    const { local } = this.#walk;
    const { vectors, putsOff } = this.#sets.choose(this.#open, stop !== undefined, local);
    if (!putsOff) this.#transitions.progressAt(from);
    if (vectors.length === 0 && stop !== undefined && isReached(stop, local)) this.#stops = true;
    return vectors;
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
