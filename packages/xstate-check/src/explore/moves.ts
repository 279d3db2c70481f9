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
 *     where the next list begins; then for each vector that asks nothing of other slices:
 *       vector, what to add to each word of the state
 *     where this list ends; then for each other vector:
 *       vector, where its entry ends, what to add to each word of the state, then for each other
 *         participant: word, shift and mask of its local state, where its row in `#next` begins
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

  /** No state has more transitions. */
  get most(): number {
    return this.#slices.reduce((sum, slice) => sum + mostOf(slice), 0);
  }

  /** Adds the transitions of the packed state at `states[at]` to the batch; returns how many. */
  expand(states: Int32Array, at: number, source: number, batch: Batch): number {
    const before = batch.count;
    for (const slice of this.#slices) {
      const value = (states[at + slice.word]! >>> slice.shift) & slice.mask;
      let pc = this.#start[slice.base + value]!;
      if (pc < 0) pc = this.#compile(slice, value);
      if (this.#words === 1) this.#takeWord(pc, states[at]!, source, batch);
      else this.#take(pc, states, at, source, batch);
    }
    return batch.count - before;
  }

  /** Takes the moves of a slice from here on in the code. */
  #take(start: number, states: Int32Array, at: number, source: number, batch: Batch): void {
    const code = this.#code;
    const next = this.#next;
    const words = this.#words;
    const { keys, vector, source: sources } = batch;
    let count = batch.count;
    let pc = start;
    for (let end = code[pc++]!; pc < end; count++) {
      sources[count] = source;
      vector[count] = code[pc++]!;
      const key = count * words;
      for (let word = 0; word < words; word++) keys[key + word] = states[at + word]! + code[pc++]!;
    }
    for (const end = code[pc++]!; pc < end; ) {
      const entry = pc;
      const last = code[pc + 1]!;
      const others = pc + 2 + words;
      // Most are refused: nothing is written before all have agreed.
      for (pc = others; pc < last; pc += 4) {
        const local = (states[at + code[pc]!]! >>> code[pc + 1]!) & code[pc + 2]!;
        if (next[code[pc + 3]! + local]! < 0) break;
      }
      if (pc < last) {
        pc = last;
        continue;
      }
      sources[count] = source;
      vector[count] = code[entry]!;
      const key = count++ * words;
      for (let word = 0; word < words; word++) {
        keys[key + word] = states[at + word]! + code[entry + 2 + word]!;
      }
      for (pc = others; pc < last; pc += 4) {
        const word = code[pc]!;
        const shift = code[pc + 1]!;
        const local = (states[at + word]! >>> shift) & code[pc + 2]!;
        keys[key + word]! += (next[code[pc + 3]! + local]! - local) << shift;
      }
    }
    batch.count = count;
  }

  /** The same for states of one word: without the loops over words twice as fast. */
  #takeWord(start: number, state: number, source: number, batch: Batch): void {
    const code = this.#code;
    const next = this.#next;
    const { keys, vector, source: sources } = batch;
    let count = batch.count;
    let pc = start;
    for (let end = code[pc++]!; pc < end; pc += 2, count++) {
      sources[count] = source;
      vector[count] = code[pc]!;
      keys[count] = state + code[pc + 1]!;
    }
    for (const end = code[pc++]!; pc < end; ) {
      const last = code[pc + 1]!;
      let to = state + code[pc + 2]!;
      sources[count] = source;
      vector[count] = code[pc]!;
      for (pc += 3; pc < last; pc += 4) {
        const shift = code[pc + 1]!;
        const local = (state >>> shift) & code[pc + 2]!;
        const target = next[code[pc + 3]! + local]!;
        if (target < 0) break;
        to += (target - local) << shift;
      }
      if (pc === last) keys[count++] = to;
      else pc = last;
    }
    batch.count = count;
  }

  /** Compiles the moves that a slice leads where it has this value; returns where they begin. */
  #compile(slice: LeadingSlice, value: number): number {
    const start = this.#length;
    const code: number[] = [0];
    const enabled = slice.leads.filter(({ own }) => allows(own, slice, value));
    const addDeltas = (own: readonly Member[]) => {
      const at = code.length;
      for (let word = 0; word < this.#words; word++) code.push(0);
      for (const member of own) {
        const local = localOf(member, slice, value);
        code[at + member.word]! += (member.next[local]! - local) << member.shift;
      }
    };
    for (const { vector, own } of enabled.filter(({ others }) => others.length === 0)) {
      code.push(vector);
      addDeltas(own);
    }
    code[0] = start + code.length;
    const bound = code.push(0) - 1;
    for (const { vector, own, others } of enabled.filter(({ others }) => others.length > 0)) {
      const last = code.push(vector, 0) - 1;
      addDeltas(own);
      for (const { word, shift, mask, row } of others) code.push(word, shift, mask, row);
      code[last] = start + code.length;
    }
    code[bound] = start + code.length;
    this.#store(code);
    this.#start[slice.base + value] = start;
    return start;
  }

  #store(code: readonly number[]): void {
    const start = this.#length;
    this.#length += code.length;
    if (this.#length > this.#code.length) {
      const longer = new Int32Array(this.#length * 2);
      longer.set(this.#code);
      this.#code = longer;
    }
    this.#code.set(code, start);
  }
}

/** The most vectors that a slice allows, whatever its value. */
function mostOf(slice: LeadingSlice): number {
  let most = 0;
  for (let value = 0; value <= slice.mask; value++) {
    most = Math.max(most, slice.leads.filter(({ own }) => allows(own, slice, value)).length);
  }
  return most;
}

/** Whether these parts of a slice allow their step where the slice has this value. */
function allows(own: readonly Member[], slice: Slice, value: number): boolean {
  return own.every((member) => member.next[localOf(member, slice, value)]! >= 0);
}

/** A value that no part has is nobody's: `next` ends before it. */
function localOf({ shift, mask }: Member, slice: Slice, value: number): number {
  return (value >>> (shift - slice.shift)) & mask;
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
