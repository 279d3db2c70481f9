// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = ['empty:true', 'empty:false', 'list_add'] as const;

/** `vdev->dmabufs`, as far as one BAR is concerned: nothing of it is exported, or something is. */
export function dmabufs() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'dmabufs',
    description: 'the DMABUFs on vdev->dmabufs that have a range in the BAR',
    meta: { labels, source: 'struct vfio_pci_core_device, v7.3' },
    initial: 'empty',
    states: {
      empty: { on: { 'empty:true': 'empty', list_add: 'some' } },
      some: { on: { 'empty:false': 'some', list_add: 'some' } },
    },
  });
}
