import { type Allocate, type Batch, inAllThreads, inThisThread } from './batch.ts';

/**
 * A set of packed states, numbered in the order in which they are added, each with the step by
 * which it was first found.
 *
 * Open addressing in typed arrays. Where there are 2^k slots, the low k bits of a state's hash say
 * where to look first; a slot holds the number of a state plus one in its low k bits and the rest
 * of that state's hash above, so that a state is compared only where most likely it is equal. An
 * empty slot is 0. A state costs 4 bytes a word, 4 for the parent, 4 for the vector, and the slots
 * 5 to 11.
 */
export class StateTable {
  readonly words: number;
  count = 0;
  states: Int32Array;
  /** The state from which this one was first found; -1 for the initial state. */
  parent: Int32Array;
  /** The vector by which it was first found. */
  vector: Int32Array;
  /** The most bytes held at any time, the copies made while growing included. */
  peakBytes: number;
  #slots: Int32Array;
  #mask: number;
  #allocate: Allocate = inThisThread;
  #moves: (view: SharedView) => void = () => {};

  constructor(words: number, capacity = 256) {
    this.words = words;
    this.states = new Int32Array(capacity * words);
    this.parent = new Int32Array(capacity);
    this.vector = new Int32Array(capacity);
    this.#mask = 2 ** Math.ceil(Math.log2(capacity * 2)) - 1;
    this.#slots = new Int32Array(this.#mask + 1);
    this.peakBytes = this.bytes;
  }

  /**
   * Keeps from now on what is needed to look states up where other threads can read it.
   *
   * @param moves - hears where that is, now and whenever it moves
   */
  share(moves: (view: SharedView) => void): void {
    this.#allocate = inAllThreads;
    this.#moves = moves;
    this.states = this.#moved(this.states, this.states.length, this.#allocate);
    const slots = this.#allocate(this.#slots.length);
    slots.set(this.#slots);
    this.#slots = slots;
    moves({ states: this.states, slots });
  }

  /** Nobody else reads it any more. */
  unshare(): void {
    this.#allocate = inThisThread;
    this.#moves = () => {};
  }

  /** Looks up from now on in what another thread's table keeps. */
  view({ states, slots }: SharedView): void {
    this.states = states;
    this.#slots = slots;
    this.#mask = slots.length - 1;
  }

  /** Bytes held now, all arrays together. */
  get bytes(): number {
    return (
      this.states.byteLength +
      this.parent.byteLength +
      this.vector.byteLength +
      this.#slots.byteLength
    );
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

  /** Adds the targets of a batch in order. */
  addAll(batch: Batch): void {
    this.#reserve(batch.count);
    this.settle(batch, this.count);
    this.addUnsettled(batch);
  }

  /**
   * Marks the targets of a batch that are among the first `known` states. All slots are read first,
   * and then all states they point to: these reads miss the cache, and apart from each other they
   * do so at the same time.
   */
  settle(batch: Batch, known: number): void {
    this.#hashAll(batch);
    this.#probeAll(batch);
    this.#compareAll(batch, known);
  }

  /** Adds the targets that are not marked, in order. */
  addUnsettled({ count, settled, hashes, keys, source, vector }: Batch): void {
    const { words } = this;
    for (let i = 0; i < count; i++) {
      if (settled[i] === 1) continue;
      const hash = hashes[i]!;
      if (this.#lookUp(keys, i * words, hash) < 0) {
        this.#append(keys, i * words, hash, source[i]!, vector[i]!);
      }
    }
  }

  /** Hashes the keys and fetches what is in the slots where they are looked for first. */
  #hashAll({ keys, hashes, entries, count }: Batch): void {
    const slots = this.#slots;
    const mask = this.#mask;
    const { words } = this;
    if (words === 1) {
      for (let i = 0; i < count; i++) {
        const hash = hashOfWord(keys[i]!);
        hashes[i] = hash;
        entries[i] = slots[hash & mask]!;
      }
      return;
    }
    for (let i = 0; i < count; i++) {
      const hash = hashOf(keys, i * words, words);
      hashes[i] = hash;
      entries[i] = slots[hash & mask]!;
    }
  }

  /** Goes on to the first slot that is empty or has the same rest of a hash. */
  #probeAll({ hashes, entries, count }: Batch): void {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let i = 0; i < count; i++) {
      const hash = hashes[i]!;
      let entry = entries[i]!;
      if (entry === 0 || ((entry ^ hash) & ~mask) === 0) continue;
      let slot = hash & mask;
      do {
        slot = (slot + 1) & mask;
        entry = slots[slot]!;
      } while (entry !== 0 && ((entry ^ hash) & ~mask) !== 0);
      entries[i] = entry;
    }
  }

  /** Settles the keys that are there. */
  #compareAll({ keys, entries, settled, count }: Batch, known: number): void {
    const mask = this.#mask;
    const { words, states } = this;
    for (let i = 0; i < count; i++) {
      const id = (entries[i]! & mask) - 1;
      settled[i] =
        id >= 0 && id < known && sameWords(states, id * words, keys, i * words, words) ? 1 : 0;
    }
  }

  #lookUp(keys: Int32Array, from: number, hash: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    const { words, states } = this;
    let slot = hash & mask;
    for (let entry = slots[slot]!; entry !== 0; entry = slots[slot]!) {
      if (((entry ^ hash) & ~mask) === 0) {
        const id = (entry & mask) - 1;
        if (sameWords(states, id * words, keys, from, words)) return id;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  /** Adds a state that is not in the table. */
  #append(keys: Int32Array, from: number, hash: number, parent: number, vector: number): number {
    this.#reserve(1);
    const { words, states } = this;
    const id = this.count++;
    for (let word = 0; word < words; word++) states[id * words + word] = keys[from + word]!;
    this.parent[id] = parent;
    this.vector[id] = vector;
    enter(this.#slots, this.#mask, hash, id);
    return id;
  }

  /** Makes room for so many more states. */
  #reserve(more: number): void {
    const needed = this.count + more;
    if (needed > this.parent.length) {
      const capacity = Math.max(needed, Math.ceil(this.parent.length * GROWTH));
      this.states = this.#moved(this.states, capacity * this.words, this.#allocate);
      this.parent = this.#moved(this.parent, capacity);
      this.vector = this.#moved(this.vector, capacity);
      this.#moves({ states: this.states, slots: this.#slots });
    }
    if (needed > MOST_FULL * this.#slots.length) this.#rehash(needed);
  }

  #moved(array: Int32Array, length: number, allocate: Allocate = inThisThread): Int32Array {
    const larger = allocate(length);
    this.peakBytes = Math.max(this.peakBytes, this.bytes + larger.byteLength);
    larger.set(array);
    return larger;
  }

  /** Enters all states into new slots; the old ones say too little of their hashes. */
  #rehash(needed: number): void {
    const { words, states, count } = this;
    let length = this.#slots.length;
    while (needed > MOST_FULL * length) length *= 2;
    this.#slots = EMPTY;
    const slots = this.#allocate(length);
    for (let id = 0; id < count; id++) {
      enter(slots, length - 1, hashOf(states, id * words, words), id);
    }
    this.#slots = slots;
    this.#mask = length - 1;
    this.peakBytes = Math.max(this.peakBytes, this.bytes);
    this.#moves({ states, slots });
  }
}

/** What another thread needs to look states up. */
export interface SharedView {
  readonly states: Int32Array;
  readonly slots: Int32Array;
}

const GROWTH = 1.5;
/** The share of the slots that may be taken. */
const MOST_FULL = 0.75;
const EMPTY = new Int32Array(0);

function enter(slots: Int32Array, mask: number, hash: number, id: number): void {
  let slot = hash & mask;
  while (slots[slot] !== 0) slot = (slot + 1) & mask;
  slots[slot] = (hash & ~mask) | (id + 1);
}

function sameWords(
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

/** What `hashOf` makes of one word. */
function hashOfWord(word: number): number {
  let hash = Math.imul(word, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Mixes the words of a key; the constants are those of MurmurHash3's finaliser. */
function hashOf(keys: Int32Array, from: number, words: number): number {
  let hash = 0;
  for (let word = 0; word < words; word++) {
    hash = Math.imul(hash ^ keys[from + word]!, 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
