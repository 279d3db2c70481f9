import { Batch } from './batch.ts';
import { ofAllThreads } from './memory.ts';
import type { Moves } from './moves.ts';
import { Recent } from './recent.ts';
import { nextSlot, REGIONS, regionOf } from './slots.ts';
import { type StateTable, sameWords } from './state-table.ts';

/*
 * How several threads leave states of one level together, a round of chunks at a time. A round has
 * three tasks, and each is over before the next begins:
 *
 * - FIND, chunk by chunk: the transitions of its states, but for those whose targets are known.
 * - ENTER, region by region of the table's slots: among the transitions that were found, the first
 *   one to each state gets a slot for it.
 * - NUMBER, chunk by chunk: the states that have a slot get their numbers.
 *
 * So nobody needs a lock, and states are found in the same order, with the same numbers and
 * parents, as by one thread, whatever the threads' timing. Between FIND and ENTER the slots are
 * doubled where they become too few: that is MOVE, region by region.
 */
export const FIND = 0;
export const ENTER = 1;
export const NUMBER = 2;
export const MOVE = 3;

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
  /** The transitions that were found: their targets and the targets' hashes, … */
  readonly keys: Int32Array;
  readonly hashes: Int32Array;
  /** … sources and vectors, … */
  readonly source: Int32Array;
  readonly vector: Int32Array;
  /** … the slot of the target, if this is the first one to it, or -1. */
  readonly slot: Int32Array;
  /** The transitions of each chunk once more, region by region. */
  readonly order: Int32Array;
  /** For each chunk and region how many targets got a slot. */
  readonly entered: Int32Array;
}

/** Places in `RoundMemory.size`. */
export const CHUNKS_NOW = 0;
export const KNOWN = 1;

/** Places in what is said of a chunk. */
export const START = 0;
export const END = 1;
export const TRANSITIONS = 2;
export const STUCK = 3;
/** Transitions that remain. */
export const REMAINING = 4;
/** The number of the first new state. */
export const FIRST = 5;
/** Where each region's transitions begin in `order`, and where the last one's end. */
const REGION = 6;
export const ABOUT = REGION + REGIONS + 1;

/** @param most - no state has more transitions */
export function memoryFor(words: number, most: number): RoundMemory {
  const states = Math.max(1, Math.min(MOST_STATES, Math.floor(ROOM / Math.max(1, most))));
  const room = Math.max(1, states * most);
  const transitions = () => ofAllThreads.make(CHUNKS * room);
  return {
    states,
    room,
    size: ofAllThreads.make(2),
    about: ofAllThreads.make(CHUNKS * ABOUT),
    stuck: ofAllThreads.make(CHUNKS * states),
    keys: ofAllThreads.make(CHUNKS * room * words),
    hashes: transitions(),
    source: transitions(),
    vector: transitions(),
    slot: transitions(),
    order: transitions(),
    entered: ofAllThreads.make(CHUNKS * REGIONS),
  };
}

/** What one thread does in rounds. */
export class Round {
  readonly #memory: RoundMemory;
  readonly #table: StateTable;
  readonly #moves: Moves;
  readonly #batch: Batch;
  readonly #recent: Recent;
  /** For each region where the next transition goes in `order`. */
  readonly #next = new Int32Array(REGIONS);

  constructor(memory: RoundMemory, table: StateTable, moves: Moves) {
    this.#memory = memory;
    this.#table = table;
    this.#moves = moves;
    this.#batch = new Batch(table.words, LOOKED_UP + moves.most);
    this.#recent = new Recent(table.words);
  }

  do(task: number, item: number): void {
    if (task === FIND) this.#find(item);
    else if (task === ENTER) this.#enter(item);
    else if (task === NUMBER) this.#number(item);
    else this.#table.moveRegion(item);
  }

  #find(chunk: number): void {
    const { about, stuck, states } = this.#memory;
    const at = chunk * ABOUT;
    const table = this.#table;
    const batch = this.#batch;
    const end = about[at + END]!;
    let [transitions, stuckHere, remaining] = [0, 0, 0];
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
      remaining = this.#keep(chunk, remaining);
    }
    about[at + TRANSITIONS] = transitions;
    about[at + STUCK] = stuckHere;
    about[at + REMAINING] = remaining;
    this.#orderByRegion(chunk);
  }

  /** Appends what is not known to the transitions of a chunk; returns how many they are then. */
  #keep(chunk: number, kept: number): number {
    const { room, keys, hashes, source, vector } = this.#memory;
    const batch = this.#batch;
    const { words } = batch;
    let to = chunk * room + kept;
    for (let i = 0; i < batch.count; i++) {
      if (batch.settled[i] === 1) continue;
      for (let word = 0; word < words; word++) {
        keys[to * words + word] = batch.keys[i * words + word]!;
      }
      hashes[to] = batch.hashes[i]!;
      source[to] = batch.source[i]!;
      vector[to++] = batch.vector[i]!;
    }
    return to - chunk * room;
  }

  #orderByRegion(chunk: number): void {
    const { room, about, hashes, order } = this.#memory;
    const regions = chunk * ABOUT + REGION;
    const from = chunk * room;
    const end = from + about[chunk * ABOUT + REMAINING]!;
    const next = this.#next.fill(0);
    for (let i = from; i < end; i++) next[regionOf(hashes[i]!)]!++;
    about[regions] = from;
    for (let region = 0; region < REGIONS; region++) {
      about[regions + region + 1] = about[regions + region]! + next[region]!;
      next[region] = about[regions + region]!;
    }
    for (let i = from; i < end; i++) order[next[regionOf(hashes[i]!)]!++] = i;
  }

  #enter(region: number): void {
    const { size, about, order, entered } = this.#memory;
    for (let chunk = 0; chunk < size[CHUNKS_NOW]!; chunk++) {
      const from = about[chunk * ABOUT + REGION + region]!;
      const end = about[chunk * ABOUT + REGION + region + 1]!;
      this.#fetch(from, end);
      let count = 0;
      for (let i = from; i < end; i++) count += this.#enterOne(order[i]!);
      entered[chunk * REGIONS + region] = count;
    }
  }

  /** Reads the slots where these are looked for first: apart from each other, as in a batch. */
  #fetch(from: number, end: number): void {
    const { order, hashes, slot } = this.#memory;
    const { entries, bits } = this.#table.slots;
    for (let i = from; i < end; i++) {
      const transition = order[i]!;
      slot[transition] = entries[hashes[transition]! >>> (32 - bits)]!;
    }
  }

  /**
   * Gives the target of a transition a slot, if no transition before it led there; returns how
   * many. Until it has its number, a state's entry says which transition it is the target of.
   */
  #enterOne(transition: number): 0 | 1 {
    const { keys, hashes, size, slot: slots } = this.#memory;
    const { entries, bits, mask, regionMask } = this.#table.slots;
    const { words, states } = this.#table;
    const known = size[KNOWN]!;
    const hash = hashes[transition]!;
    const rest = hash << bits;
    let slot = hash >>> (32 - bits);
    for (let entry = entries[slot]!; entry !== 0; entry = entries[slot]!) {
      if (((entry ^ rest) & ~mask) === 0) {
        const id = (entry & mask) - 1;
        const isThere =
          id < known
            ? sameWords(states, id * words, keys, transition * words, words)
            : sameWords(keys, (id - known) * words, keys, transition * words, words);
        if (isThere) {
          slots[transition] = -1;
          return 0;
        }
      }
      slot = nextSlot(slot, regionMask);
    }
    entries[slot] = rest | (known + transition + 1);
    slots[transition] = slot;
    return 1;
  }

  #number(chunk: number): void {
    const { about, room, keys, source, vector, slot: slots } = this.#memory;
    const { states, parent, vector: by, words } = this.#table;
    const { entries, mask } = this.#table.slots;
    const end = chunk * room + about[chunk * ABOUT + REMAINING]!;
    let id = about[chunk * ABOUT + FIRST]!;
    for (let i = chunk * room; i < end; i++) {
      const slot = slots[i]!;
      if (slot < 0) continue;
      for (let word = 0; word < words; word++) states[id * words + word] = keys[i * words + word]!;
      parent[id] = source[i]!;
      by[id] = vector[i]!;
      entries[slot] = (entries[slot]! & ~mask) | ++id;
    }
  }
}
