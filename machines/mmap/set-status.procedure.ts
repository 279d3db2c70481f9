import { setup } from 'xstate';

export const labels = [
  'buf.set_status(OK):begin',
  'buf.set_status(OK):end',
  'buf.set_status(TEMP_REVOKED):begin',
  'buf.set_status(TEMP_REVOKED):end',
  'buf.set_status(PERM_REVOKED):begin',
  'buf.set_status(PERM_REVOKED):end',
  'buf.status:OK',
  'buf.status:TEMP_REVOKED',
  'buf.status:PERM_REVOKED',
  'buf.resv.lock',
  'buf.status.set(OK)',
  'buf.status.set(TEMP_REVOKED)',
  'buf.status.set(PERM_REVOKED)',
  'buf.resv.unlock',
  'buf.unmap_mapping_range',
] as const;

/**
 * `vfio_pci_dma_buf_set_status()` of the series that adds mmap() to dma-bufs: revoked for good stays
 * revoked, and what is revoked already is not drained again. Between the status and the CPU mappings
 * the importers are told and waited for, as in vfio_pci_dma_buf_move(); no importer is drawn here.
 */
export function setStatus() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'set_status',
    description: 'vfio_pci_dma_buf_set_status()',
    meta: {
      labels,
      source:
        'Matt Evans, "vfio/pci: Permanently revoke a DMABUF on request" v2 8/9, 2026-05-27, <20260527102319.100128-9-mattev@meta.com>, as of v6',
    },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: {
          'buf.set_status(OK):begin': 'give',
          'buf.set_status(TEMP_REVOKED):begin': 'revoke',
          'buf.set_status(PERM_REVOKED):begin': 'revoke_for_good',
        },
      },
      give: {
        description: 'access comes back',
        initial: 'test',
        states: {
          test: {
            on: {
              'buf.status:OK': 'done',
              'buf.status:TEMP_REVOKED': 'lock',
              'buf.status:PERM_REVOKED': 'done',
            },
          },
          lock: { on: { 'buf.resv.lock': 'set' } },
          set: { on: { 'buf.status.set(OK)': 'unlock' } },
          unlock: { on: { 'buf.resv.unlock': 'done' } },
          done: { on: { 'buf.set_status(OK):end': '#set_status.idle' } },
        },
      },
      revoke: {
        initial: 'test',
        states: {
          test: {
            on: {
              'buf.status:OK': 'lock',
              'buf.status:TEMP_REVOKED': 'done',
              'buf.status:PERM_REVOKED': 'done',
            },
          },
          lock: { on: { 'buf.resv.lock': 'set' } },
          set: { on: { 'buf.status.set(TEMP_REVOKED)': 'unlock' } },
          unlock: { on: { 'buf.resv.unlock': 'unmap' } },
          unmap: { on: { 'buf.unmap_mapping_range': 'done' } },
          done: { on: { 'buf.set_status(TEMP_REVOKED):end': '#set_status.idle' } },
        },
      },
      revoke_for_good: {
        initial: 'test',
        states: {
          test: {
            on: {
              'buf.status:OK': 'lock',
              'buf.status:TEMP_REVOKED': 'upgrade',
              'buf.status:PERM_REVOKED': 'done',
            },
          },
          lock: { on: { 'buf.resv.lock': 'set' } },
          set: { on: { 'buf.status.set(PERM_REVOKED)': 'unlock' } },
          unlock: { on: { 'buf.resv.unlock': 'unmap' } },
          unmap: { on: { 'buf.unmap_mapping_range': 'done' } },
          upgrade: {
            description: 'the buffer is gone already: it is not waited for again',
            initial: 'lock',
            states: {
              lock: { on: { 'buf.resv.lock': 'set' } },
              set: { on: { 'buf.status.set(PERM_REVOKED)': 'unlock' } },
              unlock: { on: { 'buf.resv.unlock': '#set_status.revoke_for_good.done' } },
            },
          },
          done: { on: { 'buf.set_status(PERM_REVOKED):end': '#set_status.idle' } },
        },
      },
    },
  });
}
