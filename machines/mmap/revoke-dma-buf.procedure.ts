import { setup } from 'xstate';

export const labels = [
  'buf.revoke_dma_buf:begin',
  'dev.memory_lock.down_read',
  'dev.dmabuf_lock.down_write',
  'buf.status:OK',
  'buf.status:TEMP_REVOKED',
  'buf.status:PERM_REVOKED',
  'buf.set_status(PERM_REVOKED):begin',
  'buf.set_status(PERM_REVOKED):end',
  'dev.dmabuf_lock.up_write',
  'dev.memory_lock.up_read',
  'buf.revoke_dma_buf:ok',
  'buf.revoke_dma_buf:-EBADFD',
] as const;

/** A buffer is revoked for good on request, once: VFIO_DEVICE_FEATURE_DMA_BUF_REVOKE. */
export function revokeDmaBuf() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'revoke_dma_buf',
    description: 'vfio_pci_core_feature_dma_buf_revoke()',
    meta: {
      labels,
      source:
        'Matt Evans, "vfio/pci: Permanently revoke a DMABUF on request" v2 8/9, 2026-05-27, <20260527102319.100128-9-mattev@meta.com>; as of v6: memory_lock for reading, dmabuf_lock for writing',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'buf.revoke_dma_buf:begin': 'lock' } },
      lock: {
        description:
          'so that no hot reset takes the device and waits, with the others, for this drain',
        on: { 'dev.memory_lock.down_read': 'lock_list' },
      },
      lock_list: { on: { 'dev.dmabuf_lock.down_write': 'test' } },
      test: {
        on: {
          'buf.status:OK': 'set',
          'buf.status:TEMP_REVOKED': 'set',
          'buf.status:PERM_REVOKED': 'leave_revoked',
        },
      },
      set: { on: { 'buf.set_status(PERM_REVOKED):begin': 'setting' } },
      setting: { on: { 'buf.set_status(PERM_REVOKED):end': 'leave' } },
      leave: {
        initial: 'unlock_list',
        states: {
          unlock_list: { on: { 'dev.dmabuf_lock.up_write': 'unlock' } },
          unlock: { on: { 'dev.memory_lock.up_read': 'return' } },
          return: { on: { 'buf.revoke_dma_buf:ok': '#revoke_dma_buf.idle' } },
        },
      },
      leave_revoked: {
        initial: 'unlock_list',
        states: {
          unlock_list: { on: { 'dev.dmabuf_lock.up_write': 'unlock' } },
          unlock: { on: { 'dev.memory_lock.up_read': 'return' } },
          return: { on: { 'buf.revoke_dma_buf:-EBADFD': '#revoke_dma_buf.idle' } },
        },
      },
    },
  });
}
