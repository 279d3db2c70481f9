import type { Difference } from './design.ts';
import { KREF_FIX, MMAP_V4, SRIOV_FIX, V1_REVIEW } from './sources.ts';

/** A revoke notifies and goes on; an un-revoke clears the flag first (M4). */
export const noWaits: Difference = {
  instead: {
    move: { drain: 'nothing', restore: 'flag_then_notify' },
    cleanup: { drain: 'notify' },
  },
  defects: ['M4'],
  source:
    'vfio_pci_dma_buf_move, vfio_pci_dma_buf_cleanup, v6.19; before 1a8a5227f229; for the posted ' +
    'series v5 to v9 derived: their changelogs name no change of it',
};

/** The device is disabled before its buffers are cleaned up (M5). */
export const deviceFirst: Difference = {
  instead: { close: { first: 'device' } },
  defects: ['M5'],
  source: 'vfio_pci_core_close_device before d97708701434 (CVE-2026-53322); so in v1 already',
};

/** Close drains what is revoked already, and the kref is armed late (M6). */
export const drainedTwice: Difference = {
  instead: { move: { rearm: 'before_flag' }, cleanup: { drain: 'inline' } },
  defects: ['M6'],
  source: `${KREF_FIX}, which mends it`,
};

/** An un-revoke tells nobody. */
export const silentUnrevoke: Difference = {
  instead: { move: { restore: 'flag_only' } },
  defects: ['O5-silent'],
  source: `${MMAP_V4}: v4 "un-revoke no longer calls invalidate"`,
};

/** A function level reset revokes twice and gives nothing back (P1). */
export const functionResetRevokesAgain: Difference = {
  instead: { functionReset: { afterwards: 'revoke_again' } },
  defects: ['P1'],
  source: `${V1_REVIEW}: "@revoked true -> true seems wrong"`,
};

/** The VFs of a PF, and with them their drivers, come under memory_lock (M18). */
export const sriovUnderMemoryLock: Difference = {
  instead: { sriov: { enable: 'under_memory_lock' } },
  defects: ['M18'],
  source: `${SRIOV_FIX}, v7.2, which mends it`,
};

/** mmap() of a dma-buf exports under memory_lock, with mmap_lock held (P24). */
export const exportUnderMemoryLock: Difference = {
  instead: { mmap: { listLock: 'memory_lock', bornFrom: 'memory_enabled' } },
  defects: ['P24'],
  source:
    'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v5, 2026-07-15; read as of v2, 2026-05-27, ' +
    '<20260527102319.100128-1-mattev@meta.com>, and of opsound/vfio-dmabuf-lab, nvgrace-v5',
};
