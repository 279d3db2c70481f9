import { setup } from 'xstate';

export const labels = ['revoked:true', 'revoked:false', 'revoked.set', 'revoked.clear'] as const;

/** The flag `priv->revoked` of an exported buffer: read, set, cleared. */
export function revoked() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'revoked',
    description: 'struct vfio_pci_dma_buf, u8 revoked : 1',
    meta: { labels, source: 'struct vfio_pci_dma_buf, v7.3' },
    initial: 'clear',
    states: {
      clear: {
        on: { 'revoked:false': 'clear', 'revoked.set': 'set', 'revoked.clear': 'clear' },
      },
      set: {
        on: { 'revoked:true': 'set', 'revoked.set': 'set', 'revoked.clear': 'clear' },
      },
    },
  });
}
