import type { Batch } from './batch.ts';
import { type Movers, type Packing, packingFor, type Slice, slicesOf } from './packing.ts';

type Participant = Movers['vectors'][number]['participants'][number];

/**
 * Bits of a slice. Wider ones leave less to look at for each state, but have more values, and the
 * moves of each value that occurs must stay in the processor's cache.
 */
const SLICE_BITS = 8;

/**
 * The transitions of movers, compiled for packed states.
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

  constructor(movers: Movers) {
    const packing = packingFor(movers.sizes);
    this.#words = packing.words;
    const { slices, next } = leadersOf(movers, packing);
    this.#slices = slices;
    this.#next = next;
    this.#start = new Int32Array(slices.reduce((sum, { mask }) => sum + mask + 1, 0)).fill(-1);
  }

  /** Adds the transitions of the packed state at `states[at]` to the batch; returns how many. */
  expand(states: Int32Array, at: number, source: number, batch: Batch): number {
    const words = this.#words;
    const next = this.#next;
    const slices = this.#slices;
    const start = this.#start;
    const { keys, vector, source: sources } = batch;
    let count = batch.count;
    for (let s = 0; s < slices.length; s++) {
      const slice = slices[s]!;
      const value = (states[at + slice.word]! >>> slice.shift) & slice.mask;
      let pc = start[slice.base + value]!;
      if (pc < 0) pc = this.#compile(slice, value);
      const code = this.#code;
      for (let moves = code[pc++]!; moves > 0; moves--) {
        const key = count * words;
        sources[count] = source;
        vector[count] = code[pc++]!;
        const end = pc + 1 + words + code[pc++]! * 4;
        for (let word = 0; word < words; word++)
          keys[key + word] = states[at + word]! + code[pc++]!;
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
    const found = count - batch.count;
    batch.count = count;
    return found;
  }

  /** Compiles the moves that a slice leads where it has this value; returns where they begin. */
  #compile(slice: LeadingSlice, value: number): number {
    const code = [0];
    const localOf = ({ shift, mask }: Member) => (value >>> (shift - slice.shift)) & mask;
    for (const { vector, own, others } of slice.leads) {
      if (own.some((member) => member.next[localOf(member)]! < 0)) continue;
      code[0]!++;
      code.push(vector, others.length);
      const deltas = code.length;
      for (let word = 0; word < this.#words; word++) code.push(0);
      for (const member of own) {
        const local = localOf(member);
        code[deltas + member.word]! += (member.next[local]! - local) << member.shift;
      }
      for (const { word, shift, mask, row } of others) code.push(word, shift, mask, row);
    }
    const start = this.#store(code);
    this.#start[slice.base + value] = start;
    return start;
  }

  /** Appends to the code; returns where it begins. */
  #store(code: readonly number[]): number {
    const start = this.#length;
    this.#length += code.length;
    if (this.#length > this.#code.length) {
      const longer = new Int32Array(this.#length * 2);
      longer.set(this.#code);
      this.#code = longer;
    }
    this.#code.set(code, start);
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

/** Gives each vector to the slice that leads it, and lays out the rows of the participants. */
function leadersOf(movers: Movers, packing: Packing): { slices: LeadingSlice[]; next: Int32Array } {
  const { wordOf, shiftOf, maskOf } = packing;
  const slices = leadingSlices(packing);
  const next: number[] = [];
  const member = ({ part, next: row }: Participant): Member => {
    const at = next.length;
    for (const to of row) next.push(to);
    return { word: wordOf[part]!, shift: shiftOf[part]!, mask: maskOf[part]!, next: row, row: at };
  };
  movers.vectors.forEach(({ participants }, vector) => {
    const byOpenness = [...participants].sort((a, b) => openness(a) - openness(b));
    const lead = slices.find(({ parts }) => parts.includes(byOpenness[0]!.part))!;
    const isOwn = ({ part }: Participant) => lead.parts.includes(part);
    lead.leads.push({
      vector,
      own: byOpenness.filter(isOwn).map(member),
      others: byOpenness.filter((participant) => !isOwn(participant)).map(member),
    });
  });
  return { slices, next: Int32Array.from(next) };
}

function leadingSlices(packing: Packing): LeadingSlice[] {
  let base = 0;
  return slicesOf(packing, SLICE_BITS).map((slice) => {
    const leading = { ...slice, base, leads: [] };
    base += slice.mask + 1;
    return leading;
  });
}

/** The share of a part's states in which it allows the step. */
function openness({ next }: Participant): number {
  return next.reduce((open, to) => open + (to >= 0 ? 1 : 0), 0) / next.length;
}
