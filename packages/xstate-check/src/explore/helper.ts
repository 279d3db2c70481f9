import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Moves } from './moves.ts';
import type { Movers } from './packing.ts';
import { Round, type RoundMemory } from './round.ts';
import { StateTable, type TableArrays } from './state-table.ts';
import { type Control, fail, finish, itemOf, taskOf, VERSION, waitForItem } from './tasks.ts';

/** What a helper thread is started with. */
export interface HelperData {
  readonly movers: Movers;
  readonly words: number;
  readonly memory: RoundMemory;
  readonly control: Control;
  /** Where the table's arrays come from, each time they have moved. */
  readonly port: MessagePort;
}

help(workerData as HelperData);

function help({ movers, words, memory, control, port }: HelperData): void {
  const table = new StateTable(words);
  const round = new Round(memory, table, new Moves(movers));
  let version = 0;
  for (let taken = waitForItem(control); taken >= 0; taken = waitForItem(control)) {
    try {
      for (const last = Atomics.load(control, VERSION); version < last; version++) {
        table.view((receiveMessageOnPort(port) as { message: TableArrays }).message);
      }
      round.do(taskOf(taken), itemOf(taken));
    } catch (error) {
      fail(control);
      throw error;
    }
    finish(control);
  }
}
