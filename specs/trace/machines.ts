import type { MachineEntry } from 'xstate-check';
import { bufferCall } from '../../machines/trace/buffer-call.procedure.ts';
import { lastPut } from '../../machines/trace/last-put.procedure.ts';
import { leftovers } from '../../machines/trace/leftovers.contract.ts';
import { mappings } from '../../machines/trace/mappings.contract.ts';
import { opened } from '../../machines/trace/opened.contract.ts';
import { section } from '../../machines/trace/section.procedure.ts';
import { walk } from '../../machines/trace/walk.procedure.ts';

/** The machines that say between which lines of a trace a step of the contract lies. */
export const machines: readonly MachineEntry[] = [
  { name: 'section', kind: 'procedure', machine: section() },
  { name: 'walk', kind: 'procedure', machine: walk() },
  { name: 'buffer_call', kind: 'procedure', machine: bufferCall() },
  { name: 'last_put', kind: 'procedure', machine: lastPut() },
  { name: 'mappings', kind: 'contract', machine: mappings() },
  { name: 'leftovers', kind: 'contract', machine: leftovers() },
  { name: 'opened', kind: 'contract', machine: opened() },
];
