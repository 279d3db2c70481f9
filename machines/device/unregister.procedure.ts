import { setup } from 'xstate';

export const labels = ['dev.unregister:begin', 'dev.unregister:ok'] as const;

/** The driver is unbound: vfio_unregister_group_dev() waits for every reference to the device. */
export function unregister() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'unregister',
    description: 'vfio_pci_core_unregister_device(), vfio_unregister_group_dev()',
    meta: { labels, source: 'vfio_unregister_group_dev, drivers/vfio/vfio_main.c' },
    initial: 'bound',
    states: {
      bound: { tags: ['quiescent'], on: { 'dev.unregister:begin': 'waiting' } },
      waiting: { on: { 'dev.unregister:ok': 'unbound' } },
      unbound: { tags: ['quiescent'] },
    },
  });
}
