import { cleanupDrains, cleanupNotifies } from './cleanup/v6.19.ts';
import type { Difference } from './design.ts';
import { flagBeforeNotify, nothingIsDrained } from './move/v6.19.ts';
import { armedBeforeFlag } from './move/v7.1-rc.ts';
import { KREF_FIX } from './sources.ts';

/** A revoke notifies and goes on; an un-revoke clears the flag first (M4). */
export const noWaits: Difference = {
  at: ['move', 'cleanup'],
  labels: cleanupNotifies.labels,
  states: { ...nothingIsDrained, ...flagBeforeNotify, ...cleanupNotifies.states },
  defects: ['M4'],
  source:
    'vfio_pci_dma_buf_move, vfio_pci_dma_buf_cleanup, v6.19; before 1a8a5227f229; for the posted ' +
    'series v5 to v9 derived: their changelogs name no change of it',
};

/** Close drains what is revoked already, and the kref is armed late (M6). */
export const drainedTwice: Difference = {
  at: ['move', 'cleanup'],
  labels: cleanupDrains.labels,
  states: { ...armedBeforeFlag, ...cleanupDrains.states },
  defects: ['M6'],
  source: `${KREF_FIX}, which mends it`,
};

/** mmap() of a dma-buf exports under memory_lock, with mmap_lock held (P24). */
export const exportUnderMemoryLock: Difference = {
  instead: { mmap: { listLock: 'memory_lock', bornFrom: 'memory_enabled' } },
  defects: ['P24'],
  source:
    'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v5, 2026-07-15; read as of v2, 2026-05-27, ' +
    '<20260527102319.100128-1-mattev@meta.com>, and of opsound/vfio-dmabuf-lab, nvgrace-v5',
};
