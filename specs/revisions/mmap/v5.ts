import type { Difference } from '../design.ts';

/** A new buffer is born as the device is (v7.3, and the series up to v5). */
const bornAsEnabled = {
  'bar_mmap.test': {
    on: { 'dev.memory_enabled:true': 'born_ok', 'dev.memory_enabled:false': 'born_revoked' },
  },
} satisfies Difference['states'];

const askedOfDevice = ['buf.resv.lock', 'dev.memory_enabled:true', 'dev.memory_enabled:false'];

/** The test of v5 under the lock of v6: nobody keeps whether the BARs are revoked. */
export const bornFromMemoryEnabled = {
  labels: { bar_mmap: askedOfDevice },
  states: bornAsEnabled,
  steps: {
    'revoke_bars.revoke.lock': { on: { 'dev.dmabuf_lock.down_write': 'walk' } },
    'revoke_bars.revoke.shadow': null,
    'revoke_bars.unrevoke.lock': { on: { 'dev.dmabuf_lock.down_write': 'walk' } },
    'revoke_bars.unrevoke.shadow': null,
  },
} satisfies Pick<Difference, 'labels' | 'states' | 'steps'>;

/** A walk of the list under memory_lock, which whoever calls holds. */
const underMemoryLock = (walk: 'revoke' | 'unrevoke') => ({
  [`revoke_bars.${walk}`]: { initial: 'walk' },
  [`revoke_bars.${walk}.lock`]: null,
  [`revoke_bars.${walk}.shadow`]: null,
});
const nothingToUnlock = (next: string) => ({ always: next });

/** mmap() of a dma-buf exports under memory_lock, with mmap_lock held (P24). */
export const exportUnderMemoryLock: Difference = {
  at: ['mmap'],
  labels: {
    bar_mmap: [
      'mm.mmap_lock.down_write',
      'dev.memory_lock.down_write',
      ...askedOfDevice,
      'dev.dmabuf_lock.up_write',
      'dev.memory_lock.up_write',
    ],
    revoke_dma_buf: [
      'buf.revoke_dma_buf:begin',
      'dev.memory_lock.down_write',
      'dev.memory_lock.up_read',
      'dev.memory_lock.up_write',
    ],
  },
  states: {
    ...bornAsEnabled,
    'bar_mmap.lock_list': 'gone',
    'bar_mmap.lock_device': { on: { 'dev.memory_lock.down_write': 'lock_resv' } },
    'bar_mmap.unlock_list': { on: { 'dev.memory_lock.up_write': 'unlock_mm' } },
    'revoke_bars.revoke.unlock': nothingToUnlock('done'),
    'revoke_bars.unrevoke.unlock': nothingToUnlock('done'),
    'cleanup_of_series.unlock_list': nothingToUnlock('unlock'),
    'revoke_dma_buf.lock': {
      description: 'as every revoke',
      on: { 'dev.memory_lock.down_write': 'test' },
    },
    'revoke_dma_buf.lock_list': 'gone',
    'revoke_dma_buf.leave.unlock': { on: { 'dev.memory_lock.up_write': 'return' } },
    'revoke_dma_buf.leave_revoked.unlock': { on: { 'dev.memory_lock.up_write': 'return' } },
  },
  steps: {
    'bar_mmap.lock_mm': { on: { 'mm.mmap_lock.down_write': 'lock_device' } },
    ...underMemoryLock('revoke'),
    ...underMemoryLock('unrevoke'),
    'cleanup_of_series.revoking': { on: { 'dev.move(true):end': 'walk' } },
    'cleanup_of_series.lock_list': null,
    'revoke_dma_buf.leave': { initial: 'unlock' },
    'revoke_dma_buf.leave.unlock_list': null,
    'revoke_dma_buf.leave_revoked': { initial: 'unlock' },
    'revoke_dma_buf.leave_revoked.unlock_list': null,
    'dma_buf_fault.insert.lock': { on: { 'dev.memory_lock.down_read': 'test' } },
    'dma_buf_fault.insert.lock_list': null,
    'dma_buf_fault.insert.leave': { initial: 'unlock' },
    'dma_buf_fault.insert.leave.unlock_list': null,
    'dma_buf_fault.insert.leave_sigbus': { initial: 'unlock' },
    'dma_buf_fault.insert.leave_sigbus.unlock_list': null,
  },
  defects: ['P24'],
  source:
    'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v5, 2026-07-15; read as of v2, 2026-05-27, ' +
    '<20260527102319.100128-1-mattev@meta.com>, and of opsound/vfio-dmabuf-lab, nvgrace-v5',
};
