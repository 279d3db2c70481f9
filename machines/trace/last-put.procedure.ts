import { setup } from 'xstate';

export const labels = ['closing', 'release', 'vfio_pci_dma_buf_release'] as const;

/**
 * A task that drops the last reference of a dma-buf's file. From then on the walks over the list
 * skip the buffer (get_file_active() fails), although it is taken off only in
 * vfio_pci_dma_buf_release(); the trace shows the latter.
 */
export function lastPut() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'last_put',
    description: 'the last fput() of a dma-buf, and vfio_pci_dma_buf_release()',
    meta: { labels, source: 'vfio_pci_dma_buf_release, get_file_active in the walks, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { closing: 'closing' } },
      closing: { on: { release: 'released' } },
      released: { on: { vfio_pci_dma_buf_release: 'idle' } },
    },
  });
}
