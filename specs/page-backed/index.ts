import type { SystemFamily } from 'xstate-check';
import { pageBackedFamily, pageOwnersFamily } from './page-backed.system.ts';

export { designs } from './design.ts';
export { pageFaults as faults } from './faults.ts';
export { pageFindings as findings } from './findings.ts';
export { pageMachines as machines } from './machines.ts';

/** Dma-bufs of BARs that have struct pages: the alternative of the RFC, and what it would take. */
export const families: readonly SystemFamily[] = [pageBackedFamily, pageOwnersFamily];
