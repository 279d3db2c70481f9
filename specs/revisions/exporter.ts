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
