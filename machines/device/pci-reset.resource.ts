import { setup } from 'xstate';

export const labels = ['reset:begin', 'reset:end'] as const;

/** Whether the device is being reset, by its bus or by itself: nobody may reach it meanwhile. */
export function pciReset() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pci_reset',
    description: 'the device between the beginning and the end of a reset',
    meta: { labels, source: 'pci_reset_bus, pci_try_reset_function, drivers/pci/pci.c, v7.3' },
    initial: 'running',
    states: {
      running: { on: { 'reset:begin': 'resetting' } },
      resetting: {
        description: 'the device lock keeps a second reset out',
        on: { 'reset:begin': 'resetting', 'reset:end': 'running' },
      },
    },
  });
}
