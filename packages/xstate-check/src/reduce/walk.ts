import { packingFor } from '../explore/packing.ts';
import type { StateTable } from '../explore/state-table.ts';
import type { Product } from '../system/product.ts';

/** One state of a product that is moved by chosen vectors, packed for the table of states. */
export class Walk {
  readonly words: number;
  readonly key: Int32Array;
  readonly local: Int32Array;
  readonly #product: Product;
  readonly #wordOf: Int32Array;
  readonly #shiftOf: Int32Array;
  readonly #maskOf: Int32Array;

  /** Begins in the initial state, or in another one. */
  constructor(product: Product, from: Int32Array = new Int32Array(product.ltss.length)) {
    const packing = packingFor(product.ltss.map((lts) => lts.states.length));
    this.#product = product;
    this.words = packing.words;
    this.#wordOf = packing.wordOf;
    this.#shiftOf = packing.shiftOf;
    this.#maskOf = packing.maskOf;
    this.key = new Int32Array(packing.words);
    this.local = Int32Array.from(product.ltss, ({ states }, part) =>
      Math.min(from[part]!, states.length - 1),
    );
    this.local.forEach((state, part) => {
      this.key[this.#wordOf[part]!]! |= state << this.#shiftOf[part]!;
    });
  }

  /** Goes to a state of the table. */
  goTo(table: StateTable, state: number): void {
    const from = state * this.words;
    for (let word = 0; word < this.words; word++) this.key[word] = table.states[from + word]!;
    for (let part = 0; part < this.local.length; part++) {
      const word = this.key[this.#wordOf[part]!]!;
      this.local[part] = (word >>> this.#shiftOf[part]!) & this.#maskOf[part]!;
    }
  }

  /** Takes a vector that is enabled. */
  take(vector: number): void {
    for (const { part, next } of this.#product.vectors[vector]!.participants) {
      const from = this.local[part]!;
      const to = next[from]!;
      this.key[this.#wordOf[part]!]! += (to - from) << this.#shiftOf[part]!;
      this.local[part] = to;
    }
  }
}
