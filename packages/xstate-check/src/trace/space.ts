import type { Participant, Product, Vector } from '../system/product.ts';

/** What one group contributes to a vector; `at` is the place of the part in its group. */
export type Share = readonly {
  readonly at: number;
  readonly next: Int32Array;
  readonly part: number;
}[];

/** A step of a group. */
export interface Led {
  readonly vector: Vector;
  /** The state of the group afterwards. */
  readonly to: number;
  /** Other groups take part in it. */
  readonly shared: boolean;
}

/** Parts that are followed together, with the states of theirs that were met, by number. */
interface Group {
  readonly key: string;
  readonly parts: readonly number[];
  /** Each is the local states of the parts, one character each. */
  readonly states: string[];
  readonly idOf: Map<string, number>;
  /** For each state the hidden steps that it leads. */
  readonly led: Map<number, readonly Led[]>;
}

export interface SpaceOptions {
  readonly isHidden: (label: string) => boolean;
  /** A tag of states in which a part is as good as new; it is taken for new there. */
  readonly renewed?: string;
  /** The group that a part belongs to. */
  readonly groupOf: (part: string) => string;
}

/** The states and steps of a product whose parts are followed in groups. */
export class Space {
  readonly product: Product;
  readonly groups: readonly Group[];
  readonly #groupOf: readonly number[];
  readonly #placeOf: readonly number[];
  readonly #renewed: readonly Uint8Array[];
  readonly #hiddenOf: readonly (readonly (readonly Vector[])[])[];
  readonly #vectors = new Map<string, Vector[]>();
  readonly #shares = new Map<Vector, ReadonlyMap<number, Share>>();
  #met = 0;

  constructor(product: Product, { isHidden, renewed, groupOf }: SpaceOptions) {
    this.product = product;
    const keys = product.parts.map(({ name }) => groupOf(name));
    this.groups = [...new Set(keys)].map((key) => ({
      key,
      parts: keys.flatMap((own, part) => (own === key ? [part] : [])),
      states: [],
      idOf: new Map(),
      led: new Map(),
    }));
    this.#groupOf = keys.map((key) => this.groups.findIndex((group) => group.key === key));
    this.#placeOf = keys.map((_, part) => this.groups[this.#groupOf[part]!]!.parts.indexOf(part));
    this.#renewed = product.ltss.map((lts) =>
      Uint8Array.from(lts.states, ({ tags }) =>
        Number(renewed !== undefined && tags.includes(renewed)),
      ),
    );
    for (const vector of product.vectors) {
      const same = this.#vectors.get(vector.label);
      if (same) same.push(vector);
      else this.#vectors.set(vector.label, [vector]);
    }
    this.#hiddenOf = byLeader(
      product,
      product.vectors.filter(({ label }) => isHidden(label)),
    );
  }

  /** How many states were met. */
  get met(): number {
    return this.#met;
  }

  /** The vectors of each label, in the order of the product. */
  get vectors(): ReadonlyMap<string, readonly Vector[]> {
    return this.#vectors;
  }

  groupOf(part: number): number {
    return this.#groupOf[part]!;
  }

  /** The place of a part in its group. */
  placeOf(part: number): number {
    return this.#placeOf[part]!;
  }

  /** The state that a part has in a state of its group. */
  local(part: number, id: number): number {
    return this.groups[this.#groupOf[part]!]!.states[id]!.charCodeAt(this.#placeOf[part]!);
  }

  /** The number of a state, given as the local states of the group's parts. */
  numberOf(g: number, locals: readonly number[]): number {
    return this.#intern(this.groups[g]!, String.fromCharCode(...locals));
  }

  /** The local states of a group's parts. */
  localsOf(g: number, id: number): number[] {
    return [...this.groups[g]!.states[id]!].map((local) => local.charCodeAt(0));
  }

  allows(g: number, id: number, share: Share): boolean {
    const state = this.groups[g]!.states[id]!;
    for (const { at, next } of share) if (next[state.charCodeAt(at)]! < 0) return false;
    return true;
  }

  after(g: number, id: number, share: Share): number {
    let to = this.groups[g]!.states[id]!;
    for (const { at, next, part } of share) {
      const local = next[to.charCodeAt(at)]!;
      const renewed = this.#renewed[part]![local] ? 0 : local;
      to = `${to.slice(0, at)}${String.fromCharCode(renewed)}${to.slice(at + 1)}`;
    }
    return this.#intern(this.groups[g]!, to);
  }

  /** For each group that takes part in a vector what it contributes. */
  sharesOf(vector: Vector): ReadonlyMap<number, Share> {
    let shares = this.#shares.get(vector);
    if (shares === undefined) {
      const groups = new Set(vector.participants.map(({ part }) => this.#groupOf[part]!));
      const shareOf = (g: number) =>
        vector.participants
          .filter(({ part }) => this.#groupOf[part] === g)
          .map(({ part, next }) => ({ at: this.#placeOf[part]!, next, part }));
      shares = new Map([...groups].map((g) => [g, shareOf(g)]));
      this.#shares.set(vector, shares);
    }
    return shares;
  }

  /** The hidden steps that a part of the group leads in this state. */
  ledBy(g: number, id: number): readonly Led[] {
    const { led: known, parts, states } = this.groups[g]!;
    let led = known.get(id);
    if (led === undefined) {
      const state = states[id]!;
      const hidden = parts.flatMap((part, at) => this.#hiddenOf[part]![state.charCodeAt(at)]!);
      led = hidden.flatMap((vector) => {
        const shares = this.sharesOf(vector);
        const share = shares.get(g)!;
        if (!this.allows(g, id, share)) return [];
        return [{ vector, to: this.after(g, id, share), shared: shares.size > 1 }];
      });
      known.set(id, led);
    }
    return led;
  }

  #intern(group: Group, state: string): number {
    let id = group.idOf.get(state);
    if (id === undefined) {
      id = group.states.push(state) - 1;
      group.idOf.set(state, id);
      this.#met++;
    }
    return id;
  }
}

/** For each part and local state the hidden vectors that the part leads and allows there. */
function byLeader(product: Product, hidden: readonly Vector[]): Vector[][][] {
  const led = product.ltss.map((lts) => lts.states.map((): Vector[] => []));
  for (const vector of hidden) {
    const leader = leaderOf(vector.participants);
    leader.next.forEach((to, local) => {
      if (to >= 0) led[leader.part]![local]!.push(vector);
    });
  }
  return led;
}

/** The part that allows a step in the fewest of its states. */
function leaderOf(participants: readonly Participant[]): Participant {
  const share = participants.map(
    ({ next }) => next.reduce((open, to) => open + Number(to >= 0), 0) / next.length,
  );
  return participants[share.indexOf(Math.min(...share))]!;
}
