import { setup } from 'xstate';

export const labels = ['listed:true', 'listed:false', 'list_add', 'list_del'] as const;

/**
 * Whether a buffer is on its device's list (`vdev->dmabufs`), which memory_lock protects: export
 * puts it there, and either release or the cleanup of the device takes it off, not both.
 *
 * @param initially - `off` where the system starts before the export
 */
export function listed(initially: 'on' | 'off' = 'on') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'listed',
    description: 'priv->dmabufs_elm on vdev->dmabufs',
    meta: {
      labels,
      source:
        'vfio_pci_core_feature_dma_buf, vfio_pci_dma_buf_cleanup, vfio_pci_dma_buf_release, v7.3',
    },
    initial: initially,
    states: {
      on: {
        on: { 'listed:true': 'on', list_del: 'off', list_add: 'added_twice' },
      },
      off: {
        on: { 'listed:false': 'off', list_add: 'on', list_del: 'deleted_twice' },
      },
      added_twice: {
        tags: ['violation'],
        meta: { finding: 'is put on vdev->dmabufs twice: the list is corrupt' },
        on: { 'listed:true': 'on', list_add: 'added_twice', list_del: 'off' },
      },
      deleted_twice: {
        tags: ['violation'],
        meta: { finding: 'is taken off vdev->dmabufs twice' },
        on: { 'listed:false': 'off', list_add: 'on', list_del: 'deleted_twice' },
      },
    },
  });
}
