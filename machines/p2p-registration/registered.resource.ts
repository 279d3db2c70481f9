// Truth: what the rules ask for; nobody has code of it.
import { setup } from 'xstate';

export const labels = ['registered:false', 'registered:true', 'registered.set'] as const;

/** Only a section of memory_lock makes test and set one; nobody clears it, because no BAR is removed here. */
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
