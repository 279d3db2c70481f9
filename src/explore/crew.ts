import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { HelperData } from './helper.ts';
import { Moves } from './moves.ts';
import type { Movers } from './packing.ts';
import {
  ABOUT,
  CHUNKS,
  CHUNKS_NOW,
  END,
  ENTER,
  FIND,
  FIRST,
  KNOWN,
  MOVE,
  memoryFor,
  NUMBER,
  REMAINING,
  Round,
  type RoundMemory,
  START,
  STUCK,
  TRANSITIONS,
} from './round.ts';
import { REGIONS } from './slots.ts';
import type { StateTable } from './state-table.ts';
import {
  finish,
  give,
  itemOf,
  newControl,
  stop,
  take,
  taskOf,
  VERSION,
  waitForOthers,
} from './tasks.ts';

/** A helper runs what was built, also where this file is run as it is. */
const HELPER = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/src/explore/helper.js' : './helper.js',
  import.meta.url,
);

export const canHaveHelpers = (): boolean => existsSync(fileURLToPath(HELPER));

/** What a round found, but for the new states, which are in the table. */
export interface Left {
  /** The first state that has not been left. */
  readonly state: number;
  readonly transitions: number;
  readonly stuck: readonly number[];
}

/** The main thread of an exploration and its helpers. What they do together is said in round.ts. */
export class Crew {
  readonly #table: StateTable;
  readonly #memory: RoundMemory;
  readonly #round: Round;
  readonly #control = newControl();
  readonly #ports: readonly MessagePort[];

  constructor(table: StateTable, movers: Movers, helpers: number) {
    table.share();
    const moves = new Moves(movers);
    const memory = memoryFor(table.words, moves.most);
    this.#table = table;
    this.#memory = memory;
    this.#round = new Round(memory, table, moves);
    this.#ports = Array.from({ length: helpers }, () => {
      const { port1, port2 } = new MessageChannel();
      const { words } = table;
      const workerData: HelperData = {
        ...{ movers: plain(movers), words, memory, control: this.#control, port: port2 },
      };
      const worker = new Worker(HELPER, { workerData, transferList: [port2], execArgv: [] });
      worker.unref();
      port1.unref();
      return port1;
    });
    this.#tellArrays();
  }

  /**
   * Leaves states from this one on and none from `end` on, as many as a round takes; what is found
   * is in the table then.
   */
  leave(from: number, end: number): Left {
    const state = this.#cutChunks(from, end);
    const { about, size, stuck, states } = this.#memory;
    const chunks = size[CHUNKS_NOW]!;
    this.#do(FIND, chunks);
    const found = this.#sum(REMAINING);
    this.#makeRoom(found);
    if (found > 0) this.#addFound();
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

  /** The helpers go home. */
  end(): void {
    stop(this.#control);
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
    }
    size[CHUNKS_NOW] = chunk;
    size[KNOWN] = this.#table.count;
    return state;
  }

  #makeRoom(found: number): void {
    const table = this.#table;
    const { room, size } = this.#memory;
    const hasMoved = table.makeRoom(found);
    // Until states have numbers, entries say transitions.
    const last = table.count + size[CHUNKS_NOW]! * room + 1;
    const isRenewed = table.renewSlots(table.count + found, last);
    if (hasMoved || isRenewed) this.#tellArrays();
    if (!isRenewed) return;
    this.#do(MOVE, REGIONS);
    table.moved();
  }

  #addFound(): void {
    this.#do(ENTER, REGIONS);
    const { about, size, entered } = this.#memory;
    let next = this.#table.count;
    for (let chunk = 0; chunk < size[CHUNKS_NOW]!; chunk++) {
      about[chunk * ABOUT + FIRST] = next;
      for (let region = 0; region < REGIONS; region++) next += entered[chunk * REGIONS + region]!;
    }
    this.#do(NUMBER, size[CHUNKS_NOW]!);
    this.#table.count = next;
  }

  #do(task: number, items: number): void {
    const control = this.#control;
    give(control, task, items);
    for (let taken = take(control); taken >= 0; taken = take(control)) {
      this.#round.do(taskOf(taken), itemOf(taken));
      finish(control);
    }
    if (!waitForOthers(control)) throw new Error('a helper thread failed; see its error');
  }

  #sum(what: number): number {
    const { about, size } = this.#memory;
    let sum = 0;
    for (let chunk = 0; chunk < size[CHUNKS_NOW]!; chunk++) sum += about[chunk * ABOUT + what]!;
    return sum;
  }

  #tellArrays(): void {
    for (const port of this.#ports) port.postMessage(this.#table.arrays);
    Atomics.add(this.#control, VERSION, 1);
  }
}

/** Just what can be sent to another thread. */
function plain({ sizes, vectors }: Movers): Movers {
  return {
    sizes: [...sizes],
    vectors: vectors.map(({ participants }) => ({
      participants: participants.map(({ part, next }) => ({ part, next })),
    })),
  };
}
