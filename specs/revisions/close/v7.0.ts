import type { Difference } from '../design.ts';

/** Up to v7.0: the device is disabled before its buffers are cleaned up (M5). */
export const deviceFirst: Difference = {
  at: ['close'],
  states: {
    'close.lock_set': { on: { 'dev_set.lock.mutex_lock': 'disable' } },
    'close.disabling': { on: { 'dev.core_disable:end': 'cleanup' } },
    'close.cleaning_up': { on: { 'dev.cleanup:end': 'count' } },
  },
  defects: ['M5'],
  source: 'vfio_pci_core_close_device before d97708701434 (CVE-2026-53322); so in v1 already',
};
