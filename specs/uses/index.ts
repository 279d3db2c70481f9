import type { SystemFamily } from 'xstate-check';
import { spdkFamilies } from './spdk.system.ts';
import { twoGpusFamily } from './two-gpus.system.ts';
import { vmmFamily } from './vmm.system.ts';
import { vmmAddressFamily } from './vmm-addresses.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';
export { vmmDesigns as designs } from './vmm-designs.ts';

/** What users build of buffers: their own threads, on the contracts of devices and importers. */
export const families: readonly SystemFamily[] = [
  twoGpusFamily,
  ...spdkFamilies,
  vmmFamily,
  vmmAddressFamily,
];
