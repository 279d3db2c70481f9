import { setup } from 'xstate';

export const labels = ['dev.unregister:begin', 'dev.unregister:ok'] as const;

/** The driver is unbound: vfio_unregister_group_dev() waits for every reference to the device. */
export function unregister() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'unregister',
    description: 'vfio_pci_core_unregister_device(), vfio_unregister_group_dev()',
    meta: {
      labels,
      c: {
        function: 'vfio_unregister_group_dev',
        file: 'drivers/vfio/vfio_main.c',
        entries: [
          {
            begins: 'dev.unregister:begin',
            parameters: { device: '@dev' },
            returns: { 'dev.unregister:ok': 'void' },
          },
        ],
        rows: [
          {
            c: 'vfio_device_put_registration($dev)',
            because: 'it is the reference of the driver, not that of a buffer',
          },
        ],
      },
      source: 'vfio_unregister_group_dev, drivers/vfio/vfio_main.c',
    },
    initial: 'bound',
    states: {
      bound: { tags: ['quiescent'], on: { 'dev.unregister:begin': 'waiting' } },
      waiting: { on: { 'dev.unregister:ok': 'unbound' } },
      unbound: { tags: ['quiescent'] },
    },
  });
}
