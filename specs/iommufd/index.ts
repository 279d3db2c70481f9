import type { SystemFamily } from 'xstate-check';
import { iommufdFamily } from './iommufd.system.ts';

export { faults } from './faults.ts';
export { machines } from './machines.ts';

/** iommufd as an importer. */
export const families: readonly SystemFamily[] = [iommufdFamily];
