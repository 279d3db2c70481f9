import type { Batch } from './batch.ts';
import { hashOf } from './hash.ts';
import { type Memory, ofAllThreads, ofThisThread } from './memory.ts';
import { LEAST_WITH_REGIONS, nextSlot, Slots } from './slots.ts';

/** The arrays of a table, which other threads may have too. */
export interface TableArrays {
  readonly states: Int32Array;
  readonly parent: Int32Array;
  readonly vector: Int32Array;
  readonly entries: Int32Array;
  /** The slots before they were renewed, until all states have moved. */
  readonly before: Int32Array | undefined;
}

/**
 * A set of packed states, numbered in the order in which they are added, each with the step by
 * which it was first found. A state costs 4 bytes a word, 4 for the parent, 4 for the vector, and
 * the slots by which it is looked up 5 to 11.
 */
export class StateTable {
  readonly words: number;
  count = 0;
  states: Int32Array;
  /** The state from which this one was first found; -1 for the initial state. */
  parent: Int32Array;
  /** The vector by which it was first found. */
  vector: Int32Array;
  slots: Slots;
  #before: Slots | undefined;
  /** The most bytes held at any time, the copies made while growing included. */
  peakBytes: number;
  #memory: Memory = ofThisThread;

  constructor(words: number, capacity = 256) {
    this.words = words;
    this.states = new Int32Array(capacity * words);
    this.parent = new Int32Array(capacity);
    this.vector = new Int32Array(capacity);
    this.slots = new Slots(new Int32Array(2 ** Math.ceil(Math.log2(capacity * 2))));
    this.peakBytes = this.bytes;
  }

  get arrays(): TableArrays {
    const { states, parent, vector, slots } = this;
    const before = this.#before?.entries;
    return { states, parent, vector, entries: slots.entries, before };
  }

  /** Looks up from now on in the arrays of another thread's table, which has so many states. */
  view({ states, parent, vector, entries, before }: TableArrays): void {
    this.states = states;
    this.parent = parent;
    this.vector = vector;
    this.slots = new Slots(entries);
    this.#before = before && new Slots(before);
  }

  /**
   * Keeps everything from now on where other threads can have it, in slots that have regions. A
   * large table is better there in any case, because it grows without being copied.
   */
  share(): void {
    if (this.#memory === ofAllThreads) return;
    this.#memory = ofAllThreads;
    this.#resize(this.parent.length);
    this.#renewSlots(Math.max(this.slots.entries.length, LEAST_WITH_REGIONS));
    this.#moveAll();
  }

  /** Bytes held now, all arrays together. */
  get bytes(): number {
    const { states, parent, vector, entries, before } = this.arrays;
    const slots = entries.byteLength + (before?.byteLength ?? 0);
    return states.byteLength + parent.byteLength + vector.byteLength + slots;
  }

  /** The number of the state in `key`, added with this parent if it is new. */
  add(key: Int32Array, parent: number, vector: number): number {
    const hash = hashOf(key, 0, this.words);
    const known = this.#lookUp(key, 0, hash);
    return known >= 0 ? known : this.#append(key, 0, hash, parent, vector);
  }

  /** The number of the state in `key`, or -1. */
  find(key: Int32Array): number {
    return this.#lookUp(key, 0, hashOf(key, 0, this.words));
  }

  /** Writes the numbers of the targets of a hashed batch, from this place on; -1 for what is not there. */
  findAll(batch: Batch, into: Int32Array, at: number): void {
    this.settle(batch);
    const { count, settled, hashes, keys, entries } = batch;
    const { mask } = this.slots;
    for (let i = 0; i < count; i++) {
      into[at + i] =
        settled[i] === 1
          ? (entries[i]! & mask) - 1
          : this.#lookUp(keys, i * this.words, hashes[i]!);
    }
  }

  /** Adds the targets of a hashed batch in order. */
  addAll(batch: Batch): void {
    this.reserve(batch.count);
    this.settle(batch);
    const { count, settled, hashes, keys, source, vector } = batch;
    const { words } = this;
    for (let i = 0; i < count; i++) {
      if (settled[i] === 1) continue;
      const hash = hashes[i]!;
      if (this.#lookUp(keys, i * words, hash) < 0) {
        this.#append(keys, i * words, hash, source[i]!, vector[i]!);
      }
    }
  }

  /**
   * Marks the targets of a hashed batch that are there, nearly all of them. All slots are read first, and then all
   * states they point to: these reads miss the cache, and apart from each other they do so at the
   * same time.
   */
  settle(batch: Batch): void {
    this.slots.fetch(batch.hashes, batch.count, batch.entries);
    this.#probeAll(batch);
    this.#compareAll(batch);
  }

  /** Goes on to the first slot that is empty or has the same rest of a hash. */
  #probeAll({ hashes, entries, count }: Batch): void {
    const { entries: slots, bits, mask, regionMask } = this.slots;
    for (let i = 0; i < count; i++) {
      const hash = hashes[i]!;
      let entry = entries[i]!;
      if (entry === 0 || ((entry ^ (hash << bits)) & ~mask) === 0) continue;
      let slot = hash >>> (32 - bits);
      do {
        slot = nextSlot(slot, regionMask);
        entry = slots[slot]!;
      } while (entry !== 0 && ((entry ^ (hash << bits)) & ~mask) !== 0);
      entries[i] = entry;
    }
  }

  /** Settles the keys that are there. An entry may say a state that is not numbered yet. */
  #compareAll({ keys, entries, settled, count }: Batch): void {
    const { mask } = this.slots;
    const { words, states, count: known } = this;
    for (let i = 0; i < count; i++) {
      const id = (entries[i]! & mask) - 1;
      settled[i] =
        id >= 0 && id < known && sameWords(states, id * words, keys, i * words, words) ? 1 : 0;
    }
  }

  #lookUp(keys: Int32Array, from: number, hash: number): number {
    const { entries, bits, mask, regionMask } = this.slots;
    const { words, states } = this;
    let slot = hash >>> (32 - bits);
    for (let entry = entries[slot]!; entry !== 0; entry = entries[slot]!) {
      if (((entry ^ (hash << bits)) & ~mask) === 0) {
        const id = (entry & mask) - 1;
        if (sameWords(states, id * words, keys, from, words)) return id;
      }
      slot = nextSlot(slot, regionMask);
    }
    return -1;
  }

  /** Adds a state that is not in the table. */
  #append(keys: Int32Array, from: number, hash: number, parent: number, vector: number): number {
    this.reserve(1);
    const { words, states } = this;
    const id = this.count++;
    for (let word = 0; word < words; word++) states[id * words + word] = keys[from + word]!;
    this.parent[id] = parent;
    this.vector[id] = vector;
    this.slots.enter(hash, id);
    return id;
  }

  /** Makes room for so many more states. */
  reserve(more: number): void {
    this.makeRoom(more);
    if (this.renewSlots(this.count + more)) this.#moveAll();
  }

  /** Makes room for so many more states, but for the slots; returns whether anything moved. */
  makeRoom(more: number): boolean {
    const needed = this.count + more;
    if (needed <= this.parent.length) return false;
    this.#resize(Math.max(needed, Math.ceil(this.parent.length * GROWTH)));
    return true;
  }

  /**
   * Where there are too few slots for so many states there are more now, and all are empty; returns
   * whether it was so.
   */
  renewSlots(states: number): boolean {
    let { length } = this.slots.entries;
    while (states > MOST_FULL * length) length *= 2;
    if (length === this.slots.entries.length) return false;
    this.#renewSlots(length);
    return true;
  }

  #renewSlots(length: number): void {
    this.#before = this.slots;
    this.slots = new Slots(this.#memory.make(length));
    this.peakBytes = Math.max(this.peakBytes, this.bytes);
  }

  /** Moves all states into the slots that were renewed. */
  #moveAll(): void {
    this.#move(0, this.#before!.entries.length);
    this.moved();
  }

  /** Moves the states of a region into the slots that were renewed. */
  moveRegion(region: number): void {
    const size = this.#before!.regionMask + 1;
    this.#move(region * size, (region + 1) * size);
  }

  /** All states have moved. */
  moved(): void {
    this.#before = undefined;
  }

  /**
   * Moves the states of some slots: their entries say too little of their hashes. In the order of
   * the slots, because the new ones are in the same order; so only states are read at random, and
   * these reads are apart.
   */
  #move(from: number, end: number): void {
    const { slots, words, states } = this;
    const { entries, mask } = this.#before!;
    const ids = new Int32Array(MOVED);
    const hashes = new Int32Array(MOVED);
    for (let slot = from; slot < end; ) {
      let count = 0;
      for (; slot < end && count < MOVED; slot++) {
        ids[count] = (entries[slot]! & mask) - 1;
        count += entries[slot] === 0 ? 0 : 1;
      }
      for (let i = 0; i < count; i++) hashes[i] = hashOf(states, ids[i]! * words, words);
      for (let i = 0; i < count; i++) slots.enter(hashes[i]!, ids[i]!);
    }
  }

  #resize(capacity: number): void {
    this.states = this.#lengthened(this.states, capacity * this.words);
    this.parent = this.#lengthened(this.parent, capacity);
    this.vector = this.#lengthened(this.vector, capacity);
  }

  #lengthened(array: Int32Array, length: number): Int32Array {
    const longer = this.#memory.lengthen(array, length);
    const copied = longer.buffer === array.buffer ? 0 : longer.byteLength;
    this.peakBytes = Math.max(this.peakBytes, this.bytes + copied);
    return longer;
  }
}

const GROWTH = 1.5;
/** States that are moved together. */
const MOVED = 64;
/** The share of the slots that may be taken. */
const MOST_FULL = 0.75;

export function sameWords(
  a: Int32Array,
  fromA: number,
  b: Int32Array,
  fromB: number,
  words: number,
): boolean {
  for (let word = 0; word < words; word++) {
    if (a[fromA + word] !== b[fromB + word]) return false;
  }
  return true;
}
