import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import type { HelperData } from './helper.ts';
import { Moves } from './moves.ts';
import type { Movers } from './packing.ts';
import { memoryFor, Round } from './round.ts';
import { type Left, Rounds } from './rounds.ts';
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
  import.meta.url.endsWith('.ts') ? '../../dist/explore/helper.js' : './helper.js',
  import.meta.url,
);

export const canHaveHelpers = (): boolean => existsSync(fileURLToPath(HELPER));

/** The main thread of an exploration and its helpers. What they do together is said in round.ts. */
export class Crew {
  readonly #table: StateTable;
  readonly #round: Round;
  readonly #rounds: Rounds;
  readonly #control = newControl();
  readonly #ports: readonly MessagePort[];

  constructor(table: StateTable, movers: Movers, helpers: number) {
    table.share();
    const moves = new Moves(movers);
    const memory = memoryFor(table.words, moves.most);
    this.#table = table;
    this.#round = new Round(memory, table, moves);
    this.#rounds = new Rounds(table, memory, {
      do: (task, items) => this.#do(task, items),
      tellArrays: () => this.#tellArrays(),
    });
    this.#ports = Array.from({ length: helpers }, () => {
      const { port1, port2 } = new MessageChannel();
      const workerData: HelperData = {
        movers: plain(movers),
        words: table.words,
        memory,
        control: this.#control,
        port: port2,
      };
      const worker = new Worker(HELPER, { workerData, transferList: [port2], execArgv: [] });
      worker.unref();
      port1.unref();
      return port1;
    });
    this.#tellArrays();
  }

  /** As `Rounds.leave`. */
  leave(from: number, end: number): Left {
    return this.#rounds.leave(from, end);
  }

  /** The helpers go home. */
  end(): void {
    stop(this.#control);
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
