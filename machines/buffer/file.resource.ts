import { setup } from 'xstate';

export const labels = ['get_file_active:true', 'get_file_active:false', 'fput'] as const;

/**
 * The file of an exported buffer, held open by its owner for as long as the system runs, so that
 * get_file_active() always finds it. Who closes it while others walk the list is another system's.
 */
export function file() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'file',
    description: 'struct file of a dma-buf: get_file_active(&dmabuf->file), fput()',
    meta: { labels, source: 'vfio_pci_dma_buf_move, v7.3', unused: ['get_file_active:false'] },
    initial: 'active',
    states: {
      active: { on: { 'get_file_active:true': 'active', fput: 'active' } },
    },
  });
}
