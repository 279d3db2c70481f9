import { Batch } from './batch.ts';
import { ofAllThreads } from './memory.ts';
import type { Moves } from './moves.ts';
import { Recent } from './recent.ts';
import { nextSlot } from './slots.ts';
import { type StateTable, sameWords } from './state-table.ts';

/*
 * How several threads leave states of one level together, a round of chunks at a time. A round has
 * two tasks, and the first is over before the second begins:
 *
 * - FIND, chunk by chunk: the transitions of its states. Each that is the first one to a state that
 *   was not known is kept and claims a slot for it; where another thread was quicker with one that
 *   comes later in the order of the chunks, the slot is taken from that.
 * - NUMBER, chunk by chunk: the states whose slot is still theirs get their numbers.
 *
 * So states are found in the same order, with the same numbers and parents, as by one thread,
 * whatever the threads' timing. Before a round in which slots could become too few they are
 * doubled: that is MOVE, region by region.
 */
export const FIND = 0;
export const NUMBER = 1;
export const MOVE = 2;

/** Chunks of a round. */
export const CHUNKS = 8;
/** Transitions for which a chunk has room, … */
const ROOM = 1 << 14;
/** … so that it has as many states at most. */
const MOST_STATES = 1024;
/** Transitions that are looked up together. */
const LOOKED_UP = 512;

/** What the threads share, apart from the table. */
export interface RoundMemory {
  /** Most states of a chunk. */
  readonly states: number;
  /** Most transitions of a chunk. */
  readonly room: number;
  /** Chunks of this round; states that were known before. */
  readonly size: Int32Array;
  /** For each chunk what is said of it: see below. */
  readonly about: Int32Array;
  readonly stuck: Int32Array;
  /** The transitions that were kept, chunk by chunk: their targets, sources and vectors, … */
  readonly keys: Int32Array;
  readonly source: Int32Array;
  readonly vector: Int32Array;
  /** … and the slots they claimed, or LOST. */
  readonly slot: Int32Array;
}

const LOST = -1;

/** Places in `RoundMemory.size`. */
export const CHUNKS_NOW = 0;
export const KNOWN = 1;

/** Places in what is said of a chunk. */
export const START = 0;
export const END = 1;
export const TRANSITIONS = 2;
export const STUCK = 3;
/** Transitions that are kept, … */
export const KEPT = 4;
/** … and those of them whose slots are still theirs. */
export const NEW = 5;
/** The number of the first new state. */
export const FIRST = 6;
export const ABOUT = 8;

/** @param most - no state has more transitions */
export function memoryFor(words: number, most: number): RoundMemory {
  const states = Math.max(1, Math.min(MOST_STATES, Math.floor(ROOM / Math.max(1, most))));
  const room = Math.max(1, states * most);
  return {
    states,
    room,
    size: ofAllThreads.make(2),
    about: ofAllThreads.make(CHUNKS * ABOUT),
    stuck: ofAllThreads.make(CHUNKS * states),
    keys: ofAllThreads.make(CHUNKS * room * words),
    source: ofAllThreads.make(CHUNKS * room),
    vector: ofAllThreads.make(CHUNKS * room),
    slot: ofAllThreads.make(CHUNKS * room),
  };
}

/** What one thread does in rounds. */
export class Round {
  readonly #memory: RoundMemory;
  readonly #table: StateTable;
  readonly #moves: Moves;
  readonly #batch: Batch;
  readonly #recent: Recent;

  constructor(memory: RoundMemory, table: StateTable, moves: Moves) {
    this.#memory = memory;
    this.#table = table;
    this.#moves = moves;
    this.#batch = new Batch(table.words, LOOKED_UP + moves.most);
    this.#recent = new Recent(table.words);
  }

  do(task: number, item: number): void {
    if (task === FIND) this.#find(item);
    else if (task === NUMBER) this.#number(item);
    else this.#table.moveRegion(item);
  }

  #find(chunk: number): void {
    const { about, stuck, states, size } = this.#memory;
    const at = chunk * ABOUT;
    const table = this.#table;
    const batch = this.#batch;
    const end = about[at + END]!;
    let [transitions, stuckHere, kept] = [0, 0, 0];
    table.count = size[KNOWN]!;
    for (let state = about[at + START]!; state < end; ) {
      batch.count = 0;
      for (; state < end && batch.count < LOOKED_UP; state++) {
        if (this.#moves.expand(table.states, state * table.words, state, batch) === 0) {
          stuck[chunk * states + stuckHere++] = state;
        }
      }
      transitions += batch.count;
      this.#recent.drop(batch);
      table.settle(batch);
      kept = this.#keep(chunk, kept);
    }
    about[at + TRANSITIONS] = transitions;
    about[at + STUCK] = stuckHere;
    about[at + KEPT] = kept;
    Atomics.add(about, at + NEW, kept);
  }

  /** Keeps what is not known and can claim a slot; returns how many are kept of the chunk then. */
  #keep(chunk: number, kept: number): number {
    const { room, keys, source, vector } = this.#memory;
    const batch = this.#batch;
    const { words, settled } = batch;
    let to = chunk * room + kept;
    for (let i = 0; i < batch.count; i++) {
      if (settled[i] === 1) continue;
      for (let word = 0; word < words; word++) {
        keys[to * words + word] = batch.keys[i * words + word]!;
      }
      if (!this.#claim(to, batch.hashes[i]!)) continue;
      source[to] = batch.source[i]!;
      vector[to++] = batch.vector[i]!;
    }
    return to - chunk * room;
  }

  /**
   * Claims a slot for the target of a transition, unless there is one: of a state that is known, or
   * claimed by a transition that comes before. Until it has its number, a state's entry says which
   * transition claimed its slot.
   */
  #claim(transition: number, hash: number): boolean {
    const { keys, size, slot: slots } = this.#memory;
    const { states, words } = this.#table;
    const { entries, bits, mask, regionMask } = this.#table.slots;
    const known = size[KNOWN]!;
    const mine = (hash << bits) | (known + transition + 1);
    const from = transition * words;
    let slot = hash >>> (32 - bits);
    for (;;) {
      let entry = entries[slot]!;
      // What another thread claimed just now is seen as a whole when it is read so.
      if ((entry & mask) > known) entry = Atomics.load(entries, slot);
      const id = (entry & mask) - 1;
      if (entry !== 0) {
        const isSame =
          ((entry ^ mine) & ~mask) === 0 &&
          (id < known
            ? sameWords(states, id * words, keys, from, words)
            : sameWords(keys, (id - known) * words, keys, from, words));
        if (isSame && id - known < transition) return false;
        if (!isSame) {
          slot = nextSlot(slot, regionMask);
          continue;
        }
      }
      // Said before, because who claims it then says that it was lost.
      slots[transition] = slot;
      // If somebody was quicker, look once more at what they put there.
      if (Atomics.compareExchange(entries, slot, entry, mine) !== entry) continue;
      if (entry !== 0) this.#lose(id - known);
      return true;
    }
  }

  /** A transition of another chunk has lost its slot. */
  #lose(transition: number): void {
    const { about, room, slot } = this.#memory;
    slot[transition] = LOST;
    Atomics.sub(about, Math.floor(transition / room) * ABOUT + NEW, 1);
  }

  #number(chunk: number): void {
    const { about, room, keys, source, vector, slot: slots } = this.#memory;
    const { states, parent, vector: by, words } = this.#table;
    const { entries, mask } = this.#table.slots;
    const end = chunk * room + about[chunk * ABOUT + KEPT]!;
    let id = about[chunk * ABOUT + FIRST]!;
    for (let i = chunk * room; i < end; i++) {
      const slot = slots[i]!;
      if (slot === LOST) continue;
      for (let word = 0; word < words; word++) states[id * words + word] = keys[i * words + word]!;
      parent[id] = source[i]!;
      by[id] = vector[i]!;
      entries[slot] = (entries[slot]! & ~mask) | ++id;
    }
  }
}
