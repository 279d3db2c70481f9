import type { SystemFamily } from 'xstate-check';
import { barMmapFamily } from './bar-mmap.system.ts';
import { nvgraceReadFamily } from './nvgrace-read.system.ts';

export { mmapFaults as faults } from './faults.ts';
export { mmapFindings as findings } from './findings.ts';
export { mmapMachines as machines } from './machines.ts';

/** CPU mappings of dma-bufs, as proposed; what copies to user space under memory_lock. */
export const families: readonly SystemFamily[] = [barMmapFamily, nvgraceReadFamily];
