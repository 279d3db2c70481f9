import type { AnyStateMachine } from 'xstate';
import { invalidateMappings } from '../../machines/dma-buf/invalidate-mappings.procedure.ts';
import { release } from '../../machines/dma-buf/release.procedure.ts';
import { attach } from '../../machines/importer/attach.procedure.ts';
import { detach } from '../../machines/importer/detach.procedure.ts';
import { invalidateListed } from '../../machines/importer/invalidate-listed.procedure.ts';
import type { AcceptedDifference } from '../../src/source/judge-source.ts';
import { base } from '../revisions/index.ts';

const SIZES = [1, 2, 3];

/** The procedures of dma-buf, the importers, iommufd and RDMA that are held against their C. */
export const importerMachines: readonly AnyStateMachine[] = [
  attach('revocable', base.attach),
  attach('no_callback', base.attach),
  attach('not_p2p', base.attach),
  detach(),
  ...[0, ...SIZES].map((attachments) => invalidateMappings(attachments)),
  ...SIZES.map((attachments) => invalidateListed(attachments)),
  release(),
];

/** Members that lead from an importer's objects to others. */
export const importerLeads: Readonly<Record<string, string>> = { 'att.dmabuf': '@buf' };

/** Where these machines and the C part, and why. */
export const importerDifferences: readonly AcceptedDifference[] = [];
