import type { Revision } from 'xstate-check';
import { mapTypeRevisions } from './map-type.system.ts';
import { pfnRevisions } from './pfn.system.ts';
import { regionRevisions } from './region-export.system.ts';

/** The columns of routes and addresses, beside the versions of the kernel. */
export const revisions: readonly Revision[] = [
  ...mapTypeRevisions,
  ...regionRevisions,
  ...pfnRevisions,
];
