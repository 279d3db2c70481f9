import type { Revision } from 'xstate-check';
import { revisions as mappingDesigns } from '../mapping-types/versions.ts';
import { designs as policies } from '../p2p-registration/policy.ts';
import { designs as pageDesigns } from '../page-backed/design.ts';
import { revisions as routes } from '../routes/columns.ts';
import { vmmDesigns } from '../uses/vmm-designs.ts';
import { revisions as drivers } from '../xsk-pool/drivers.ts';
import { proposals, revisions } from './index.ts';

/** History; then the designs of another thing, and what somebody proposes. */
export const listed: readonly Revision[] = [
  ...revisions,
  ...policies,
  ...pageDesigns,
  ...vmmDesigns,
  ...mappingDesigns,
  ...drivers,
  ...routes,
  ...proposals,
];
