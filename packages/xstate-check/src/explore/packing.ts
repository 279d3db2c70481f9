import type { Product } from '../system/product.ts';
import { type Field, fuse } from './fuse.ts';

/**
 * How the local states of the parts are packed into 32-bit words. A part never straddles words,
 * so that moving a part is one addition.
 */
export interface Packing {
  readonly words: number;
  readonly wordOf: Int32Array;
  readonly shiftOf: Int32Array;
  readonly maskOf: Int32Array;
  /** For each part its local state by what is packed; where none is given they are the same. */
  readonly localOf?: readonly Int32Array[];
}

/** What a packing and the moves are made for: parts, or fields of several, and how they move. */
export interface Movers {
  readonly sizes: readonly number[];
  readonly vectors: readonly {
    readonly participants: readonly { readonly part: number; readonly next: Int32Array }[];
  }[];
}

export function moversOf({ ltss, vectors }: Product): Movers {
  return { sizes: ltss.map((lts) => lts.states.length), vectors };
}

/** The fields of a product as movers, and how its parts are packed in them. */
export function fusedPacking(product: Product): { packing: Packing; movers: Movers } {
  const fields = fuse(product);
  const movers = moversOfFields(fields, product.vectors.length);
  const { words, wordOf, shiftOf, maskOf } = packingFor(movers.sizes);
  const fieldOf = new Int32Array(product.ltss.length);
  const localOf: Int32Array[] = [];
  fields.forEach(({ parts, locals }, field) => {
    parts.forEach((part, i) => {
      fieldOf[part] = field;
      localOf[part] = locals[i]!;
    });
  });
  const ofParts = (ofFields: Int32Array) => fieldOf.map((field) => ofFields[field]!);
  return {
    movers,
    packing: {
      words,
      wordOf: ofParts(wordOf),
      shiftOf: ofParts(shiftOf),
      maskOf: ofParts(maskOf),
      localOf,
    },
  };
}

function moversOfFields(fields: readonly Field[], count: number): Movers {
  const vectors = Array.from({ length: count }, () => ({
    participants: [] as { part: number; next: Int32Array }[],
  }));
  fields.forEach(({ next }, part) => {
    for (const [vector, row] of next) vectors[vector]!.participants.push({ part, next: row });
  });
  return { sizes: fields.map(({ size }) => size), vectors };
}

/** Packs parts with these numbers of states, first fit. */
export function packingFor(sizes: readonly number[]): Packing {
  const widths = sizes.map((size) => 32 - Math.clz32(size - 1));
  const used: number[] = [0];
  const wordOf = new Int32Array(sizes.length);
  const shiftOf = new Int32Array(sizes.length);
  widths.forEach((width, part) => {
    if (width === 0) return;
    let word = used.findIndex((taken) => taken + width <= 32);
    if (word < 0) word = used.push(0) - 1;
    wordOf[part] = word;
    shiftOf[part] = used[word]!;
    used[word]! += width;
  });
  return {
    words: used.length,
    wordOf,
    shiftOf,
    maskOf: Int32Array.from(widths, (width) => 2 ** width - 1),
  };
}

/** Neighbouring parts of one word, decoded together. */
export interface Slice {
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  readonly parts: readonly number[];
}

/** Cuts the words of a packing into slices of at most `bits` bits, or of one part that is wider. */
export function slicesOf(packing: Packing, bits: number): Slice[] {
  const { wordOf, shiftOf, maskOf } = packing;
  const slices: { word: number; shift: number; mask: number; parts: number[] }[] = [];
  const parts = [...wordOf.keys()].sort(
    (a, b) => wordOf[a]! - wordOf[b]! || shiftOf[a]! - shiftOf[b]!,
  );
  for (const part of parts) {
    const last = slices.at(-1);
    const [word, shift, mask] = [wordOf[part]!, shiftOf[part]!, maskOf[part]!];
    // Not by shifts: those of 32 bits would wrap.
    const joint = last?.word === word ? (mask + 1) * 2 ** (shift - last.shift) : Infinity;
    if (last !== undefined && joint <= 2 ** bits) {
      last.mask = Math.max(last.mask, joint - 1);
      last.parts.push(part);
    } else {
      slices.push({ word, shift, mask, parts: [part] });
    }
  }
  return slices;
}
