// Truth: what the rules ask for; nobody has code of it.
import { setup } from 'xstate';

export const labels = [
  'mark:free',
  'mark:registering',
  'mark:registered',
  'mark:unregistering',
  'mark.registering',
  'mark.registered',
  'mark.unregistering',
  'mark.free',
  'mark.wait_free',
] as const;

/**
 * What vfio-pci remembers of a BAR: whether it is registered, or on its way there or back, when others
 * who take the memory away wait until it is free.
 */
export function barMark(initially: 'free' | 'registered' = 'free') {
  const writes = {
    'mark.registering': 'registering',
    'mark.registered': 'registered',
    'mark.unregistering': 'unregistering',
    'mark.free': 'free',
  } as const;
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'bar_mark',
    description: 'one state for each BAR in struct vfio_pci_core_device',
    meta: {
      labels,
      source:
        'derived: where VFIO remembers a registration; struct vfio_pci_core_device gets one line in the RFC',
    },
    initial: initially,
    states: {
      free: {
        tags: ['quiescent'],
        on: { 'mark:free': 'free', 'mark.wait_free': 'free', ...writes },
      },
      registering: { on: { 'mark:registering': 'registering', ...writes } },
      registered: {
        tags: ['quiescent'],
        on: { 'mark:registered': 'registered', ...writes },
      },
      unregistering: { on: { 'mark:unregistering': 'unregistering', ...writes } },
    },
  });
}
