import { setup } from 'xstate';

export const labels = [
  'open:ok',
  'begin',
  'revoke',
  'unrevoke',
  'cleanup',
  'memory(off)',
  'memory(on)',
  'power(D3hot)',
  'power(D0)',
  'low_power(enter)',
  'low_power(exit)',
  'reset:ok',
  'reset:failed',
  'bus_reset:ok',
  'bus_reset:-ENOTTY',
  'end',
  'disable',
  'export:ok',
  'release#listed',
] as const;

/**
 * A vfio-pci device and its bracketed section. Whatever changes what its memory does happens while
 * memory_lock is held for writing, and so does whatever happens to its buffers; export and release
 * take the lock for themselves. A device that nobody has open can still be part of a hot reset.
 */
export function device(initially: 'open' | 'closed' = 'closed') {
  const machine = setup({ types: { events: {} as { type: (typeof labels)[number] } } });

  const lockOfClosedDevice = machine.createStateConfig({
    initial: 'free',
    states: {
      free: {
        tags: ['quiescent'],
        meta: { shows: { memory_lock: 'free', open: 'false' } },
        on: {
          begin: 'held',
          'open:ok': {
            target: '#device.open',
            meta: { source: 'vfio_pci_core_enable, v7.3' },
          },
        },
      },
      held: {
        description: 'a sibling resets the bus',
        meta: {
          shows: { memory_lock: 'write', open: 'false' },
          held: { memory_lock: 'for writing' },
        },
        on: {
          'power(D0)': 'held',
          'bus_reset:ok': 'held',
          'bus_reset:-ENOTTY': 'held',
          end: 'free',
        },
      },
    },
  });

  const lockOfOpenDevice = machine.createStateConfig({
    initial: 'free',
    states: {
      free: {
        tags: ['quiescent'],
        meta: { shows: { memory_lock: 'free', open: 'true' } },
        on: {
          begin: 'held',
          'export:ok': {
            target: 'free',
            meta: { source: 'vfio_pci_core_feature_dma_buf, v7.3' },
          },
          'release#listed': {
            target: 'free',
            meta: { source: 'vfio_pci_dma_buf_release, v7.3' },
          },
          disable: {
            target: '#device.closed',
            meta: { source: 'vfio_pci_core_disable, v7.3' },
          },
        },
      },
      held: {
        meta: {
          shows: { memory_lock: 'write', open: 'true' },
          held: { memory_lock: 'for writing' },
        },
        on: {
          revoke: { target: 'held', meta: { source: 'vfio_pci_dma_buf_move(true), v7.3' } },
          unrevoke: { target: 'held', meta: { source: 'vfio_pci_dma_buf_move(false), v7.3' } },
          cleanup: { target: 'held', meta: { source: 'vfio_pci_dma_buf_cleanup, v7.3' } },
          'memory(off)': { target: 'held', meta: { source: 'vfio_basic_config_write, v7.3' } },
          'memory(on)': { target: 'held', meta: { source: 'vfio_basic_config_write, v7.3' } },
          'power(D3hot)': {
            target: 'held',
            meta: { source: 'vfio_lock_and_set_power_state, v7.3' },
          },
          'power(D0)': { target: 'held', meta: { source: 'vfio_pci_set_power_state, v7.3' } },
          'low_power(enter)': {
            target: 'held',
            meta: { source: 'vfio_pci_runtime_pm_entry, v7.3' },
          },
          'low_power(exit)': { target: 'held', meta: { source: 'vfio_pci_runtime_pm_exit, v7.3' } },
          'reset:ok': { target: 'held', meta: { source: 'vfio_pci_ioctl_reset, v7.3' } },
          'reset:failed': { target: 'held', meta: { source: 'vfio_pci_ioctl_reset, v7.3' } },
          'bus_reset:ok': { target: 'held', meta: { source: 'vfio_pci_dev_set_hot_reset, v7.3' } },
          'bus_reset:-ENOTTY': {
            target: 'held',
            meta: { source: 'vfio_pci_dev_set_hot_reset, v7.3' },
          },
          end: 'free',
        },
      },
    },
  });

  return machine.createMachine({
    id: 'device',
    description:
      'struct vfio_pci_core_device: closed or open, memory_lock free or held for writing',
    meta: { labels, source: 'drivers/vfio/pci/vfio_pci_core.c, v7.3' },
    initial: initially,
    states: { closed: lockOfClosedDevice, open: lockOfOpenDevice },
  });
}
