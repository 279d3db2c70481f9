import { setup } from 'xstate';

export const labels = ['page_backed:true', 'page_backed:false', 'page_backed.set'] as const;

/** The bit of a BAR in `vdev->p2p_page_backed_bars`: that it has pages. */
export function backedBar() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'backed_bar',
    description: 'vdev->p2p_page_backed_bars & BIT(bar)',
    meta: {
      labels,
      source:
        'vfio_pci_dma_buf_alloc_struct_pages, pran005/linux vfio_pci_dmabuf.c@f4500bece98c, derived: which posting it belongs to',
    },
    initial: 'clear',
    states: {
      clear: { on: { 'page_backed:false': 'clear', 'page_backed.set': 'set' } },
      set: { on: { 'page_backed:true': 'set', 'page_backed.set': 'set' } },
    },
  });
}
