import { compose, isIn, type Product, type System } from 'xstate-check';
import { functionsOf, type TracedStep } from './traced-functions.ts';

type State = readonly number[];

interface Move {
  readonly label: string;
  readonly functions: readonly string[];
  readonly participants: Product['vectors'][number]['participants'];
}

/** Says whether a system can take steps that a tracer sees as a given order of functions. */
export class Recogniser {
  readonly #product: Product;
  readonly #moves: readonly Move[];
  readonly #initial: State;
  readonly #mustRest: readonly number[];
  /** The moves of a state, which many orders visit. */
  readonly #known = new Map<string, readonly { move: Move; state: State; key: string }[]>();

  /**
   * @param threads - those that are traced; nobody else moves
   * @param started - for each part that does not start in its initial state, the state node
   */
  constructor(
    system: System,
    steps: readonly TracedStep[],
    options: {
      readonly threads: readonly string[];
      readonly unseen: ReadonlySet<string>;
      readonly started?: Readonly<Record<string, string>>;
    },
  ) {
    const product = compose(system);
    const { parts, ltss } = product;
    const isTraced = (part: number) =>
      part < 0 || options.threads.includes(parts[part]!.thread ?? parts[part]!.name);
    this.#product = product;
    // What the environment starts on a thread that is not traced does not happen.
    this.#moves = product.vectors
      .filter(({ initiator, label }) => {
        const thread = label.split('@')[1];
        return isTraced(initiator) && (thread === undefined || options.threads.includes(thread));
      })
      .map(({ label, participants }) => ({
        label,
        participants,
        functions: functionsOf(steps, label, options.unseen),
      }));
    this.#mustRest = parts.flatMap(({ thread, name }, part) =>
      options.threads.includes(thread ?? name) ? [part] : [],
    );
    this.#initial = parts.map(({ name }, part) => {
      const node = options.started?.[name];
      if (node === undefined) return 0;
      const state = ltss[part]!.states.findIndex((candidate) => isIn(candidate, node));
      if (state < 0) throw new Error(`${name} has no state ${node}`);
      return state;
    });
  }

  /** Whether some run shows just these functions and ends with every traced thread returned. */
  accepts(functions: readonly string[]): boolean {
    return this.furthest(functions).accepted;
  }

  /** How far a run can show these functions, and which could come there instead. */
  furthest(functions: readonly string[]): { accepted: boolean; at: number; next: string[] } {
    const seen = new Set<string>();
    const queue = [{ state: this.#initial, key: this.#initial.join(), at: 0 }];
    const next = new Set<string>();
    let furthest = 0;
    let accepted = false;
    for (let item = queue.pop(); item && !accepted; item = queue.pop()) {
      const { at } = item;
      if (at > furthest) {
        furthest = at;
        next.clear();
      }
      if (at === functions.length && this.#isAtRest(item.state)) accepted = true;
      for (const { move, state, key } of this.#from(item.state, item.key)) {
        const shown = move.functions;
        const wrong = shown.findIndex((name, i) => functions[at + i] !== name);
        const reached = at + (wrong < 0 ? shown.length : wrong);
        if (wrong >= 0) {
          if (reached > furthest) {
            furthest = reached;
            next.clear();
          }
          if (reached === furthest) next.add(shown[wrong]!);
          continue;
        }
        const id = `${reached} ${key}`;
        if (!seen.has(id)) queue.push({ state, key, at: reached });
        seen.add(id);
      }
    }
    return { accepted, at: furthest, next: [...next].sort() };
  }

  #from(state: State, key: string): readonly { move: Move; state: State; key: string }[] {
    let moves = this.#known.get(key);
    if (moves === undefined) {
      moves = this.#moves.flatMap((move) => {
        const next = [...state];
        for (const { part, next: row } of move.participants) {
          const to = row[state[part]!]!;
          if (to < 0) return [];
          next[part] = to;
        }
        return [{ move, state: next, key: next.join() }];
      });
      this.#known.set(key, moves);
    }
    return moves;
  }

  #isAtRest(state: State): boolean {
    return this.#mustRest.every((part) =>
      this.#product.ltss[part]!.states[state[part]!]!.tags.includes('quiescent'),
    );
  }
}
