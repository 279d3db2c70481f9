import type { SystemFamily } from 'xstate-check';
import { poolSwapFamily } from './pool-swap.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

/** How a driver swaps the buffers of a queue for those of an AF_XDP pool. */
export const families: readonly SystemFamily[] = [poolSwapFamily];
