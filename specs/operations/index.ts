import type { OperationTable } from 'xstate-check/kernel';
import { objects } from './objects.ts';
import { saidOfDrivers } from './of-drivers.ts';
import { saidOfRoot } from './of-root.ts';
import { saidOfUsers } from './of-users.ts';

/** Everything that somebody can do with a device and its buffers, and what is said of it. */
export const operations: OperationTable = {
  objects,
  types: [
    ...['file_operations', 'proc_ops', 'vm_operations_struct', 'dma_buf_ops', 'dma_buf_attach_ops'],
    ...['vfio_device_ops', 'vfio_pci_device_ops', 'vfio_iommu_driver_ops', 'iommufd_ioctl_op'],
    ...['iommufd_access_ops', 'dev_pagemap_ops', 'pci_driver', 'pci_error_handlers', 'dev_pm_ops'],
    ...['attribute', 'bin_attribute', 'attribute_group', 'pci_slot_attribute'],
  ],
  noOperation: [
    ...['owner', 'name', 'attr', 'size', 'bin_size', 'is_visible', 'is_bin_visible'],
    ...['id_table', 'driver_managed_dma', 'driver_override', 'allow_peer2peer'],
    ...['drv_groups', 'pm'],
  ],
  dispatches: ['unlocked_ioctl', 'ioctl', 'device_feature', 'proc_ioctl', 'proc_compat_ioctl'],
  others: {
    special_mapping_vmops: 'the vDSO',
    vfio_noiommu_ioctl: 'one test of one number, and without an IOMMU',
    pci_compat_driver: 'a driver that old code names and that never binds',
    ...olderLegacy(),
  },
  older: [[/^dev_resource(\d)_(io|uc|wc)_attr$/, 'pci_dev_resource$1_$2_attr']],
  said: { ...saidOfUsers, ...saidOfDrivers, ...saidOfRoot },
};

/** Up to 7.2 these stand by themselves, and no list of their bus has them. */
function olderLegacy(): Record<string, string> {
  const names = ['io', 'io_sparse', 'mem', 'mem_sparse'].map((name) => `pci_legacy_${name}_attr`);
  return Object.fromEntries(names.map((name) => [name, 'legacy I/O, of other architectures']));
}
