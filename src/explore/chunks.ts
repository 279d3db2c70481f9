import { Batch, inAllThreads } from './batch.ts';
import type { Moves } from './moves.ts';
import type { StateTable } from './state-table.ts';

/*
 * What the threads of one exploration share. States are left in chunks. Whoever is free, the main
 * thread or a helper, takes the next chunk, finds its transitions and drops those whose targets are
 * known already, most of them. What remains the main thread alone adds to the table, chunk by chunk
 * in their order. So states are found in the same order, with the same numbers and parents, as by
 * one thread, whatever the threads' timing; and nobody needs a lock.
 */

/** Chunks that are under way at the same time. */
export const CHUNKS = 16;
/** Most transitions of a chunk, if every vector were enabled in all of its states. */
const ROOM = 1 << 17;
const MOST_STATES = 256;
/** Transitions that are looked up together. */
const LOOKED_UP = 512;

/** Targets that a thread remembers. */
const RECENT = 1 << 14;

/** What a chunk is for now. */
export const FREE = 0;
export const READY = 1;
export const TAKEN = 2;
export const DONE = 3;

/** Places in `Shared.control`. */
export const KNOWN = 0;
export const VERSION = 1;
export const PUBLISHED = 2;
export const STOP = 3;
export const STATUS = 8;

export interface Chunk {
  /** First state, last state plus one, transitions that remain, of how many, stuck states. */
  readonly about: Int32Array;
  readonly stuck: Int32Array;
  readonly keys: Int32Array;
  readonly source: Int32Array;
  readonly vector: Int32Array;
}

export const START = 0;
export const END = 1;
export const REMAINING = 2;
export const TRANSITIONS = 3;
export const STUCK = 4;

export interface Shared {
  readonly words: number;
  readonly vectors: number;
  readonly control: Int32Array;
  readonly chunks: readonly Chunk[];
}

export function sharedFor(words: number, vectors: number): Shared {
  const capacity = ROOM + vectors;
  return {
    words,
    vectors,
    control: inAllThreads(STATUS + CHUNKS),
    chunks: Array.from({ length: CHUNKS }, () => ({
      about: inAllThreads(8),
      stuck: inAllThreads(MOST_STATES),
      keys: inAllThreads(capacity * words),
      source: inAllThreads(capacity),
      vector: inAllThreads(capacity),
    })),
  };
}

/** How many states a chunk has, so that its transitions have room. */
export function statesOfChunk(vectors: number): number {
  return Math.max(1, Math.min(MOST_STATES, Math.floor(ROOM / Math.max(1, vectors))));
}

/** Takes a chunk that is ready, if there is one; returns which, or -1. */
export function takeReady(control: Int32Array, from: number): number {
  for (let i = 0; i < CHUNKS; i++) {
    const chunk = (from + i) % CHUNKS;
    if (Atomics.compareExchange(control, STATUS + chunk, READY, TAKEN) === READY) return chunk;
  }
  return -1;
}

/** Finds the transitions of chunks; each thread has one of its own. */
export class Finder {
  readonly #moves: Moves;
  readonly #table: StateTable;
  readonly #batch: Batch;
  readonly #recent: Recent;

  constructor(moves: Moves, table: StateTable, vectors: number) {
    this.#recent = new Recent(table.words);
    this.#moves = moves;
    this.#table = table;
    this.#batch = new Batch(table.words, LOOKED_UP + vectors);
  }

  /** @param known - states below this number are in the table for all to see */
  fill({ about, stuck, ...to }: Chunk, known: number): void {
    const table = this.#table;
    const batch = this.#batch;
    const { words } = table;
    const end = about[END]!;
    let [remaining, transitions, stuckHere] = [0, 0, 0];
    for (let state = about[START]!; state < end; ) {
      batch.count = 0;
      for (; state < end && batch.count < LOOKED_UP; state++) {
        if (this.#moves.expand(table.states, state * words, state, batch) === 0) {
          stuck[stuckHere++] = state;
        }
      }
      transitions += batch.count;
      table.settle(batch, known);
      remaining = appendUnsettled(batch, to, remaining, this.#recent);
    }
    about[REMAINING] = remaining;
    about[TRANSITIONS] = transitions;
    about[STUCK] = stuckHere;
  }
}

function appendUnsettled(
  batch: Batch,
  to: Pick<Chunk, 'keys' | 'source' | 'vector'>,
  at: number,
  recent: Recent,
): number {
  const { words, count, settled } = batch;
  let place = at;
  for (let i = 0; i < count; i++) {
    if (settled[i] === 1 || recent.has(batch, i)) continue;
    for (let word = 0; word < words; word++) {
      to.keys[place * words + word] = batch.keys[i * words + word]!;
    }
    to.source[place] = batch.source[i]!;
    to.vector[place++] = batch.vector[i]!;
  }
  return place;
}

/**
 * Targets that a thread has found of late, most of them not added yet. One that it found from a
 * state before is dropped: that transition comes first in the order in which they are added.
 */
class Recent {
  readonly #words: number;
  readonly #keys: Int32Array;
  /** From which state each was found; more than any where there is none. */
  readonly #source = new Int32Array(RECENT).fill(2 ** 31 - 1);

  constructor(words: number) {
    this.#words = words;
    this.#keys = new Int32Array(RECENT * words);
  }

  /** Whether a target need not be added; it is remembered in any case. */
  has({ keys, hashes, source }: Batch, i: number): boolean {
    const words = this.#words;
    const place = hashes[i]! & (RECENT - 1);
    let isSame = this.#source[place]! <= source[i]!;
    for (let word = 0; word < words; word++) {
      isSame &&= this.#keys[place * words + word] === keys[i * words + word];
    }
    if (isSame) return true;
    for (let word = 0; word < words; word++) {
      this.#keys[place * words + word] = keys[i * words + word]!;
    }
    this.#source[place] = source[i]!;
    return false;
  }
}
