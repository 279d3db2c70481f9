import { InputError } from '../errors.ts';
import type { Product, Vector } from '../system/product.ts';

export interface MonitorOptions {
  /** The local states of the parts, for every state in which the trace may begin. */
  readonly initial: readonly (readonly number[])[];
  /** Whether a label is a step that no trace shows. */
  readonly isHidden: (label: string) => boolean;
  /** A tag of states in which a part is as good as new; it is taken for new there. */
  readonly renewed?: string;
}

/** Most states that may fit at once before the trace is said to tell too little. */
const MOST = 20_000;
/** Most states that one line may make it look at. */
const MOST_WORK = 60_000;
/** Most states that are kept with their steps. */
const KEPT = 100_000;

/**
 * Follows every state of a product that fits what was seen so far. Between two things that are
 * seen any number of hidden steps may happen; the sets of states are made as they are needed, and
 * what a state does at a sight is kept, so that a long trace of the same calls is read fast.
 */
export class Monitor {
  readonly #product: Product;
  readonly #renewed: readonly Uint8Array[];
  readonly #hiddenOf: readonly (readonly (readonly Vector[])[])[];
  readonly #vectors = new Map<string, Vector[]>();
  readonly #states: (readonly number[])[] = [];
  readonly #idOf = new Map<string, number>();
  readonly #closures = new Map<number, Closure>();
  readonly #memo = new Map<string, readonly number[]>();
  /** `part, local state, label`: the transitions of runs that explain something. */
  readonly #covered: readonly Set<number>[];
  #current: readonly number[];
  #work = 0;

  constructor(product: Product, { initial, isHidden, renewed }: MonitorOptions) {
    this.#product = product;
    this.#renewed = product.ltss.map((lts) =>
      Uint8Array.from(lts.states, ({ tags }) =>
        Number(renewed !== undefined && tags.includes(renewed)),
      ),
    );
    for (const vector of product.vectors) {
      const same = this.#vectors.get(vector.label) ?? [];
      this.#vectors.set(vector.label, [...same, vector]);
    }
    const hidden = product.vectors.filter(({ label }) => isHidden(label));
    this.#hiddenOf = byLeader(product, hidden);
    this.#covered = product.ltss.map(() => new Set());
    this.#current = unique(initial.map((state) => this.#intern(state)));
  }

  /** How many states fit. */
  get size(): number {
    return this.#current.length;
  }

  /**
   * Goes on with one of these labels; hidden steps may happen before.
   *
   * @returns whether some run does so; where none does, everything stays as it was
   */
  step(labels: readonly string[]): boolean {
    const next = this.#next(labels);
    if (next.length === 0) return false;
    this.#current = next;
    return true;
  }

  /** Goes on with one of these labels, or stays. */
  maybe(labels: readonly string[]): void {
    // Looking for the next ones may number the states anew.
    const next = this.#next(labels);
    this.#current = unique([...this.#current, ...next]);
  }

  /**
   * Takes states for the same that differ only in which of some alike things is in which state.
   *
   * @param things - the parts of each thing, in the same order
   */
  interchange(things: readonly (readonly number[])[]): void {
    if (things.length < 2) return;
    const sorted = this.#current.map((id) => {
      const state = this.#states[id]!;
      const keys = things.map((parts) => parts.map((part) => state[part]!));
      keys.sort((a, b) => compare(a, b));
      const to = [...state];
      things.forEach((parts, thing) => {
        parts.forEach((part, i) => {
          to[part] = keys[thing]![i]!;
        });
      });
      return this.#intern(to);
    });
    this.#current = unique(sorted);
  }

  #next(labels: readonly string[]): number[] {
    const sight = labels.join('\n');
    this.#work = 0;
    const next = new Set<number>();
    if (this.#states.length > KEPT) this.#forget();
    for (const state of this.#current) {
      const key = `${state} ${sight}`;
      let to = this.#memo.get(key);
      if (to === undefined) {
        to = this.#explain(state, labels);
        this.#memo.set(key, to);
      }
      for (const id of to) next.add(id);
    }
    if (next.size > MOST) throw tooMany();
    return [...next].sort((a, b) => a - b);
  }

  /** The labels with which it could go on, in the order of the product. */
  allowed(): string[] {
    const labels = new Set<string>();
    for (const state of this.#current) {
      for (const reached of this.#closure(state).states) {
        for (const [label, vectors] of this.#vectors) {
          if (vectors.some((vector) => this.#after(this.#states[reached]!, vector))) {
            labels.add(label);
          }
        }
      }
    }
    return [...labels];
  }

  /** The local states of a part in the states that fit, before further hidden steps. */
  locals(part: number): number[] {
    return unique(this.#current.map((state) => this.#states[state]![part]!));
  }

  /** As `locals`, with those that hidden steps reach. */
  reachable(part: number): number[] {
    const reached = this.#current.flatMap((state) => this.#closure(state).states);
    return unique(reached.map((state) => this.#states[state]![part]!));
  }

  /** How many transitions of a part took part in explaining the trace. */
  covered(part: number): ReadonlySet<number> {
    return this.#covered[part]!;
  }

  #explain(state: number, labels: readonly string[]): readonly number[] {
    const closure = this.#closure(state);
    const found: number[] = [];
    closure.states.forEach((reached, at) => {
      const locals = this.#states[reached]!;
      for (const label of labels) {
        for (const vector of this.#vectors.get(label) ?? []) {
          const to = this.#after(locals, vector);
          if (to === undefined) continue;
          found.push(this.#intern(to));
          this.#cover(locals, vector);
          for (let step = at; step > 0; step = closure.from[step]!) {
            this.#cover(this.#states[closure.states[closure.from[step]!]!]!, closure.by[step]!);
          }
        }
      }
    });
    return unique(found);
  }

  #cover(locals: readonly number[], { participants }: Vector): void {
    for (const { part, local } of participants) {
      const label = local[locals[part]!]!;
      const width = this.#product.ltss[part]!.labels.length;
      this.#covered[part]!.add(locals[part]! * width + label);
    }
  }

  /** All states that hidden steps reach, the state itself first, with the step that led there. */
  #closure(state: number): Closure {
    const known = this.#closures.get(state);
    if (known) return known;
    const states = [state];
    const from = [-1];
    const by: (Vector | undefined)[] = [undefined];
    const seen = new Set(states);
    for (let at = 0; at < states.length; at++) {
      const locals = this.#states[states[at]!]!;
      for (let part = 0; part < locals.length; part++) {
        for (const vector of this.#hiddenOf[part]![locals[part]!]!) {
          const to = this.#after(locals, vector);
          if (to === undefined) continue;
          const id = this.#intern(to);
          if (seen.has(id)) continue;
          seen.add(id);
          states.push(id);
          from.push(at);
          by.push(vector);
        }
      }
      if (states.length > MOST || ++this.#work > MOST_WORK) throw tooMany();
    }
    const closure = { states, from, by: by as Vector[] };
    this.#closures.set(state, closure);
    return closure;
  }

  #after(locals: readonly number[], { participants }: Vector): readonly number[] | undefined {
    for (const { part, next } of participants) if (next[locals[part]!]! < 0) return undefined;
    const to = [...locals];
    for (const { part, next } of participants) {
      const local = next[locals[part]!]!;
      to[part] = this.#renewed[part]![local] ? 0 : local;
    }
    return to;
  }

  #intern(state: readonly number[]): number {
    const key = String.fromCharCode(...state);
    let id = this.#idOf.get(key);
    if (id === undefined) {
      id = this.#states.push(state) - 1;
      this.#idOf.set(key, id);
    }
    return id;
  }

  /** Keeps only the states that fit now. */
  #forget(): void {
    const current = this.#current.map((state) => this.#states[state]!);
    this.#states.length = 0;
    this.#idOf.clear();
    this.#closures.clear();
    this.#memo.clear();
    this.#current = unique(current.map((state) => this.#intern(state)));
  }
}

/** The states that hidden steps reach from the first, breadth first. */
interface Closure {
  readonly states: readonly number[];
  /** For each where in `states` it was reached from. */
  readonly from: readonly number[];
  readonly by: readonly Vector[];
}

/** For each part and local state the hidden vectors that the part leads and allows there. */
function byLeader(product: Product, hidden: readonly Vector[]): Vector[][][] {
  const led = product.ltss.map((lts) => lts.states.map((): Vector[] => []));
  const openness = (next: Int32Array) => next.reduce((open, to) => open + Number(to >= 0), 0);
  for (const vector of hidden) {
    const share = vector.participants.map(({ next }) => openness(next) / next.length);
    const leader = vector.participants[share.indexOf(Math.min(...share))]!;
    leader.next.forEach((to, local) => {
      if (to >= 0) led[leader.part]![local]!.push(vector);
    });
  }
  return led;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

function unique(ids: readonly number[]): number[] {
  return [...new Set(ids)].sort((a, b) => a - b);
}

function tooMany(): InputError {
  return new InputError(
    `the trace tells too little: more than ${MOST} states fit it; record more functions, and probes ` +
      'with arguments',
  );
}
