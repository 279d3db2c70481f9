import { InputError } from '../base/errors.ts';
import type { Product } from '../system/product.ts';
import { type Belief, Beliefs } from './beliefs.ts';
import { type Locals, split, together } from './groups.ts';
import { TooMany } from './reached.ts';

export interface MonitorOptions {
  /** Of each of several independent things the states in which it may begin; else parts are new. */
  readonly initial: readonly (readonly Locals[])[];
  /** Whether a label is a step that no trace shows. */
  readonly isHidden: (label: string) => boolean;
  /** A tag of states in which a part is as good as new; it is taken for new there. */
  readonly renewed?: string;
  /**
   * Ways to take the parts apart into groups, coarse ones first, for when too many states fit: the
   * group that a part belongs to, by their names.
   */
  readonly apart?: readonly ((part: string) => string)[];
}

/** Most states of one group, for each way to take the parts apart; the first has one group. */
const MOST = [12_000, 6_000, 2_000, 2_000];
/** Most states of one group once much work was done, so that a long trace is still read fast. */
const MOST_LATER = [200, 200, 200, 2_000];
const MUCH_WORK = 250_000;
/** States, and what follows from them, that are kept. */
const KEPT = 400_000;
/** So few combinations are followed as whole states again. */
const FEW = 16;

/**
 * Follows every state of a product that fits what was seen so far. Between two things that are
 * seen any number of hidden steps may happen. What follows from a set of states at a sight is worked
 * out once, so that a long trace of the same calls is read fast. Where too many states fit, groups
 * of parts are followed each by itself: then more runs are allowed than there are, never fewer.
 */
export class Monitor {
  readonly #options: MonitorOptions;
  readonly #ways: readonly ((part: string) => string)[];
  /** For each machine `state * width + label`: the transitions that explain something. */
  readonly #covered = new Map<string, Set<number>>();
  #product: Product;
  #level = 0;
  #beliefs: Beliefs;
  /** What was worked out with each way to take the parts apart. */
  #levels: Beliefs[] = [];
  #belief: Belief;
  #coarse = false;
  #work = 0;

  constructor(product: Product, options: MonitorOptions) {
    this.#options = options;
    this.#ways = [() => '', ...(options.apart ?? [])];
    this.#product = product;
    const beginnings = options.initial.reduce((count, states) => count * states.length, 1);
    if (beginnings > MOST[0]!) {
      this.#coarse = true;
      this.#level = 1;
    }
    this.#beliefs = this.#newBeliefs(this.#level);
    this.#levels[this.#level] = this.#beliefs;
    const things = options.initial.map((states, thing) => ({ key: `${thing}`, states }));
    this.#belief = this.#beliefs.of(
      this.#level === 0 ? together(things) : split(things, this.#ways[this.#level]!),
    );
  }

  get product(): Product {
    return this.#product;
  }

  /** Whether the parts had to be taken apart anywhere. */
  get isCoarse(): boolean {
    return this.#coarse;
  }

  /**
   * Goes on with one of these labels; hidden steps may happen before.
   *
   * @returns whether some run does so; where none does, everything stays as it was
   */
  step(labels: readonly string[]): boolean {
    return this.#try(() => {
      const next = this.#beliefs.next(this.#belief, labels);
      if (next === undefined) return false;
      this.#goTo(next);
      return true;
    });
  }

  /** Goes on with one of these labels, or stays. */
  maybe(labels: readonly string[]): void {
    this.#try(() => this.#goTo(this.#beliefs.maybe(this.#belief, labels)));
  }

  /** Every state that allows the label takes it. */
  replace(label: string): void {
    this.#try(() => this.#goTo(this.#beliefs.replaced(this.#belief, label)));
  }

  /**
   * Takes states for the same that differ only in which of some alike things is in which state.
   *
   * @param things - the parts of each thing, in the same order
   */
  interchange(things: readonly (readonly number[])[]): void {
    if (things.length < 2) return;
    const key = things.map((parts) => parts[0]).join();
    this.#try(() => this.#goTo(this.#beliefs.sorted(this.#belief, key, things)));
  }

  /** The labels with which it could go on, in the order of the product. */
  allowed(): string[] {
    return this.#try(() => this.#beliefs.allowed(this.#belief));
  }

  /** The local states of a part in the states that fit, before further hidden steps. */
  locals(part: number): number[] {
    return this.#beliefs.locals(this.#belief, part);
  }

  /** As `locals`, with those that hidden steps reach. */
  reachable(part: number): number[] {
    return this.#try(() => this.#beliefs.reachable(this.#belief, part));
  }

  /** The transitions of a machine that took part in explaining the trace. */
  covered(machine: string): ReadonlySet<number> {
    return this.#covered.get(machine) ?? new Set();
  }

  /** Goes on with a product that has more parts, which are in their first states. */
  grow(product: Product): void {
    this.#product = product;
    this.#forget();
  }

  /** Does it, with the parts taken apart further where too many states fit. */
  #try<T>(what: () => T): T {
    for (;;) {
      try {
        return what();
      } catch (error) {
        if (!(error instanceof TooMany)) throw error;
        this.#takeApart();
      }
    }
  }

  #takeApart(): void {
    this.#coarse = true;
    for (let level = this.#level + 1; level < this.#ways.length; level++) {
      try {
        this.#regroup(level);
        return;
      } catch (error) {
        if (!(error instanceof TooMany)) throw error;
      }
    }
    throw tooMany();
  }

  #goTo(belief: Belief): void {
    this.#belief = belief;
    const isFew = belief.sets.reduce((product, set) => product * set.length, 1) <= FEW;
    if (this.#level > 0 && isFew) this.#regroup(0);
    if (this.#beliefs.kept > KEPT) this.#forget();
  }

  /** Goes on with other groups, and what was worked out with them before. */
  #regroup(level: number): void {
    const beliefs = this.#levels[level] ?? this.#newBeliefs(level);
    this.#levels[level] = beliefs;
    const from = this.#belief;
    const known = from.regrouped.get(level);
    const states = () => {
      const groups = this.#beliefs.statesOf(from);
      return level === 0 ? together(groups) : groups;
    };
    this.#belief = known ?? beliefs.of(split(states(), this.#ways[level]!));
    from.regrouped.set(level, this.#belief);
    this.#beliefs = beliefs;
    this.#level = level;
  }

  /** Keeps only the states that fit now. */
  #forget(): void {
    const states = this.#beliefs.statesOf(this.#belief);
    this.#beliefs = this.#newBeliefs(this.#level);
    this.#levels = [];
    this.#levels[this.#level] = this.#beliefs;
    this.#belief = this.#beliefs.of(states);
  }

  #newBeliefs(level: number): Beliefs {
    const { isHidden, renewed } = this.#options;
    const before = this.#work;
    const beliefs: Beliefs = new Beliefs(this.#product, {
      isHidden,
      ...(renewed !== undefined && { renewed }),
      groupOf: this.#ways[level]!,
      most: () => {
        this.#work = before + beliefs.work;
        return (this.#work < MUCH_WORK ? MOST : MOST_LATER)[level]!;
      },
      cover: (part, local, label) => this.#cover(part, local, label),
    });
    return beliefs;
  }

  #cover(part: number, local: number, label: number): void {
    const { id } = this.#product.parts[part]!.machine;
    let covered = this.#covered.get(id);
    if (covered === undefined) {
      covered = new Set();
      this.#covered.set(id, covered);
    }
    covered.add(local * this.#product.ltss[part]!.labels.length + label);
  }
}

function tooMany(): InputError {
  return new InputError(
    'the trace tells too little: too many states fit it; record more functions, and probes with ' +
      'arguments',
  );
}
