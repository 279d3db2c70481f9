import { setup } from 'xstate';

export const labels = [
  'needs_reset.set',
  'needs_reset.clear',
  'needs_reset:true',
  'needs_reset:false',
] as const;

/** Whether a device was closed and not reset since (`vdev->needs_reset`); dev_set->lock protects it. */
export function needsReset() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'needs_reset',
    description: 'struct vfio_pci_core_device: needs_reset',
    meta: { labels, source: 'vfio_pci_core_disable, vfio_pci_dev_set_needs_reset, v7.3' },
    initial: 'clean',
    states: {
      clean: {
        on: {
          'needs_reset:false': 'clean',
          'needs_reset.clear': 'clean',
          'needs_reset.set': 'dirty',
        },
      },
      dirty: {
        on: {
          'needs_reset:true': 'dirty',
          'needs_reset.set': 'dirty',
          'needs_reset.clear': 'clean',
        },
      },
    },
  });
}
