import { InputError } from '../base/errors.ts';
import { packingFor } from '../explore/packing.ts';
import type { Product } from '../system/product.ts';
import type { Family } from './symmetry.ts';

/** Most local states that one of a family has, all its parts together. */
const MOST_CODES = 1 << 20;

/** The parts of one of a family, seen as one part; or a part that has no family. */
interface Cell {
  readonly parts: readonly number[];
  readonly codes: Codes;
}

/** The local states of a cell, numbered as they are found; all cells of a family share them. */
class Codes {
  readonly locals: number[][] = [];
  readonly #known = new Map<string, number>();

  of(local: readonly number[]): number {
    const text = local.join();
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.locals.length === MOST_CODES) {
      throw new InputError('one of a family has too many local states to exchange it for others');
    }
    this.#known.set(text, this.locals.length);
    return this.locals.push([...local]) - 1;
  }
}

/** A vector as it acts on cells. */
export interface CellVector {
  readonly vector: number;
  readonly cells: readonly number[];
  /** For each of these cells the new code for each code, where known. */
  readonly after: readonly number[][];
}

/** A product whose parts are put together in cells, one for each of a family. */
export class Cells {
  /** For each family the cells of its members, which follow each other. */
  readonly families: readonly { readonly first: number; readonly end: number }[];
  readonly cells: readonly Cell[];
  /** For each cell of a family the vectors that of the families touch only that one. */
  readonly own: readonly (readonly CellVector[])[];
  readonly others: readonly CellVector[];
  readonly packing: ReturnType<typeof packingFor>;
  readonly initial: Int32Array;
  readonly #product: Product;

  constructor(product: Product, families: readonly Family[]) {
    this.#product = product;
    const cells: Cell[] = [];
    this.families = families.map(({ members }) => {
      const codes = new Codes();
      const first = cells.length;
      for (const parts of members) cells.push({ parts, codes });
      return { first, end: cells.length };
    });
    const ofFamilies = cells.length;
    const taken = new Set(cells.flatMap(({ parts }) => parts));
    product.parts.forEach((_, part) => {
      if (!taken.has(part)) cells.push({ parts: [part], codes: new Codes() });
    });
    this.cells = cells;
    this.initial = Int32Array.from(cells, ({ parts, codes }) => codes.of(parts.map(() => 0)));
    const sizes = cells.map(({ parts }) =>
      parts.reduce((product, part) => product * this.#sizeOf(part), 1),
    );
    this.packing = packingFor(sizes.map((size) => Math.min(size, MOST_CODES)));
    const cellOf = new Int32Array(product.parts.length);
    cells.forEach(({ parts }, cell) => {
      for (const part of parts) cellOf[part] = cell;
    });
    const own = Array.from({ length: ofFamilies }, (): CellVector[] => []);
    const others: CellVector[] = [];
    product.vectors.forEach(({ participants }, vector) => {
      const touched = [...new Set(participants.map(({ part }) => cellOf[part]!))];
      const inFamilies = touched.filter((cell) => cell < ofFamilies);
      const list = inFamilies.length === 1 ? own[inFamilies[0]!]! : others;
      list.push({ vector, cells: touched, after: touched.map(() => []) });
    });
    this.own = own;
    this.others = others;
  }

  #sizeOf(part: number): number {
    return this.#product.ltss[part]!.states.length;
  }

  /** The code of the i-th cell of a vector after it, -1 where the cell refuses it. */
  after({ vector, cells, after }: CellVector, i: number, code: number): number {
    const table = after[i]!;
    table[code] ??= this.#step(vector, cells[i]!, code);
    return table[code];
  }

  #step(vector: number, cell: number, code: number): number {
    const { parts, codes } = this.cells[cell]!;
    const local = [...codes.locals[code]!];
    for (const { part, next } of this.#product.vectors[vector]!.participants) {
      const at = parts.indexOf(part);
      if (at < 0) continue;
      local[at] = next[local[at]!]!;
      if (local[at]! < 0) return -1;
    }
    return codes.of(local);
  }

  /** The members of each family in the order of their codes: one state for all of an orbit. */
  canonical(state: Int32Array): void {
    for (const { first, end } of this.families) {
      for (let i = first + 1; i < end; i++) {
        const code = state[i]!;
        let at = i;
        for (; at > first && state[at - 1]! > code; at--) state[at] = state[at - 1]!;
        state[at] = code;
      }
    }
  }

  /** How many states are in the orbit of a canonical state. */
  orbitSize(state: Int32Array): bigint {
    let size = 1n;
    for (const { first, end } of this.families) {
      for (let i = first, same = 0; i < end; i++) {
        same = i > first && state[i] === state[i - 1] ? same + 1 : 1;
        size = (size * BigInt(i - first + 1)) / BigInt(same);
      }
    }
    return size;
  }

  pack(state: Int32Array, key: Int32Array): void {
    const { wordOf, shiftOf } = this.packing;
    key.fill(0);
    for (let cell = 0; cell < state.length; cell++) {
      key[wordOf[cell]!]! |= state[cell]! << shiftOf[cell]!;
    }
  }

  unpack(keys: Int32Array, at: number, state: Int32Array): void {
    const { wordOf, shiftOf, maskOf } = this.packing;
    for (let cell = 0; cell < state.length; cell++) {
      state[cell] = (keys[at + wordOf[cell]!]! >>> shiftOf[cell]!) & maskOf[cell]!;
    }
  }

  /** The local states of the parts. */
  decode(state: Int32Array, local: Int32Array): void {
    this.cells.forEach(({ parts, codes }, cell) => {
      const own = codes.locals[state[cell]!]!;
      for (let i = 0; i < parts.length; i++) local[parts[i]!] = own[i]!;
    });
  }
}
