import type { OutsideTable } from 'xstate-check/kernel';

/** Functions that touch a buffer's state, or take a lock that rules speak of, without a machine. */
export const outside: OutsideTable = {
  files: [
    'drivers/vfio/pci/vfio_pci_dmabuf.c',
    'drivers/vfio/pci/vfio_pci_core.c',
    'drivers/vfio/pci/vfio_pci_config.c',
  ],
  touches: ['.revoked', '.kref', '.phys_vec', '.memory_lock', 'dma_resv_lock', '.dmabufs'],
  known: {
    vfio_pci_core_feature_dma_buf: 'the export: its machine is not compared with the C yet',
    vfio_pci_set_power_state: 'asserts that memory_lock is held, and is a step of its callers',
    vfio_pci_memory_lock_and_enable:
      'sets the memory bit for an access to MSI-X, under memory_lock; no buffer is looked at',
    vfio_pci_memory_unlock_and_restore: 'the other half of vfio_pci_memory_lock_and_enable()',
    vfio_pci_core_init_dev: 'makes the lock and the list before anybody can take them',
  },
};
