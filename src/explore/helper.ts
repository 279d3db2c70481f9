import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import {
  DONE,
  Finder,
  KNOWN,
  PUBLISHED,
  READY,
  type Shared,
  STATUS,
  STOP,
  takeReady,
  VERSION,
} from './chunks.ts';
import { Moves } from './moves.ts';
import type { Movers } from './packing.ts';
import { type SharedView, StateTable } from './state-table.ts';

/** What a helper thread is started with. */
export interface HelperData {
  readonly movers: Movers;
  readonly shared: Shared;
  /** Where the table's arrays come from, each time they have moved. */
  readonly port: MessagePort;
}

const PATIENCE = 20;

help(workerData as HelperData);

function help({ movers, shared, port }: HelperData): void {
  const { control, chunks, words, vectors } = shared;
  const table = new StateTable(words);
  const finder = new Finder(new Moves(movers), table, vectors);
  let version = 0;
  while (Atomics.load(control, STOP) === 0) {
    const published = Atomics.load(control, PUBLISHED);
    const chunk = takeReady(control, 0);
    if (chunk < 0) {
      Atomics.wait(control, PUBLISHED, published, PATIENCE);
      continue;
    }
    try {
      // In this order: where these states are was said before they were counted.
      const known = Atomics.load(control, KNOWN);
      for (const last = Atomics.load(control, VERSION); version < last; version++) {
        table.view((receiveMessageOnPort(port) as { message: SharedView }).message);
      }
      finder.fill(chunks[chunk]!, known);
    } catch (error) {
      // Somebody else may do it.
      Atomics.store(control, STATUS + chunk, READY);
      Atomics.notify(control, STATUS + chunk);
      throw error;
    }
    Atomics.store(control, STATUS + chunk, DONE);
    Atomics.notify(control, STATUS + chunk);
  }
  port.close();
}
