import type { Product } from '../system/product.ts';

/**
 * Parts of a product that are packed together in one field, because they move together so often
 * that their common states need fewer bits than each on its own.
 */
export interface Field {
  readonly parts: readonly number[];
  /** How many values the field has; 0 is the initial one. */
  readonly size: number;
  /** For each of the parts its local state, by the value of the field. */
  readonly locals: readonly Int32Array[];
  /** For each vector in which a part takes part the next value, by value; -1 where it is refused. */
  readonly next: ReadonlyMap<number, Int32Array>;
  /** The next value where the field takes no part: the same. */
  readonly stays: Int32Array;
}

/** Most values of a field of several parts: those of one slice of `Moves`. */
const MOST_VALUES = 256;

/**
 * Puts parts together, the pair that gains most first, as long as that saves a bit. The values of
 * a field are those that its parts can have together when nothing outside of it ever refuses: more
 * than occur, perhaps, and never fewer.
 */
export function fuse({ ltss, vectors }: Pick<Product, 'ltss' | 'vectors'>): Field[] {
  const fields: Field[] = ltss.map(({ states }, part) => ({
    parts: [part],
    size: states.length,
    locals: [Int32Array.from(states.keys())],
    next: new Map(
      vectors.flatMap(({ participants }, vector) =>
        participants.filter((one) => one.part === part).map(({ next }) => [vector, next] as const),
      ),
    ),
    stays: Int32Array.from(states.keys()),
  }));
  const candidates = new Map<Field, Map<Field, Pairs>>();
  const tryAll = (one: Field, others: readonly Field[]) => {
    const found = others.flatMap((other) => {
      const pairs = pairsOf(one, other);
      return pairs === undefined ? [] : [[other, pairs] as const];
    });
    candidates.set(one, new Map(found));
  };
  fields.forEach((field, index) => {
    tryAll(field, fields.slice(0, index));
  });
  for (;;) {
    const best = bestOf(candidates);
    if (best === undefined) return fields;
    for (const gone of [best.a, best.b]) {
      fields.splice(fields.indexOf(gone), 1);
      candidates.delete(gone);
      for (const others of candidates.values()) others.delete(gone);
    }
    const both = together(best);
    tryAll(both, fields);
    fields.push(both);
  }
}

/** The pair with the smallest share of its values left; the first of several. */
function bestOf(candidates: ReadonlyMap<Field, ReadonlyMap<Field, Pairs>>): Pairs | undefined {
  let best: Pairs | undefined;
  let least = Infinity;
  for (const others of candidates.values()) {
    for (const pairs of others.values()) {
      const share = pairs.reached.length / (pairs.a.size * pairs.b.size);
      if (share >= least) continue;
      least = share;
      best = pairs;
    }
  }
  return best;
}

const bitsOf = (size: number): number => 32 - Math.clz32(size - 1);

/** The pairs of values of two fields that are reached from the first one. */
interface Pairs {
  readonly a: Field;
  readonly b: Field;
  /** Each pair as the value in `a` times the size of `b` plus the value in `b`. */
  readonly reached: readonly number[];
  /** For each pair its place among those that are reached, or -1. */
  readonly placeOf: Int16Array;
}

/** Nothing where the fields have no vector in common or no bit would be saved. */
function pairsOf(a: Field, b: Field): Pairs | undefined {
  if (![...a.next.keys()].some((vector) => b.next.has(vector))) return undefined;
  const most = Math.min(MOST_VALUES, 2 ** (bitsOf(a.size) + bitsOf(b.size) - 1));
  if (Math.max(a.size, b.size) > most) return undefined;
  const rows = vectorsOf(a, b).map((vector) => rowsOf(a, b, vector));
  const placeOf = new Int16Array(a.size * b.size).fill(-1);
  const reached = [0];
  placeOf[0] = 0;
  for (const pair of reached) {
    const inB = pair % b.size;
    const inA = (pair - inB) / b.size;
    for (const [rowA, rowB] of rows) {
      const toA = rowA[inA]!;
      const toB = rowB[inB]!;
      const to = toA * b.size + toB;
      if (toA < 0 || toB < 0 || placeOf[to]! >= 0) continue;
      if (reached.length === most) return undefined;
      placeOf[to] = reached.push(to) - 1;
    }
  }
  return { a, b, reached, placeOf };
}

/** Two fields as one. */
function together({ a, b, reached, placeOf }: Pairs): Field {
  const inA = Int32Array.from(reached, (pair) => Math.floor(pair / b.size));
  const inB = Int32Array.from(reached, (pair) => pair % b.size);
  const nextBy = (vector: number): Int32Array => {
    const [rowA, rowB] = rowsOf(a, b, vector);
    return inA.map((fromA, place) => {
      const [toA, toB] = [rowA[fromA]!, rowB[inB[place]!]!];
      return toA < 0 || toB < 0 ? -1 : placeOf[toA * b.size + toB]!;
    });
  };
  return {
    parts: [...a.parts, ...b.parts],
    size: reached.length,
    locals: [
      ...a.locals.map((local) => inA.map((value) => local[value]!)),
      ...b.locals.map((local) => inB.map((value) => local[value]!)),
    ],
    next: new Map(vectorsOf(a, b).map((vector) => [vector, nextBy(vector)])),
    stays: inA.map((_, value) => value),
  };
}

function vectorsOf(a: Field, b: Field): number[] {
  return [...new Set([...a.next.keys(), ...b.next.keys()])];
}

function rowsOf(a: Field, b: Field, vector: number): readonly [Int32Array, Int32Array] {
  return [a.next.get(vector) ?? a.stays, b.next.get(vector) ?? b.stays];
}
