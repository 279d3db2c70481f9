import type { OutsideTable } from '../../src/source/outside.ts';

/** Functions that touch a buffer's state, or take a lock that rules speak of, without a machine. */
export const outside: OutsideTable = {
  files: [
    'drivers/vfio/pci/vfio_pci_dmabuf.c',
    'drivers/vfio/pci/vfio_pci_core.c',
    'drivers/vfio/pci/vfio_pci_config.c',
  ],
  touches: ['.revoked', '.kref', '.phys_vec', '.memory_lock', 'dma_resv_lock', '.dmabufs'],
  known: {},
};
