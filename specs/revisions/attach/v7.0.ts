import type { Difference } from '../design.ts';

/** Any importer with peer2peer attaches, also one that cannot be told to stop. */
export const anyImporter: Difference = {
  at: ['attach'],
  steps: {
    'attach.revoked': {
      on: { 'buf.revoked:false': { target: 'lock', meta: { commits: 'att.attach:ok' } } },
    },
    'attach.revocable': null,
  },
  defects: ['M2'],
  source: 'vfio_pci_dma_buf_attach before 61ceaf236115',
};
