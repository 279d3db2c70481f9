import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { Batch } from './batch.ts';
import {
  CHUNKS,
  DONE,
  END,
  Finder,
  FREE,
  KNOWN,
  PUBLISHED,
  READY,
  REMAINING,
  type Shared,
  START,
  STATUS,
  STOP,
  STUCK,
  sharedFor,
  statesOfChunk,
  TAKEN,
  TRANSITIONS,
  takeReady,
  VERSION,
} from './chunks.ts';
import type { HelperData } from './helper.ts';
import { Moves } from './moves.ts';
import type { Movers } from './packing.ts';
import type { SharedView, StateTable } from './state-table.ts';

/** A helper runs what was built, also where this file is run as it is. */
const HELPER = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/src/explore/helper.js' : './helper.js',
  import.meta.url,
);

export const canHaveHelpers = (): boolean => existsSync(fileURLToPath(HELPER));

/** The main thread of an exploration and its helpers. What they share is said in chunks.ts. */
export class Crew {
  readonly #table: StateTable;
  readonly #shared: Shared;
  readonly #finder: Finder;
  /** The transitions that remain of each chunk. */
  readonly #remaining: readonly Batch[];
  #oldest = 0;
  #published = 0;

  constructor(table: StateTable, movers: Movers, helpers: number) {
    const vectors = movers.vectors.length;
    const shared = sharedFor(table.words, vectors);
    const channels = Array.from({ length: helpers }, () => new MessageChannel());
    this.#table = table;
    this.#shared = shared;
    this.#finder = new Finder(new Moves(movers), table, vectors);
    this.#remaining = shared.chunks.map(({ keys, source, vector }) => {
      const batch = new Batch(table.words, source.length);
      return Object.assign(batch, { keys, source, vector });
    });
    table.share((view: SharedView) => {
      for (const { port1 } of channels) port1.postMessage(view);
      Atomics.add(shared.control, VERSION, 1);
    });
    Atomics.store(shared.control, KNOWN, table.count);
    for (const { port1, port2 } of channels) {
      const workerData: HelperData = { movers: plain(movers), shared, port: port2 };
      const worker = new Worker(HELPER, { workerData, transferList: [port2], execArgv: [] });
      worker.unref();
      port1.unref();
    }
  }

  /**
   * Leaves these states; what is found is in the table then. `left` hears after each chunk which
   * states have been left, how many transitions they had and which are stuck; it may end it all.
   */
  leave(
    from: number,
    end: number,
    left: (before: number, transitions: number, stuck: Int32Array) => boolean,
  ): number {
    const { control, chunks, vectors } = this.#shared;
    const size = statesOfChunk(vectors);
    let next = from;
    for (let state = from; state < end; ) {
      for (; next < end && this.#published - this.#oldest < CHUNKS; next += size) {
        this.#publish(next, Math.min(end, next + size));
      }
      const oldest = this.#oldest % CHUNKS;
      if (Atomics.load(control, STATUS + oldest) === DONE) {
        const { about, stuck } = chunks[oldest]!;
        this.#add(oldest);
        state = about[END]!;
        const goesOn = left(state, about[TRANSITIONS]!, stuck.subarray(0, about[STUCK]));
        if (!goesOn) return state;
        continue;
      }
      const chunk = takeReady(control, oldest);
      if (chunk < 0) {
        Atomics.wait(control, STATUS + oldest, TAKEN, 1);
        continue;
      }
      this.#finder.fill(chunks[chunk]!, this.#table.count);
      Atomics.store(control, STATUS + chunk, DONE);
    }
    return end;
  }

  /** The helpers go home. */
  end(): void {
    Atomics.store(this.#shared.control, STOP, 1);
    Atomics.add(this.#shared.control, PUBLISHED, 1);
    Atomics.notify(this.#shared.control, PUBLISHED);
    this.#table.unshare();
  }

  #publish(start: number, end: number): void {
    const { control, chunks } = this.#shared;
    const chunk = this.#published++ % CHUNKS;
    chunks[chunk]!.about[START] = start;
    chunks[chunk]!.about[END] = end;
    Atomics.store(control, STATUS + chunk, READY);
    Atomics.add(control, PUBLISHED, 1);
    Atomics.notify(control, PUBLISHED);
  }

  #add(chunk: number): void {
    const { control, chunks } = this.#shared;
    const batch = this.#remaining[chunk]!;
    batch.count = chunks[chunk]!.about[REMAINING]!;
    this.#table.addAll(batch);
    this.#oldest++;
    Atomics.store(control, STATUS + chunk, FREE);
    Atomics.store(control, KNOWN, this.#table.count);
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
