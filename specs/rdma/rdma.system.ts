import { importersFamily } from '../importers/importers.system.ts';
import { since } from '../revisions/index.ts';

/** Pinned importers that can revoke came with v7.1. */
const PINNED_REVOCABLE = since('7.1-rc');

export const rdmaFamily = importersFamily(
  'rdma',
  'a revocable RDMA memory region on a buffer while it is revoked and given back',
  { rdma: 1 },
  { rdma: 2 },
  ['attach', 'pin', 'register'],
  ['mapping'],
  PINNED_REVOCABLE,
);

export const rdmaPinnedFamily = importersFamily(
  'rdma-pinned',
  'an RDMA memory region that cannot be revoked on a buffer that is',
  { rdma_pinned: 1 },
  { rdma_pinned: 1, in_callback: 1 },
  ['attach', 'pin', 'register'],
  ['mapping'],
);
