import type { SystemFamily } from 'xstate-check';
import { rdmaFamily, rdmaPinnedFamily } from './rdma.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

/** RDMA memory regions on a buffer. */
export const families: readonly SystemFamily[] = [rdmaFamily, rdmaPinnedFamily];
