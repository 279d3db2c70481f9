import { setup } from 'xstate';

export const labels = ['pdev.use', 'vdev.use', 'vdev.clear'] as const;

/** How a buffer comes to its PCI device: by a reference of its own, or by `priv->vdev`, which goes. */
export function exporterPdev() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'exporter_pdev',
    description: 'priv->pdev, priv->vdev of struct vfio_pci_dma_buf',
    meta: { labels, source: 'vfio_pci_dma_buf_cleanup, v7.3: priv->vdev = NULL; the review of 16' },
    initial: 'owned',
    states: {
      owned: {
        tags: ['quiescent'],
        on: { 'pdev.use': 'owned', 'vdev.use': 'owned', 'vdev.clear': 'orphan' },
      },
      orphan: {
        tags: ['quiescent'],
        on: { 'pdev.use': 'orphan', 'vdev.use': 'dereferenced_null', 'vdev.clear': 'orphan' },
      },
      dereferenced_null: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is reached through priv->vdev, which is NULL after the last close' },
        on: {
          'pdev.use': 'orphan',
          'vdev.use': 'dereferenced_null',
          'vdev.clear': 'dereferenced_null',
        },
      },
    },
  });
}
