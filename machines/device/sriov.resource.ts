import { setup } from 'xstate';

export const labels = [
  'sriov_active.set',
  'sriov_active.clear',
  'pci_enable_sriov:ok',
  'pci_disable_sriov:end',
  'set_power_state(D1)',
  'set_power_state(D1):failed',
  'set_power_state(D2)',
  'set_power_state(D2):failed',
  'set_power_state(D3hot)',
  'set_power_state(D3hot):failed',
] as const;

/**
 * The VFs of a physical function: whether there are any, and `vdev->sriov_active`, by which
 * vfio_pci_set_power_state() refuses anything but D0 with -EBUSY.
 */
export function sriov() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'sriov',
    description: 'struct vfio_pci_core_device: sriov_active; the VFs of the physical function',
    meta: {
      labels,
      source: 'vfio_pci_core_sriov_configure, vfio_pci_set_power_state, v7.3',
    },
    type: 'parallel',
    states: {
      active: {
        initial: 'clear',
        states: {
          clear: {
            on: {
              'sriov_active.set': 'set',
              'sriov_active.clear': 'clear',
              'set_power_state(D1)': 'clear',
              'set_power_state(D2)': 'clear',
              'set_power_state(D3hot)': 'clear',
            },
          },
          set: {
            on: {
              'sriov_active.set': 'set',
              'sriov_active.clear': 'clear',
              'set_power_state(D1):failed': 'set',
              'set_power_state(D2):failed': 'set',
              'set_power_state(D3hot):failed': 'set',
            },
          },
        },
      },
      vfs: {
        initial: 'none',
        states: {
          none: { on: { 'pci_enable_sriov:ok': 'some', 'pci_disable_sriov:end': 'none' } },
          some: { on: { 'pci_disable_sriov:end': 'none', 'pci_enable_sriov:ok': 'some' } },
        },
      },
    },
  });
}
