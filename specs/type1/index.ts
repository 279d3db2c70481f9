import type { SystemFamily } from 'xstate-check';
import { iommufdLifetimeFamily, type1LifetimeFamily } from './lifetime.system.ts';
import { mapFamily } from './map.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

/** What reaches a BAR by DMA, before dma-bufs and with them. */
export const families: readonly SystemFamily[] = [
  type1LifetimeFamily,
  iommufdLifetimeFamily,
  mapFamily,
];
