import { setup } from 'xstate';

export const labels = [
  'status:OK',
  'status:TEMP_REVOKED',
  'status:PERM_REVOKED',
  'status.set(OK)',
  'status.set(TEMP_REVOKED)',
  'status.set(PERM_REVOKED)',
] as const;

/** `priv->status` of an exported buffer, which takes the place of `priv->revoked`. */
export function bufferStatus() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'buffer_status',
    description: 'enum vfio_pci_dma_buf_status: OK, TEMP_REVOKED, PERM_REVOKED',
    meta: {
      labels,
      source:
        'Matt Evans, "vfio/pci: Permanently revoke a DMABUF on request" v2 8/9, 2026-05-27, <20260527102319.100128-9-mattev@meta.com>',
    },
    initial: 'ok',
    states: {
      ok: {
        on: {
          'status:OK': 'ok',
          'status.set(OK)': 'ok',
          'status.set(TEMP_REVOKED)': 'temporarily_revoked',
          'status.set(PERM_REVOKED)': 'permanently_revoked',
        },
      },
      temporarily_revoked: {
        on: {
          'status:TEMP_REVOKED': 'temporarily_revoked',
          'status.set(OK)': 'ok',
          'status.set(TEMP_REVOKED)': 'temporarily_revoked',
          'status.set(PERM_REVOKED)': 'permanently_revoked',
        },
      },
      permanently_revoked: {
        on: {
          'status:PERM_REVOKED': 'permanently_revoked',
          'status.set(PERM_REVOKED)': 'permanently_revoked',
          'status.set(OK)': 'revived',
          'status.set(TEMP_REVOKED)': 'revived',
        },
      },
      revived: {
        tags: ['violation'],
        meta: { finding: 'comes back although it was revoked for good' },
        on: {
          'status:OK': 'revived',
          'status.set(OK)': 'revived',
          'status.set(TEMP_REVOKED)': 'temporarily_revoked',
          'status.set(PERM_REVOKED)': 'permanently_revoked',
        },
      },
    },
  });
}
