import { threadName } from '../check/threads.ts';
import type { Product } from '../system/product.ts';

const NONE: ReadonlyMap<string, string> = new Map();

/**
 * The locks that are held where a part is in a state, and how: a state of a lock says so in its meta
 * (`held: true`, `held: 'for writing'`), one of a part that has locks by their names
 * (`held: { gate: 'for writing' }`).
 */
export function locksIn(
  { parts, ltss }: Product,
  part: number,
  state: number,
): ReadonlyMap<string, string> {
  const { held } = ltss[part]!.states[state]!.meta;
  const { name } = parts[part]!;
  if (held === true) return new Map([[name, '']]);
  if (typeof held === 'string') return new Map([[name, held]]);
  if (typeof held !== 'object' || held === null) return NONE;
  return new Map(Object.entries(held).map(([lock, how]) => [`${name}.${lock}`, String(how)]));
}

/** The locks of a product by name: the part that each is of, and the ways in which it is held. */
export function locksOf(
  product: Product,
): ReadonlyMap<string, { readonly part: number; readonly hows: readonly string[] }> {
  const locks = new Map<string, { part: number; hows: string[] }>();
  product.ltss.forEach(({ states }, part) => {
    for (const state of states.keys()) {
      for (const [object, how] of locksIn(product, part, state)) {
        const lock = locks.get(object) ?? { part, hows: [] };
        if (!lock.hows.includes(how)) lock.hows.push(how);
        locks.set(object, lock);
      }
    }
  });
  return locks;
}

/** A step that moves a part that has locks: `vector` is its number. */
export interface Moved {
  readonly part: number;
  readonly from: number;
  readonly to: number;
  readonly vector: number;
}

/** The threads that hold a lock after a step, in the order in which they took it. */
export function holdersAfter(
  product: Product,
  object: string,
  before: readonly string[],
  { part, from, to, vector }: Moved,
): readonly string[] {
  const thread = threadName(product, vector);
  if (!locksIn(product, part, to).has(object)) return [];
  if (!locksIn(product, part, from).has(object)) return [thread];
  const more = countIn(product, part, to) - countIn(product, part, from);
  if (more > 0 && product.calls.find(product.vectors[vector]!.label)?.blocks === 'lock') {
    return [...before, thread];
  }
  const at = more < 0 && before.length > 1 ? before.lastIndexOf(thread) : -1;
  return at < 0 ? before : before.toSpliced(at, 1);
}

/** How often what a part is holds: what it counts, all together. */
export function countIn({ ltss }: Product, part: number, state: number): number {
  const values = Object.values(ltss[part]!.states[state]!.context);
  return values.reduce<number>((sum, value) => sum + (typeof value === 'number' ? value : 0), 0);
}
