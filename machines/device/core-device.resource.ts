import { setup } from 'xstate';

export const labels = ['init_rwsem(memory_lock)', 'memory_lock.down_write'] as const;

/** The locks of a `struct vfio_pci_core_device`, which are zeroed memory until they are made. */
export function coreDevice() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'core_device',
    description: 'struct vfio_pci_core_device: init_rwsem(&vdev->memory_lock), xa_init(&vdev->ctx)',
    meta: { labels, source: 'vfio_pci_core_init_dev, v7.3' },
    initial: 'zeroed',
    states: {
      zeroed: {
        on: {
          'init_rwsem(memory_lock)': 'initialised',
          'memory_lock.down_write': 'used_uninitialised',
        },
      },
      initialised: { on: { 'memory_lock.down_write': 'initialised' } },
      used_uninitialised: {
        tags: ['violation'],
        meta: { finding: 'has no memory_lock yet: the lock is taken before init_rwsem()' },
        on: { 'memory_lock.down_write': 'used_uninitialised' },
      },
    },
  });
}
