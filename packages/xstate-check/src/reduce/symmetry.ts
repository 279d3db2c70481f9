import type { Product } from '../system/product.ts';
import type { Goal } from './goal.ts';

/** Things of a system that can be exchanged for each other: doors, keys, lamps. */
export interface Family {
  /** What is exchanged: `device[0], device[1]`. */
  readonly name: string;
  /** For each of the things its parts, in the same order. */
  readonly members: readonly (readonly number[])[];
}

export interface Symmetry {
  readonly families: readonly Family[];
  /** What looks as if it could be exchanged and cannot, and why. */
  readonly refused: readonly { readonly name: string; readonly why: string }[];
  /** For each goal the first one that it can be exchanged for. */
  readonly orbitOf: readonly number[];
}

/**
 * Finds what can be exchanged: the names of the parts say what might be (`device[0]` and
 * `device[1]`), and that it can be is verified, not believed. Exchanging two of a family must be an
 * automorphism of the product: it takes each part to one with the same local transitions, the
 * vectors to the vectors with the same tables, and the goals to the goals. All transpositions with
 * the first of a family together make the full symmetric group.
 *
 * A family of several kinds of parts is exchanged kind by kind where that works (`att[i]`), else
 * together with the kinds that have the same indices (`device[i]`, `buffer[i]`, `mapping[i]`). What has two indices of
 * the same family, or belongs to one of a family by more than its index, is refused.
 */
export function symmetryOf(product: Product, goals: readonly Goal[] = []): Symmetry {
  const judge = new Automorphisms(product, goals);
  const names = product.parts.map(({ name }) => name);
  const words = indexWords(names);
  const families: Family[] = [];
  const refused: { name: string; why: string }[] = [];
  const taken = new Set<number>();
  for (const word of words.keys()) {
    if (words.get(word)!.some((i) => isTaken(names, word, i, taken))) continue;
    const indices = words.get(word)!;
    const alike = [...words.keys()].filter((other) => words.get(other)!.join() === indices.join());
    const found = firstNotEmpty(
      [[word], alike, [...words.keys()]].map(
        (together) => () => familiesOf(names, judge, together, indices),
      ),
    );
    for (const family of found) {
      const parts = family.members.flat();
      if (parts.some((part) => taken.has(part))) continue;
      for (const part of parts) taken.add(part);
      families.push(family);
    }
    if (found.length > 0) continue;
    const [first, second] = words.get(word)!;
    const why = judge.whyNot(exchange(names, [word], first!, second!));
    refused.push({ name: `${word}[${first}], ${word}[${second}]`, why: why ?? TWO_INDICES });
  }
  return { families, refused, orbitOf: judge.orbits(families) };
}

function firstNotEmpty<T>(ways: readonly (() => readonly T[])[]): readonly T[] {
  for (const way of ways) {
    const found = way();
    if (found.length > 0) return found;
  }
  return [];
}

function isTaken(
  names: readonly string[],
  word: string,
  index: number,
  taken: ReadonlySet<number>,
): boolean {
  return names.some((name, part) => taken.has(part) && name.includes(`${word}[${index}]`));
}

const TWO_INDICES = 'a part has two of the indices';

/** The words that have an index in the names of parts, each with its indices, if several. */
function indexWords(names: readonly string[]): Map<string, number[]> {
  const words = new Map<string, Set<number>>();
  for (const name of names) {
    for (const [, word, index] of name.matchAll(/([a-z_]+)\[(\d+)\]/gi)) {
      words.set(word!, (words.get(word!) ?? new Set()).add(Number(index)));
    }
  }
  const sorted = [...words].map(([word, indices]) => {
    return [word, [...indices].sort((a, b) => a - b)] as const;
  });
  return new Map(sorted.filter(([, indices]) => indices.length > 1));
}

/** The classes of indices that can be exchanged for each other. */
function familiesOf(
  names: readonly string[],
  judge: Automorphisms,
  words: readonly string[],
  indices: readonly number[],
): Family[] {
  const classes: number[][] = [];
  for (const index of indices) {
    const own = classes.find(
      ([first]) => judge.whyNot(exchange(names, words, first!, index)) === undefined,
    );
    if (own === undefined) classes.push([index]);
    else own.push(index);
  }
  return classes
    .filter((of) => of.length > 1)
    .map((of) => ({
      name: of.map((index) => words.map((word) => `${word}[${index}]`).join(' and ')).join(', '),
      members: of.map((index) => partsWith(names, words, index, of[0]!)),
    }))
    .filter((family) => judge.canExchange(family));
}

/** The parts of an index, in the order in which those of the first one are. */
function partsWith(
  names: readonly string[],
  words: readonly string[],
  index: number,
  first: number,
): number[] {
  const permutation = exchange(names, words, first, index);
  return names.flatMap((name, part) =>
    words.some((word) => name.includes(`${word}[${first}]`)) ? [permutation[part]!] : [],
  );
}

/** Where each part goes when two indices are exchanged in the names; -1 where nowhere. */
function exchange(
  names: readonly string[],
  words: readonly string[],
  one: number,
  other: number,
): number[] {
  if (one === other) return [...names.keys()];
  return names.map((name) => {
    const renamed = name.replace(/([a-z_]+)\[(\d+)\]/gi, (whole, word: string, index: string) => {
      if (!words.includes(word)) return whole;
      if (Number(index) === one) return `${word}[${other}]`;
      return Number(index) === other ? `${word}[${one}]` : whole;
    });
    return names.indexOf(renamed);
  });
}

/** Judges whether a permutation of the parts is an automorphism of a product and its goals. */
class Automorphisms {
  readonly #product: Product;
  readonly #goals: readonly Goal[];
  readonly #vectors: ReadonlyMap<string, number>;
  readonly #numbers = new Map<string, number>();
  readonly #numberOf = new WeakMap<object, number>();

  constructor(product: Product, goals: readonly Goal[]) {
    this.#product = product;
    this.#goals = goals;
    this.#vectors = counted(product.vectors.map((_, vector) => this.#imageOf(vector)));
  }

  /** Why it is none; `undefined` where it is one. */
  whyNot(permutation: readonly number[]): string | undefined {
    const { parts, ltss, vectors } = this.#product;
    for (const [part, image] of permutation.entries()) {
      if (image < 0) return `nothing corresponds to ${parts[part]!.name}`;
      if (permutation[image] !== part)
        return `${parts[part]!.name} and ${parts[image]!.name} do not correspond to each other`;
      if (ltss[part]!.states.length !== ltss[image]!.states.length) {
        return `${parts[part]!.name} and ${parts[image]!.name} are not alike`;
      }
    }
    const images = counted(vectors.map((_, vector) => this.#imageOf(vector, permutation)));
    for (const [vector, { label }] of vectors.entries()) {
      const image = this.#imageOf(vector, permutation);
      if (this.#vectors.get(image) === images.get(image)) continue;
      return `nothing corresponds to the step ${label}`;
    }
    const goals = counted(this.#goals.map((goal) => this.#text(goal)));
    const others = counted(this.#goals.map((goal) => this.#text(goal, permutation)));
    const isSame = [...goals].every(([text, count]) => others.get(text) === count);
    return isSame ? undefined : 'a property makes a difference between them';
  }

  /**
   * Whether its members, each as a whole, can be exchanged for the first: what the names say may
   * move more than that, where a part has two indices.
   */
  canExchange({ members }: Family): boolean {
    const parts = members.flat();
    if (parts.length === 0 || new Set(parts).size < parts.length) return false;
    return members
      .slice(1)
      .every((other) => this.whyNot(this.#exchanging(members[0]!, other)) === undefined);
  }

  /** For each goal the first one that the exchanges take it to. */
  orbits(families: readonly Family[]): number[] {
    const orbitOf = this.#goals.map((_, goal) => goal);
    const texts = this.#goals.map((goal) => this.#text(goal));
    const exchanges = families.flatMap(({ members }) =>
      members.slice(1).map((other) => this.#exchanging(members[0]!, other)),
    );
    for (let changed = true; changed; ) {
      changed = false;
      for (const permutation of exchanges) {
        for (const [goal, of] of this.#goals.entries()) {
          const image = texts.indexOf(this.#text(of, permutation));
          const least = Math.min(orbitOf[goal]!, orbitOf[image]!);
          if (orbitOf[goal] === least && orbitOf[image] === least) continue;
          orbitOf[goal] = orbitOf[image] = least;
          changed = true;
        }
      }
    }
    return orbitOf;
  }

  #exchanging(one: readonly number[], other: readonly number[]): number[] {
    const permutation = [...this.#product.parts.keys()];
    for (const [i, part] of one.entries()) {
      permutation[part] = other[i]!;
      permutation[other[i]!] = part;
    }
    return permutation;
  }

  /** A vector as text, by which two are known that do the same to the same parts. */
  #imageOf(vector: number, permutation?: readonly number[]): string {
    const { participants } = this.#product.vectors[vector]!;
    return participants
      .map(({ part, next }) => `${permutation?.[part] ?? part}:${this.#tableNumber(next)}`)
      .sort()
      .join();
  }

  #text(goal: Goal, permutation?: readonly number[]): string {
    if (goal.kind === 'in') {
      return `${permutation?.[goal.part] ?? goal.part}:${this.#tableNumber(goal.holds)}`;
    }
    const of = goal.of.map((child) => this.#text(child, permutation));
    return `${goal.kind}(${of.sort().join()})`;
  }

  /** Tables with the same entries have the same number. */
  #tableNumber(table: Int32Array | Uint8Array): number {
    let number = this.#numberOf.get(table);
    if (number === undefined) {
      const text = table.join();
      number = this.#numbers.get(text) ?? this.#numbers.size;
      this.#numbers.set(text, number);
      this.#numberOf.set(table, number);
    }
    return number;
  }
}

function counted(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
