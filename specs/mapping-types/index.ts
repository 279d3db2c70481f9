import type { SystemFamily } from 'xstate-check';
import { typedAttachmentFamily } from './typed-attachment.system.ts';

export { faults } from './faults.ts';
export { findings } from './findings.ts';
export { machines } from './machines.ts';

/** How an importer and an exporter agree on what a mapping is. */
export const families: readonly SystemFamily[] = [typedAttachmentFamily];
