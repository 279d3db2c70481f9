import { BEGIN, compose, isIn, type Product, parseLabel, type System } from 'xstate-check';

/** Calls that bring a device to the same state, by what they have to have done: `pci_try_reset_function:ok`. */
export interface Ways {
  readonly title: string;
  readonly calls: readonly string[];
  readonly done: string;
}

/** Two of them that, from one state at rest, do not leave the same behind. */
export interface Unlike {
  readonly ways: string;
  readonly calls: readonly [string, string];
  /** What is another, part by part: `dev[0].power: d0 or d3hot, d0`. */
  readonly parts: readonly string[];
}

type State = readonly number[];
type Vector = Product['vectors'][number];

/**
 * Asks whether calls that lead to the same state leave the same behind, in every state at rest that a
 * thread comes to by its own calls, one after the other: nobody else begins anything meanwhile.
 */
export function unlikeWays(
  system: System,
  thread: string,
  all: readonly Ways[],
): { readonly compared: number; readonly unlike: readonly Unlike[] } {
  const runs = new Runs(compose({ ...system, parts: system.parts.filter(isNoMonitor) }), thread);
  const open: State[] = [runs.start];
  const seen = new Set([runs.start.join()]);
  const found = new Map<string, Unlike>();
  let compared = 0;
  while (open.length > 0) {
    const state = open.pop()!;
    const ends = runs.from(state);
    for (const { to } of ends) {
      if (seen.has(to.join())) continue;
      seen.add(to.join());
      open.push(to);
    }
    for (const ways of all) {
      const { pairs, unlike: here } = runs.unlike(ways, ends);
      compared += pairs;
      for (const unlike of here) {
        found.set(JSON.stringify([unlike.ways, unlike.calls, unlike.parts]), unlike);
      }
    }
  }
  return { compared, unlike: [...found.values()] };
}

const isNoMonitor = ({ kind }: System['parts'][number]) => kind !== 'monitor';

/** A call that has returned. */
interface End {
  readonly call: string;
  readonly labels: ReadonlySet<string>;
  readonly to: State;
}

/** A call under way: where it is, which it is, and what has succeeded or failed in it. */
interface Going {
  readonly at: State;
  readonly call: string;
  readonly labels: readonly string[];
}

class Runs {
  readonly start: State;
  readonly #product: Product;
  readonly #vectors: readonly Vector[];
  readonly #threads: readonly number[];

  constructor(product: Product, thread: string) {
    this.#product = product;
    this.start = product.parts.map(() => 0);
    this.#vectors = product.vectors.filter(({ label }) =>
      new RegExp(`@(${thread.replace(/[[\]]/g, '\\$&')}|work\\[\\d+\\])$`).test(label),
    );
    this.#threads = product.parts.flatMap(({ thread: own }, at) => (own === undefined ? [] : [at]));
  }

  /** Every way in which one call of the thread goes, from one rest to the next. */
  from(state: State): End[] {
    const ends = new Map<string, End>();
    const open: Going[] = [{ at: state, call: '', labels: [] }];
    const seen = new Set<string>();
    while (open.length > 0) {
      const going = open.pop()!;
      for (const vector of this.#vectors) {
        const to = this.#after(vector, going);
        if (to === undefined) continue;
        const key = `${to.at.join()} ${to.call} ${to.labels.join()}`;
        if (seen.has(key)) continue;
        seen.add(key);
        if (!this.#isAtRest(to.at)) open.push(to);
        else ends.set(key, { call: to.call, labels: new Set(to.labels), to: to.at });
      }
    }
    return [...ends.values()];
  }

  #after({ label, participants }: Vector, { at, call, labels }: Going): Going | undefined {
    const { operation, outcome } = parseLabel(label);
    const isCall = outcome === BEGIN && this.#product.calls.find(label)?.caller === 'user';
    if (isCall && call !== '') return undefined;
    const next = step(participants, at);
    if (next === undefined) return undefined;
    // What decides where two calls are alike: that it has succeeded.
    const isOutcome = outcome === 'ok' || outcome === 'failed' || outcome?.startsWith('-') === true;
    return {
      at: next,
      call: isCall ? operation : call,
      labels: isOutcome ? [...labels, `${operation}:${outcome}`] : labels,
    };
  }

  #isAtRest(state: State): boolean {
    return this.#threads.every((at) =>
      isIn(this.#product.ltss[at]!.states[state[at]!]!, '#quiescent'),
    );
  }

  /** Pairs of the ways of which one leaves what the other does not. */
  unlike(
    { title, calls, done }: Ways,
    ends: readonly End[],
  ): { readonly pairs: number; readonly unlike: readonly Unlike[] } {
    const left = calls.flatMap((call) => {
      const own = ends.filter((end) => end.call === call && end.labels.has(done));
      return own.length === 0 ? [] : [{ call, states: own.map(({ to }) => to) }];
    });
    const unlike = left.slice(1).flatMap((other): Unlike[] => {
      const first = left[0]!;
      const parts = this.#different(first.states, other.states);
      return parts.length === 0 ? [] : [{ ways: title, calls: [first.call, other.call], parts }];
    });
    return { pairs: Math.max(0, left.length - 1), unlike };
  }

  #different(one: readonly State[], other: readonly State[]): string[] {
    return this.#product.parts.flatMap(({ name, kind }, at) => {
      if (kind !== 'resource') return [];
      const names = (states: readonly State[]) =>
        [...new Set(states.map((state) => this.#product.ltss[at]!.states[state[at]!]!.name))]
          .sort()
          .join(' or ');
      return names(one) === names(other) ? [] : [`${name}: ${names(one)}, ${names(other)}`];
    });
  }
}

/** Where all who take part go, and nowhere where one of them cannot. */
export function step(participants: Vector['participants'], state: State): State | undefined {
  const next = [...state];
  for (const { part, next: table } of participants) {
    const to = table[state[part]!]!;
    if (to < 0) return undefined;
    next[part] = to;
  }
  return next;
}
