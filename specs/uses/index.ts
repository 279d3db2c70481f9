import type { SystemFamily } from 'xstate-check';
import { spdkFamilies } from './spdk.system.ts';
import { twoGpusFamily } from './two-gpus.system.ts';
import { vmmFamily } from './vmm.system.ts';
import { vmmAddressFamily } from './vmm-addresses.system.ts';
import { vmmDesigns } from './vmm-designs.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

/** What users build of buffers: their own threads, on the contracts of devices and importers. */
export const families: readonly SystemFamily[] = [
  twoGpusFamily,
  ...spdkFamilies,
  vmmFamily,
  vmmAddressFamily,
];

/** What of them is compared beside the versions of the kernel. */
export const designs = vmmDesigns;
