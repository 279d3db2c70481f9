import { bufferCall } from '../../machines/traces/buffer-call.procedure.ts';
import { lastPut } from '../../machines/traces/last-put.procedure.ts';
import { leftovers } from '../../machines/traces/leftovers.contract.ts';
import { mappings } from '../../machines/traces/mappings.contract.ts';
import { opened } from '../../machines/traces/opened.contract.ts';
import { section } from '../../machines/traces/section.procedure.ts';
import { walk } from '../../machines/traces/walk.procedure.ts';
import type { MachineEntry } from '../../src/catalogue/catalogue.ts';

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
