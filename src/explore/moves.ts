import type { Participant, Product } from '../system/product.ts';
import type { Batch } from './batch.ts';
import { type Packing, type Slice, slicesOf } from './packing.ts';

/**
 * Bits of a slice. Wider ones leave less to look at for each state, but have more values, and the
 * moves of each value that occurs must stay in the processor's cache.
 */
const SLICE_BITS = Number(process.env.SB ?? 10);

/**
 * The transitions of a product, compiled for packed states.
 *
 * A state is decoded slice by slice. Each vector is led by one slice, the one that refuses it most
 * often: the value of that slice selects the vectors worth trying. What its parts in that slice do
 * is then known and added to the state at once; only its other participants, outside the slice,
 * are looked at. The moves of a value are compiled when it first occurs, into one array:
 *
 *     number of moves, then for each move:
 *       vector, number of others, what to add to each word of the state, then for each other:
 *         word, shift and mask of its local state, where its row in `#next` begins
 */
export class Moves {
  readonly #words: number;
  readonly #slices: readonly LeadingSlice[];
  /** For each value of each slice where its moves begin in `#code`, or -1. */
  readonly #start: Int32Array;
  #code = new Int32Array(1 << 10);
  #length = 0;
  /** The participants' local transitions, one row after the other. */
  readonly #next: Int32Array;

  constructor(product: Product, packing: Packing) {
    this.#words = packing.words;
    const { slices, next } = leadersOf(product, packing);
    this.#slices = slices;
    this.#next = next;
    this.#start = new Int32Array(slices.reduce((sum, { mask }) => sum + mask + 1, 0)).fill(-1);
  }

  /** Adds the transitions of the packed state at `states[at]` to the batch; returns how many. */
  expand(states: Int32Array, at: number, source: number, batch: Batch): number {
    const words = this.#words;
    const next = this.#next;
    const slices = this.#slices;
    const { keys, vector } = batch;
    const first = batch.count;
    let count = first;
    for (let s = 0; s < slices.length; s++) {
      const slice = slices[s]!;
      const value = (states[at + slice.word]! >>> slice.shift) & slice.mask;
      let pc = this.#start[slice.base + value]!;
      if (pc < 0) pc = this.#compile(slice, value);
      const code = this.#code;
      for (let moves = code[pc++]!; moves > 0; moves--) {
        const key = count * words;
        vector[count] = code[pc++]!;
        const end = pc + 1 + words + code[pc++]! * 4;
        for (let word = 0; word < words; word++) keys[key + word] = states[at + word]! + code[pc++]!;
        for (; pc < end; pc += 4) {
          const word = code[pc]!;
          const shift = code[pc + 1]!;
          const local = (states[at + word]! >>> shift) & code[pc + 2]!;
          const to = next[code[pc + 3]! + local]!;
          if (to < 0) break;
          keys[key + word]! += (to - local) << shift;
        }
        if (pc === end) count++;
        else pc = end;
      }
    }
    batch.source.fill(source, first, count);
    batch.count = count;
    return count - first;
  }

  #compile(slice: LeadingSlice, value: number): number {
    const code = [0];
    for (const { vector, own, others } of slice.leads) {
      const delta = new Int32Array(this.#words);
      const allowed = own.every(({ word, shift, mask, next }) => {
        const local = (value >>> (shift - slice.shift)) & mask;
        delta[word]! += (next[local]! - local) << shift;
        return next[local]! >= 0;
      });
      if (!allowed) continue;
      code[0]!++;
      code.push(vector, others.length, ...delta);
      for (const { word, shift, mask, row } of others) code.push(word, shift, mask, row);
    }
    const start = this.#length;
    this.#length += code.length;
    if (this.#length > this.#code.length) {
      const longer = new Int32Array(this.#length * 2);
      longer.set(this.#code);
      this.#code = longer;
    }
    this.#code.set(code, start);
    this.#start[slice.base + value] = start;
    return start;
  }
}

interface LeadingSlice extends Slice {
  /** Where the slice's values begin among those of all slices. */
  readonly base: number;
  readonly leads: Lead[];
}

/** A vector seen from the slice that leads it. */
interface Lead {
  readonly vector: number;
  readonly own: readonly Member[];
  readonly others: readonly Member[];
}

/** A participant, and where its local state is packed. */
interface Member {
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  readonly next: Int32Array;
  /** Where `next` begins in the rows of all participants. */
  readonly row: number;
}

function leadersOf(
  product: Product,
  packing: Packing,
): { slices: LeadingSlice[]; next: Int32Array } {
  let base = 0;
  const sliceOf: LeadingSlice[] = [];
  const slices = slicesOf(packing, SLICE_BITS).map((slice) => {
    const leading = { ...slice, base, leads: [] };
    base += slice.mask + 1;
    for (const part of slice.parts) sliceOf[part] = leading;
    return leading;
  });
  const next: number[] = [];
  product.vectors.forEach(({ participants }, vector) => {
    const members = [...participants]
      .sort((a, b) => openness(a) - openness(b))
      .map((participant) => {
        const { part } = participant;
        const row = next.length;
        for (const to of participant.next) next.push(to);
        const [word, shift, mask] = [packing.wordOf[part]!, packing.shiftOf[part]!, packing.maskOf[part]!];
        return { word, shift, mask, next: participant.next, row, slice: sliceOf[part]! };
      });
    const lead = members[0]!.slice;
    lead.leads.push({
      vector,
      own: members.filter(({ slice }) => slice === lead),
      others: members.filter(({ slice }) => slice !== lead),
    });
  });
  return { slices, next: Int32Array.from(next) };
}

/** The share of a part's states in which it allows the step. */
function openness({ next }: Participant): number {
  return next.reduce((open, to) => open + (to >= 0 ? 1 : 0), 0) / next.length;
}
