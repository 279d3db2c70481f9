import type { Finding } from 'xstate-check';
import { QEMU } from './vmm-designs.ts';

/** What a VMM meets, with the kernel as it is and QEMU as it was read. */
export const vmmFindings: readonly Finding[] = [
  {
    id: 'D-03-hot-reset',
    system: 'vmm-regions',
    revision: 'vmm-remaps',
    property: 'mapped-when-decoding',
    scope: { regions: 1, d3hot: 0, low_power: 0, others: 1 },
    claim:
      'a hot reset by another owner of the slot leaves every mapping of a VMM dead while its guest has the BARs enabled: memory is on, the buffer is live again, MAP_FILE would answer 0, and nothing tells the VMM. It makes no call that returns, no eventfd is signalled, and IOMMU_IOAS_UNMAP answers 0 of a dead mapping as of any other. Weak: who resets a slot has to own all of it, so that VMM and other owner are of one mind, or one process',
    source:
      'iopt_revoke_notify, vfio_pci_dev_set_hot_reset, iommufd_ioas_unmap, v7.3: read, not run',
    derived: true,
  },
  {
    id: 'D-03-guest-reset',
    system: 'vmm-regions',
    revision: 'vmm-qemu',
    property: 'mapped-when-decoding',
    claim:
      'a guest that resets its device by FLR with memory on loses DMA of peers to its BARs for ever: vfio-pci revokes and gives back, iommufd never maps again, and QEMU hands the write on and sees no BAR change. A guest with Linux is safe where it resets through pci_reset_function(), which switches memory off and on around the reset, and not where a driver calls pcie_flr() itself (mana_dealloc_queues, v7.3)',
    source: `vfio_exp_config_write, iopt_revoke_notify, pci_dev_save_and_disable, v7.3; vfio_pci_write_config: the last else; ${QEMU}: read, not run`,
    derived: true,
  },
  {
    id: 'D-05-kept',
    system: 'vmm-regions',
    revision: 'vmm-qemu',
    property: 'unplug-leaves-nothing',
    claim:
      'an unplug leaves the fds of the dma-bufs open: the RAM blocks that have them were made from a pointer, and what frees such a block closes nothing. The buffer is dead after the close of the device, and its file lives as long as QEMU does, one for each region and unplug. It is not closed twice',
    source: `vfio_region_create_dma_buf, vfio_region_finalize; reclaim_ramblock: RAM_PREALLOC; ${QEMU}: read, not run`,
    derived: true,
  },
  {
    id: 'D-04',
    system: 'vmm-addresses',
    revision: 'vmm-qemu',
    property: 'address-is-the-byte',
    claim:
      'where the area that can be mmapped does not begin at 0 of the BAR, a section of it is mapped too far behind by as much: MAP_FILE takes the offset in the dma-buf, of which byte 0 is the first byte of the area, and gets that in the BAR. A peer that writes to a page of the BAR writes to another one. It takes a section that ends before its area does, as one of the whole area is refused. Weak: no driver of 7.3 has such a BAR. vfio-pci lets the MSI-X table be mmapped with the rest (msix_mmappable_cap), and the one area of nvgrace begins at 0; a variant driver, vfio-user or a kernel before v4.16 can have one',
    source: `vfio_region_create_dma_buf: fd_offset; vfio_container_dma_map: start + offset; ${QEMU}; iopt_alloc_dmabuf_pages, pfn_reader_fill_dmabuf, v7.3: read, not run`,
    derived: true,
  },
  {
    id: 'D-04-refused',
    system: 'vmm-addresses',
    revision: 'vmm-qemu',
    property: 'every-area-mapped',
    claim:
      'a BAR whose first page, or a page in the middle, cannot be mmapped is not mapped for peers: its offset leads behind the end of the dma-buf, -EINVAL, or the dma-buf has two ranges, -EOPNOTSUPP. The VMM warns once and goes on, as the map by address that it tries then is refused of a VM_PFNMAP mapping. Weak, as D-04 is',
    source: `vfio_pci_fixup_msix_region, vfio_container_dma_map; ${QEMU}; iopt_alloc_dmabuf_pages, vfio_pci_dma_buf_iommufd_map, v7.3: read, not run`,
    derived: true,
  },
  {
    id: 'D-04-several-areas',
    system: 'vmm-addresses',
    revision: 'vmm-adds-up',
    property: 'every-area-mapped',
    claim:
      'with the right offsets a BAR with a hole in the middle is refused still, -EOPNOTSUPP: one dma-buf of two ranges is what iommufd does not take. It needs a dma-buf for each area',
    source: 'vfio_pci_dma_buf_iommufd_map, v7.3: nr_ranges != 1',
    derived: true,
  },
];
