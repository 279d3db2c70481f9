import { setup } from 'xstate';

export const labels = ['registered:false', 'registered:true', 'registered.set'] as const;

/** The mark that a BAR is registered, or about to be: read and set. */
export function registeredMark() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'registered',
    description: 'one bit for each BAR in struct vfio_pci_core_device',
    meta: { labels, source: 'derived: where VFIO remembers a registration; the RFC adds one line' },
    initial: 'clear',
    states: {
      clear: { on: { 'registered:false': 'clear', 'registered.set': 'set' } },
      set: { on: { 'registered:true': 'set', 'registered.set': 'set' } },
    },
  });
}
