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
  }));
  const candidates = new Map<Field, Map<Field, Field>>();
  const tryAll = (one: Field, others: readonly Field[]) => {
    const found = others.flatMap((other) => {
      const both = together(one, other);
      return both === undefined ? [] : [[other, both] as const];
    });
    candidates.set(one, new Map(found));
  };
  fields.forEach((field, index) => {
    tryAll(field, fields.slice(0, index));
  });
  for (;;) {
    const best = bestOf(candidates);
    if (best === undefined) return fields;
    for (const gone of [best.one, best.other]) {
      fields.splice(fields.indexOf(gone), 1);
      candidates.delete(gone);
      for (const others of candidates.values()) others.delete(gone);
    }
    tryAll(best.both, fields);
    fields.push(best.both);
  }
}

/** The pair with the smallest share of its values left; the first of several. */
function bestOf(candidates: ReadonlyMap<Field, ReadonlyMap<Field, Field>>) {
  let best: { one: Field; other: Field; both: Field } | undefined;
  let least = Infinity;
  for (const [one, others] of candidates) {
    for (const [other, both] of others) {
      const share = both.size / (one.size * other.size);
      if (share >= least) continue;
      least = share;
      best = { one, other, both };
    }
  }
  return best;
}

const bitsOf = (size: number): number => 32 - Math.clz32(size - 1);

/** Two fields as one; nothing where they have no vector in common or no bit is saved. */
function together(a: Field, b: Field): Field | undefined {
  if (![...a.next.keys()].some((vector) => b.next.has(vector))) return undefined;
  const most = Math.min(MOST_VALUES, 2 ** (bitsOf(a.size) + bitsOf(b.size) - 1));
  const vectors = [...new Set([...a.next.keys(), ...b.next.keys()])];
  const values: (readonly [number, number])[] = [[0, 0]];
  const known = new Map([[0, 0]]);
  const next = new Map(vectors.map((vector) => [vector, [] as number[]]));
  for (const [inA, inB] of values) {
    for (const vector of vectors) {
      const toA = after(a, vector, inA);
      const toB = after(b, vector, inB);
      const code = toA * b.size + toB;
      if (toA >= 0 && toB >= 0 && !known.has(code)) {
        known.set(code, values.length);
        values.push([toA, toB]);
        if (values.length > most) return undefined;
      }
      next.get(vector)!.push(toA < 0 || toB < 0 ? -1 : known.get(code)!);
    }
  }
  return {
    parts: [...a.parts, ...b.parts],
    size: values.length,
    locals: [
      ...a.locals.map((local) => Int32Array.from(values, ([value]) => local[value]!)),
      ...b.locals.map((local) => Int32Array.from(values, ([, value]) => local[value]!)),
    ],
    next: new Map([...next].map(([vector, row]) => [vector, Int32Array.from(row)])),
  };
}

function after({ next }: Field, vector: number, value: number): number {
  const row = next.get(vector);
  return row === undefined ? value : row[value]!;
}
