import { holdersAfter, locksIn } from '../find/holders.ts';
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
    for (const { part } of participants) {
      const [from, to] = [before[part]!, after[part]!];
      for (const object of new Set([
        ...this.#locks(part, from).keys(),
        ...this.#locks(part, to).keys(),
      ])) {
        const holders = this.#holders.get(object) ?? [];
        const moved = { part, from, to, vector };
        this.#holders.set(object, holdersAfter(this.#product, object, holders, moved));
      }
    }
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
}

/** `held for writing by painter`. */
export function heldText(how: string, holders: readonly string[]): string {
  const by = holders.length === 0 ? '' : `by ${[...new Set(holders)].join(', ')}`;
  return ['held', how, by].filter((word) => word !== '').join(' ');
}
