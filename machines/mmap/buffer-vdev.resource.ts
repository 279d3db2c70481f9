import { setup } from 'xstate';

export const labels = ['vdev:set', 'vdev:NULL', 'vdev.clear'] as const;

/** `priv->vdev`: the device that a buffer was exported from, NULL after its cleanup. */
export function bufferVdev() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'buffer_vdev',
    description: 'struct vfio_pci_dma_buf, vdev',
    meta: { labels, source: 'vfio_pci_dma_buf_cleanup, v7.3' },
    initial: 'set',
    states: {
      set: { on: { 'vdev:set': 'set', 'vdev.clear': 'cleared' } },
      cleared: { on: { 'vdev:NULL': 'cleared', 'vdev.clear': 'cleared' } },
    },
  });
}
