import type { Product, Vector } from '../system/product.ts';
import type { GroupStates } from './groups.ts';
import { type Reached, reachedFrom, TooMany } from './reached.ts';
import { Space, type SpaceOptions } from './space.ts';

/**
 * The states that fit, group by group: of each group of parts the local states that its parts may
 * have together. With one group it is the set of states; with several it is every combination of
 * theirs, which is more than fits and never less.
 */
export interface Belief {
  readonly sets: readonly (readonly number[])[];
  /** What follows after a sight; made when it is asked for. */
  readonly memo: Map<string, Belief | undefined>;
  /** The same with other groups, by their number. */
  readonly regrouped: Map<number, Belief>;
}

export interface BeliefOptions extends SpaceOptions {
  /** Most states of one group. */
  readonly most: () => number;
  /** Told of each transition that takes part in explaining something. */
  readonly cover: (part: number, local: number, label: number) => void;
}

/** The states that fit, and what may follow; what was worked out once is kept. */
export class Beliefs {
  readonly #space: Space;
  readonly #options: BeliefOptions;
  readonly #known = new Map<string, Belief>();
  #closed: { readonly belief: Belief; readonly reached: readonly Reached[] } | undefined;
  #kept = 0;
  #work = 0;

  constructor(product: Product, options: BeliefOptions) {
    this.#space = new Space(product, options);
    this.#options = options;
  }

  /** How much is kept: states of groups, and what follows from which. */
  get kept(): number {
    return this.#kept + this.#space.met;
  }

  /** How many states were looked at. */
  get work(): number {
    return this.#work;
  }

  /** The belief in any of these states; a part that is not given is in its first state. */
  of(given: readonly GroupStates[]): Belief {
    const { groups, product } = this.#space;
    const sets = groups.map(({ key, parts }, g) => {
      const states = given.find((group) => group.key === key)?.states ?? [new Map()];
      return states.map((state) =>
        this.#space.numberOf(
          g,
          parts.map((part) => state.get(product.parts[part]!.name) ?? 0),
        ),
      );
    });
    return this.#belief(sets);
  }

  /** What `of` takes. */
  statesOf({ sets }: Belief): GroupStates[] {
    const { groups, product } = this.#space;
    return groups.map(({ key, parts }, g) => ({
      key,
      states: sets[g]!.map((id) => {
        const locals = this.#space.localsOf(g, id);
        return new Map(parts.map((part, i) => [product.parts[part]!.name, locals[i]!]));
      }),
    }));
  }

  /** After one of these labels, hidden steps before; `undefined` where no state goes on so. */
  next(belief: Belief, labels: readonly string[]): Belief | undefined {
    return this.#remembered(belief, labels.join('\n'), () => this.#explain(belief, labels));
  }

  /** As `next`, or without any of the labels. */
  maybe(belief: Belief, labels: readonly string[]): Belief {
    return this.#remembered(belief, `?${labels.join('\n')}`, () => {
      const next = this.#explain(belief, labels);
      if (next === undefined) return belief;
      return this.#belief(belief.sets.map((set, g) => [...set, ...next.sets[g]!]));
    })!;
  }

  /** Every state that allows one of these labels takes it, the others stay. */
  replaced(belief: Belief, label: string): Belief {
    return this.#remembered(belief, `=${label}`, () => {
      let { sets } = belief;
      for (const vector of this.#vectorsOf(label)) sets = this.#replaced(sets, vector);
      return this.#belief(sets);
    })!;
  }

  /** States that differ only in which of some alike things is in which state are the same. */
  sorted(belief: Belief, key: string, things: readonly (readonly number[])[]): Belief {
    return this.#remembered(belief, `~${key}`, () => {
      const g = this.#space.groupOf(things[0]![0]!);
      const isTogether = things.flat().every((part) => this.#space.groupOf(part) === g);
      if (!isTogether) return belief;
      const places = things.map((parts) => parts.map((part) => this.#space.placeOf(part)));
      const ids = belief.sets[g]!.map((id) =>
        this.#space.numberOf(g, sortedBy(this.#space.localsOf(g, id), places)),
      );
      return this.#belief(belief.sets.with(g, ids));
    })!;
  }

  /** The local states of a part in the states that fit, before further hidden steps. */
  locals({ sets }: Belief, part: number): number[] {
    return unique(sets[this.#space.groupOf(part)]!.map((id) => this.#space.local(part, id)));
  }

  /** As `locals`, with those that hidden steps reach. */
  reachable(belief: Belief, part: number): number[] {
    const { ids } = this.#closure(belief)[this.#space.groupOf(part)]!;
    return unique(ids.map((id) => this.#space.local(part, id)));
  }

  /** The labels with which it could go on, in the order of the product. */
  allowed(belief: Belief): string[] {
    const sets = this.#closure(belief).map(({ ids }) => ids);
    return [...this.#space.vectors].flatMap(([label, all]) =>
      all.some((vector) => this.#isAllowed(sets, vector)) ? [label] : [],
    );
  }

  #vectorsOf(label: string): readonly Vector[] {
    return this.#space.vectors.get(label) ?? [];
  }

  #isAllowed(sets: Belief['sets'], vector: Vector): boolean {
    return [...this.#space.sharesOf(vector)].every(([g, share]) =>
      sets[g]!.some((id) => this.#space.allows(g, id, share)),
    );
  }

  #remembered(belief: Belief, sight: string, make: () => Belief | undefined): Belief | undefined {
    const { memo } = belief;
    if (!memo.has(sight)) {
      memo.set(sight, make());
      this.#kept++;
    }
    return memo.get(sight);
  }

  #explain(belief: Belief, labels: readonly string[]): Belief | undefined {
    const reached = this.#closure(belief);
    const sets: Set<number>[] = reached.map(() => new Set());
    let found = false;
    for (const vector of labels.flatMap((label) => this.#vectorsOf(label))) {
      const taken = this.#taken(reached, vector);
      if (taken === undefined) continue;
      found = true;
      reached.forEach(({ ids }, g) => {
        for (const id of taken.get(g) ?? ids) sets[g]!.add(id);
      });
    }
    return found ? this.#belief(sets.map((set) => [...set])) : undefined;
  }

  /** For each group of a vector the states after it; `undefined` where some group refuses. */
  #taken(reached: readonly Reached[], vector: Vector): Map<number, number[]> | undefined {
    const taken = new Map<number, number[]>();
    const shares = this.#space.sharesOf(vector);
    for (const [g, share] of shares) {
      const from = reached[g]!.ids.filter((id) => this.#space.allows(g, id, share));
      if (from.length === 0) return undefined;
      taken.set(g, from);
    }
    for (const [g, share] of shares) {
      const from = taken.get(g)!;
      for (const id of from) this.#coverPath(g, reached[g]!, id, vector);
      taken.set(
        g,
        from.map((id) => this.#space.after(g, id, share)),
      );
    }
    return taken;
  }

  /** The step, and the hidden ones before it, take part in explaining something. */
  #coverPath(g: number, { ids, at, from, by }: Reached, id: number, vector: Vector): void {
    this.#cover(g, id, vector);
    for (let step = at.get(id)!; from[step]! >= 0; step = from[step]!) {
      this.#cover(g, ids[from[step]!]!, by[step]!);
    }
  }

  #cover(g: number, id: number, { participants }: Vector): void {
    for (const { part, local } of participants) {
      if (this.#space.groupOf(part) !== g) continue;
      const at = this.#space.local(part, id);
      if (local[at]! >= 0) this.#options.cover(part, at, local[at]!);
    }
  }

  #replaced(sets: Belief['sets'], vector: Vector): Belief['sets'] {
    if (!this.#isAllowed(sets, vector)) return sets;
    const lead = this.#space.groupOf(vector.participants[0]!.part);
    let replaced = sets;
    for (const [g, share] of this.#space.sharesOf(vector)) {
      const ids = sets[g]!.flatMap((id) => {
        if (!this.#space.allows(g, id, share)) return [id];
        const to = this.#space.after(g, id, share);
        return g === lead ? [to] : [id, to];
      });
      replaced = replaced.with(g, ids);
    }
    return replaced;
  }

  #closure(belief: Belief): readonly Reached[] {
    if (this.#closed?.belief === belief) return this.#closed.reached;
    const reached = reachedFrom(this.#space, belief.sets, this.#options.most());
    for (const { ids } of reached) this.#work += ids.length;
    this.#closed = { belief, reached };
    return reached;
  }

  #belief(given: readonly (readonly number[])[]): Belief {
    const sets = given.map(unique);
    if (sets.some((set) => set.length > this.#options.most())) throw new TooMany();
    const key = sets.map((set) => set.join()).join(';');
    let belief = this.#known.get(key);
    if (belief === undefined) {
      belief = { sets, memo: new Map(), regrouped: new Map() };
      this.#known.set(key, belief);
      this.#kept += sets.reduce((sum, set) => sum + set.length, 0);
    }
    return belief;
  }
}

/** The state with things sorted, each given by the places of its parts. */
function sortedBy(locals: readonly number[], things: readonly (readonly number[])[]): number[] {
  const to = [...locals];
  const keys = things.map((places) => places.map((place) => to[place]!)).sort(compare);
  things.forEach((places, thing) => {
    places.forEach((place, i) => {
      to[place] = keys[thing]![i]!;
    });
  });
  return to;
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

function unique(ids: readonly number[]): number[] {
  const sorted = ids.toSorted((a, b) => a - b);
  return sorted.filter((id, i) => id !== sorted[i - 1]);
}
