import type { MachineEntry } from 'xstate-check';
import { bufferCall } from '../../machines/traces/buffer-call.procedure.ts';
import { lastPut } from '../../machines/traces/last-put.procedure.ts';
import { leftovers } from '../../machines/traces/leftovers.contract.ts';
import { mappings } from '../../machines/traces/mappings.contract.ts';
import { opened } from '../../machines/traces/opened.contract.ts';
import { section } from '../../machines/traces/section.procedure.ts';
import { walk } from '../../machines/traces/walk.procedure.ts';
import { entry } from '../shared/entry.ts';

/** The machines that say between which lines of a trace a step of the contract lies. */
export const machines: readonly MachineEntry[] = [
  entry('procedure', section()),
  entry('procedure', walk()),
  entry('procedure', bufferCall()),
  entry('procedure', lastPut()),
  entry('contract', mappings()),
  entry('contract', leftovers()),
  entry('contract', opened()),
];
