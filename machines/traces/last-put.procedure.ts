import { setup } from 'xstate';

export const labels = [
  'enters',
  'closing',
  'release#listed',
  'release#cleaned',
  'vfio_pci_dma_buf_release',
  'down_write#release',
  'put_registration',
] as const;

/**
 * A task that drops the last reference of a dma-buf's file. From then on the walks over the list
 * skip the buffer (get_file_active() fails), although it is taken off only in
 * vfio_pci_dma_buf_release(); the trace shows the latter. A buffer that is on the list then (its
 * `vdev` is set) takes memory_lock and puts its registration; one that was cleaned up does neither.
 */
export function lastPut() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'last_put',
    description: 'the last fput() of a dma-buf, and vfio_pci_dma_buf_release()',
    meta: { labels, source: 'vfio_pci_dma_buf_release, get_file_active in the walks, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { enters: 'idle', closing: 'closing' } },
      closing: {
        on: {
          enters: 'closing',
          'release#listed': 'released_listed',
          'release#cleaned': 'released_cleaned',
        },
      },
      released_listed: {
        on: { enters: 'released_listed', vfio_pci_dma_buf_release: 'unlinking' },
      },
      released_cleaned: { on: { enters: 'released_cleaned', vfio_pci_dma_buf_release: 'idle' } },
      unlinking: { on: { 'down_write#release': 'unlinking', put_registration: 'idle' } },
    },
  });
}
