import {
  ABOUT,
  CHUNKS,
  CHUNKS_NOW,
  END,
  FIND,
  FIRST,
  KNOWN,
  MOVE,
  NEW,
  NUMBER,
  type RoundMemory,
  START,
  STUCK,
  TRANSITIONS,
} from './round.ts';
import { REGIONS } from './slots.ts';
import type { StateTable } from './state-table.ts';

/** Those who do the items of a task: `Round.do`, each item by one of them. */
export interface Threads {
  /** Returns when all items are done. */
  do(task: number, items: number): void;
  /** The table's arrays are others now. */
  tellArrays(): void;
}

/** What a round found, but for the new states, which are in the table. */
export interface Left {
  /** The first state that has not been left. */
  readonly state: number;
  readonly transitions: number;
  readonly stuck: readonly number[];
}

/** Gives the tasks of rounds, one after the other. What they are is said in round.ts. */
export class Rounds {
  readonly #table: StateTable;
  readonly #memory: RoundMemory;
  readonly #threads: Threads;

  constructor(table: StateTable, memory: RoundMemory, threads: Threads) {
    this.#table = table;
    this.#memory = memory;
    this.#threads = threads;
  }

  /**
   * Leaves states from this one on and none from `end` on, as many as a round takes; what is found
   * is in the table then.
   */
  leave(from: number, end: number): Left {
    const state = this.#cutChunks(from, end);
    const { about, size, stuck, states } = this.#memory;
    const chunks = size[CHUNKS_NOW]!;
    this.#renewSlots();
    this.#threads.do(FIND, chunks);
    this.#addNew();
    const stuckOf = (_: unknown, chunk: number) => {
      const at = chunk * states;
      return [...stuck.subarray(at, at + about[chunk * ABOUT + STUCK]!)];
    };
    return {
      state,
      transitions: this.#sum(TRANSITIONS),
      stuck: Array.from({ length: chunks }, stuckOf).flat(),
    };
  }

  /** Says which states are the chunks of this round; returns the first state after them. */
  #cutChunks(from: number, end: number): number {
    const { about, size, states } = this.#memory;
    let state = from;
    let chunk = 0;
    for (; chunk < CHUNKS && state < end; chunk++) {
      about[chunk * ABOUT + START] = state;
      state = Math.min(end, state + states);
      about[chunk * ABOUT + END] = state;
      about[chunk * ABOUT + NEW] = 0;
    }
    size[CHUNKS_NOW] = chunk;
    size[KNOWN] = this.#table.count;
    return state;
  }

  /** Doubles the slots if this round could make them too few. */
  #renewSlots(): void {
    const table = this.#table;
    const { room, size } = this.#memory;
    if (!table.renewSlots(table.count + size[CHUNKS_NOW]! * room)) return;
    this.#threads.tellArrays();
    this.#threads.do(MOVE, REGIONS);
    table.moved();
  }

  #addNew(): void {
    const { about, size } = this.#memory;
    const table = this.#table;
    if (table.makeRoom(this.#sum(NEW))) this.#threads.tellArrays();
    let next = table.count;
    for (let chunk = 0; chunk < size[CHUNKS_NOW]!; chunk++) {
      about[chunk * ABOUT + FIRST] = next;
      next += about[chunk * ABOUT + NEW]!;
    }
    this.#threads.do(NUMBER, size[CHUNKS_NOW]!);
    table.count = next;
  }

  #sum(what: number): number {
    const { about, size } = this.#memory;
    let sum = 0;
    for (let chunk = 0; chunk < size[CHUNKS_NOW]!; chunk++) sum += about[chunk * ABOUT + what]!;
    return sum;
  }
}
