import type { SystemFamily } from '../../src/system/system.ts';
import { barMmapFamily } from './bar-mmap.system.ts';

export { mmapFaults as faults } from './faults.ts';
export { mmapMachines as machines } from './machines.ts';

/** CPU mappings of dma-bufs, as proposed. */
export const families: readonly SystemFamily[] = [barMmapFamily];
