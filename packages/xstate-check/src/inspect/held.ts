import { threadName } from '../check/threads.ts';
import type { Product } from '../system/product.ts';
import type { Held } from './protocol.ts';

/**
 * Follows locks and counts along a run. Who holds a lock is known from the step that led to the
 * state in which it is held; what a resource counts is in its context.
 */
export class Holdings {
  readonly #product: Product;
  /** By object the threads that hold it, in the order in which they took it. */
  readonly #holders = new Map<string, readonly string[]>();
  /** Counts that are said also where they are 0, because they were more before. */
  readonly #counted = new Set<string>();

  constructor(product: Product) {
    this.#product = product;
  }

  /** Takes a step into account; `vector` is its number. */
  step(vector: number, before: Int32Array, after: Int32Array): void {
    const { participants } = this.#product.vectors[vector]!;
    const thread = threadName(this.#product, vector);
    for (const { part } of participants) {
      const [from, to] = [before[part]!, after[part]!];
      for (const object of new Set([
        ...this.#locks(part, from).keys(),
        ...this.#locks(part, to).keys(),
      ])) {
        this.#holders.set(object, this.#holdersAfter(object, part, from, to, vector, thread));
      }
    }
  }

  #holdersAfter(
    object: string,
    part: number,
    from: number,
    to: number,
    vector: number,
    thread: string,
  ): readonly string[] {
    const holders = this.#holders.get(object) ?? [];
    if (!this.#locks(part, to).has(object)) return [];
    if (!this.#locks(part, from).has(object)) return [thread];
    const { calls, vectors } = this.#product;
    const more = this.#sum(part, to) - this.#sum(part, from);
    if (more > 0 && calls.find(vectors[vector]!.label)?.blocks === 'lock') {
      return [...holders, thread];
    }
    const at = more < 0 && holders.length > 1 ? holders.lastIndexOf(thread) : -1;
    return at < 0 ? holders : holders.toSpliced(at, 1);
  }

  /** What is held and counted in a state, and who waits for it. */
  in(local: Int32Array, waits: ReadonlyMap<number, readonly string[]>): Held[] {
    return this.#product.parts.flatMap((_, part) => [
      ...this.#heldLocks(part, local[part]!, waits.get(part) ?? []),
      ...this.#counts(part, local[part]!),
    ]);
  }

  /** The threads that hold the locks of a part. */
  holdersOf(part: number, state: number): readonly string[] {
    return [...this.#locks(part, state).keys()].flatMap(
      (object) => this.#holders.get(object) ?? [],
    );
  }

  #heldLocks(part: number, state: number, waiting: readonly string[]): Held[] {
    const locks = this.#locks(part, state);
    const { name } = this.#product.parts[part]!;
    const by = (names: readonly string[]) => [...new Set(names)].join(', ');
    const waited = waiting.length === 0 ? '' : `waited for by ${by(waiting)}`;
    if (locks.size === 0 && waited !== '') {
      const value = `${this.#product.ltss[part]!.states[state]!.name}; ${waited}`;
      return [{ object: name, value, kind: 'other' }];
    }
    return [...locks].map(([object, how]) => {
      const holders = this.#holders.get(object) ?? [];
      const held = heldText(how, holders);
      return {
        object,
        value: waited === '' ? held : `${held}; ${waited}`,
        ...(holders.length === 1 && { thread: holders[0]! }),
        kind: 'lock',
      };
    });
  }

  #counts(part: number, state: number): Held[] {
    const { name, kind } = this.#product.parts[part]!;
    if (kind !== 'resource' || this.#locks(part, state).size > 0) return [];
    const { context } = this.#product.ltss[part]!.states[state]!;
    return Object.entries(context).flatMap(([key, count]): Held[] => {
      const object = `${name}.${key}`;
      if (typeof count !== 'number') return [];
      if (count !== 0) this.#counted.add(object);
      return this.#counted.has(object) ? [{ object, value: String(count), kind: 'count' }] : [];
    });
  }

  #locks(part: number, state: number): ReadonlyMap<string, string> {
    return locksIn(this.#product, part, state);
  }

  #sum(part: number, state: number): number {
    const values = Object.values(this.#product.ltss[part]!.states[state]!.context);
    return values.reduce<number>((sum, v) => sum + (typeof v === 'number' ? v : 0), 0);
  }
}

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

/** `held for writing by painter`. */
export function heldText(how: string, holders: readonly string[]): string {
  const by = holders.length === 0 ? '' : `by ${[...new Set(holders)].join(', ')}`;
  return ['held', how, by].filter((word) => word !== '').join(' ');
}
