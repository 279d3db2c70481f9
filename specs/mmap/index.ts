import type { SystemFamily } from 'xstate-check';
import { barMmapFamily } from './bar-mmap.system.ts';
import { nvgraceReadFamily } from './nvgrace-read.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

/** CPU mappings of dma-bufs, as proposed; what copies to user space under memory_lock. */
export const families: readonly SystemFamily[] = [barMmapFamily, nvgraceReadFamily];
