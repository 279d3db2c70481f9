import type { HeldObject, OperationList } from 'xstate-check/kernel';

const table = (file: string, ...tables: readonly string[]): OperationList[] =>
  tables.map((name) => ({ file, table: name }));
const cases = (file: string, ...functions: readonly string[]): OperationList[] =>
  functions.map((name) => ({ file, cases: name }));

const CORE = 'drivers/vfio/pci/vfio_pci_core.c';
const SYSFS = 'drivers/pci/pci-sysfs.c';
const DMA_BUF = 'drivers/dma-buf/dma-buf.c';
const TYPE1 = 'drivers/vfio/vfio_iommu_type1.c';
const IOMMUFD = 'drivers/iommu/iommufd/main.c';
const PCI_DRIVER = 'drivers/pci/pci-driver.c';
const POWER = 'drivers/base/power/sysfs.c';

/** What a user holds who was given a device and has no capability. */
const ofUsers: readonly HeldObject[] = [
  {
    name: 'device fd',
    holder: 'a user who was given the device: its group or its cdev',
    lists: [
      ...table('drivers/vfio/vfio_main.c', 'vfio_device_fops'),
      ...cases(
        'drivers/vfio/vfio_main.c',
        'vfio_device_fops_unl_ioctl',
        'vfio_ioctl_device_feature',
      ),
      ...table('drivers/vfio/pci/vfio_pci.c', 'vfio_pci_ops'),
      ...cases(CORE, 'vfio_pci_core_ioctl', 'vfio_pci_core_ioctl_feature', 'vfio_pci_rw'),
      ...cases('drivers/vfio/pci/vfio_pci_intrs.c', 'vfio_pci_set_irqs_ioctl'),
      { file: 'drivers/vfio/pci/vfio_pci_config.c', assigned: 'writefn' },
    ],
  },
  {
    name: 'mapping of a BAR',
    holder: 'the user of the device, and whoever shares his address space',
    lists: [
      ...table(CORE, 'vfio_pci_mmap_ops'),
      { file: 'mm/vma.c', functions: ['do_vmi_munmap'], heading: 'munmap()' },
      { file: 'mm/mremap.c', functions: ['move_vma'], heading: 'mremap()' },
      { file: 'mm/mmap.c', functions: ['dup_mmap'], heading: 'fork()' },
      { file: 'mm/mprotect.c', functions: ['mprotect_fixup'], heading: 'mprotect()' },
      { file: 'mm/madvise.c', functions: ['do_madvise'], heading: 'madvise()' },
      { file: 'mm/gup.c', functions: ['__get_user_pages'], heading: 'pin of its pages' },
    ],
  },
  {
    name: 'group',
    holder: 'a user who was given the group; without an IOMMU CAP_SYS_RAWIO',
    lists: [
      ...table('drivers/vfio/group.c', 'vfio_group_fops'),
      ...cases('drivers/vfio/group.c', 'vfio_group_fops_unl_ioctl'),
    ],
  },
  {
    name: 'container',
    holder: 'anybody: /dev/vfio/vfio has the mode 0666',
    lists: [
      ...table('drivers/vfio/container.c', 'vfio_fops', 'vfio_noiommu_ops'),
      ...cases('drivers/vfio/container.c', 'vfio_fops_unl_ioctl'),
      ...table(TYPE1, 'vfio_iommu_driver_ops_type1'),
      ...cases(TYPE1, 'vfio_iommu_type1_ioctl'),
    ],
  },
  {
    name: 'iommufd',
    holder: 'a user who was given /dev/iommu, mode 0660',
    lists: [
      ...table(IOMMUFD, 'iommufd_fops', 'iommufd_vma_ops', 'iommufd_ioctl_ops'),
      ...cases(IOMMUFD, 'iommufd_fops_ioctl'),
      ...cases('drivers/iommu/iommufd/vfio_compat.c', 'iommufd_vfio_ioctl'),
    ],
  },
  {
    name: 'dma-buf fd',
    holder: 'anybody to whom the fd was passed, without any permission on the device',
    lists: [
      ...table(DMA_BUF, 'dma_buf_fops'),
      ...cases(DMA_BUF, 'dma_buf_ioctl'),
      {
        file: 'fs/file.c',
        functions: ['close_fd', 'do_dup2', 'receive_fd'],
        heading: 'what any fd can',
      },
      { file: 'fs/open.c', functions: ['do_dentry_open'], heading: 'open() of /proc/self/fd' },
    ],
  },
  {
    name: 'sync_file fd',
    holder: 'whoever has the dma-buf fd makes one of it',
    lists: [
      ...table('drivers/dma-buf/sync_file.c', 'sync_file_fops'),
      ...cases('drivers/dma-buf/sync_file.c', 'sync_file_ioctl'),
    ],
  },
];

/** What a driver holds that imports a buffer, or has memory of its device shared. */
const ofDrivers: readonly HeldObject[] = [
  {
    name: 'dma-buf and attachment',
    holder: 'a driver of the kernel, on behalf of whoever gave it the dma-buf fd',
    lists: [
      { file: DMA_BUF, exported: ['dma_buf_'] },
      { file: 'drivers/dma-buf/dma-buf-mapping.c', exported: ['dma_buf_'] },
      ...table('drivers/vfio/pci/vfio_pci_dmabuf.c', 'vfio_pci_dmabuf_ops'),
      { file: 'drivers/vfio/pci/vfio_pci_dmabuf.c', exported: ['vfio_pci_'] },
      ...table('drivers/iommu/iommufd/pages.c', 'iopt_dmabuf_attach_revoke_ops'),
      ...table(
        'drivers/infiniband/core/umem_dmabuf.c',
        'ib_umem_dmabuf_attach_pinned_ops',
        'ib_umem_dmabuf_attach_pinned_revocable_ops',
      ),
    ],
  },
  {
    name: 'memory of a BAR',
    holder: 'the driver of the device',
    lists: [
      { file: 'drivers/pci/p2pdma.c', exported: ['p2p'] },
      ...table('drivers/pci/p2pdma.c', 'p2pdma_pgmap_ops'),
      ...table('drivers/vfio/pci/vfio_pci.c', 'vfio_pci_dev_ops'),
    ],
  },
];

/** What the kernel does by itself, or root through files. */
const ofRoot: readonly HeldObject[] = [
  {
    name: 'sysfs of a device',
    holder: 'root; where a file can only be read, or is 0644, anybody reads',
    lists: [
      ...table(
        SYSFS,
        ...['pci_dev_groups', 'pci_dev_attr_groups', 'pci_dev_resource_attr_groups'],
        ...['pci_dev_group', 'pci_dev_resource_io_attr_group', 'pci_dev_resource_uc_attr_group'],
        ...['pci_dev_resource_wc_attr_group', 'pci_dev_resource_resize_attr_group'],
        ...['pci_dev_config_attr_group', 'pci_dev_rom_attr_group', 'pci_dev_reset_attr_group'],
        ...['pci_dev_reset_method_attr_group', 'pci_dev_attr_group', 'pci_dev_hp_attr_group'],
        ...['pci_bridge_attr_group', 'pcie_dev_attr_group', 'pci_dev_attrs', 'pcie_dev_attrs'],
        ...['pci_bridge_attrs', 'pci_dev_config_attrs', 'pci_dev_resource_io_attrs'],
        ...['pci_dev_resource_uc_attrs', 'pci_dev_resource_wc_attrs', 'pci_dev_rom_attrs'],
        ...['pci_dev_reset_attrs', 'pci_dev_reset_method_attrs', 'resource_resize_attrs'],
        ...['pci_dev_dev_attrs', 'pci_dev_hp_attrs'],
      ),
      ...table(
        'drivers/pci/iov.c',
        ...['sriov_pf_dev_attr_group', 'sriov_vf_dev_attr_group'],
        ...['sriov_pf_dev_attrs', 'sriov_vf_dev_attrs'],
      ),
      ...table(
        'drivers/pci/p2pdma.c',
        ...['p2pmem_group', 'p2pmem_attrs', 'p2pmem_bin_attrs', 'p2pmem_alloc_attr'],
      ),
      ...table(
        POWER,
        ...['pm_attr_group', 'pm_wakeup_attr_group', 'pm_runtime_attr_group'],
        ...['pm_qos_resume_latency_attr_group', 'pm_qos_latency_tolerance_attr_group'],
        ...['pm_qos_flags_attr_group', 'power_attrs', 'wakeup_attrs', 'runtime_attrs'],
        ...['pm_qos_resume_latency_attrs', 'pm_qos_latency_tolerance_attrs', 'pm_qos_flags_attrs'],
      ),
    ],
  },
  {
    name: 'sysfs of buses and drivers',
    holder: 'root',
    lists: [
      ...table(SYSFS, 'pci_bus_groups', 'pci_bus_group', 'pci_bus_attrs', 'pcibus_groups'),
      ...table(SYSFS, 'pcibus_group', 'pcibus_attrs'),
      ...table(
        SYSFS,
        ...['pci_legacy_io_group', 'pci_legacy_io_sparse_group', 'pci_legacy_mem_group'],
        ...['pci_legacy_mem_sparse_group', 'pci_legacy_io_attrs', 'pci_legacy_io_sparse_attrs'],
        ...['pci_legacy_mem_attrs', 'pci_legacy_mem_sparse_attrs'],
      ),
      ...table(PCI_DRIVER, 'pci_drv_attrs'),
      ...table('drivers/base/bus.c', 'driver_override_dev_group', 'driver_override_dev_attrs'),
      {
        file: 'drivers/base/bus.c',
        functions: ['bind_store', 'unbind_store', 'drivers_probe_store', 'drivers_autoprobe_store'],
        heading: 'files of a driver and of its bus',
      },
      ...table('drivers/pci/slot.c', 'pci_slot_default_groups', 'pci_slot_default_group'),
      ...table('drivers/pci/slot.c', 'pci_slot_default_attrs'),
      ...['power', 'attention', 'latch', 'presence', 'test'].flatMap((name) =>
        table('drivers/pci/hotplug/pci_hotplug_core.c', `hotplug_slot_attr_${name}`),
      ),
    ],
  },
  {
    name: 'config space in /proc/bus/pci',
    holder: 'root',
    lists: [
      ...table('drivers/pci/proc.c', 'proc_bus_pci_ops'),
      ...cases('drivers/pci/proc.c', 'proc_bus_pci_ioctl'),
    ],
  },
  {
    name: 'vfio-pci as a driver of the PCI core',
    holder: 'the kernel, as hardware, root or another driver makes it',
    lists: [
      ...table('drivers/vfio/pci/vfio_pci.c', 'vfio_pci_driver'),
      ...table(CORE, 'vfio_pci_core_pm_ops', 'vfio_pci_core_err_handlers'),
      ...table(PCI_DRIVER, 'pci_bus_type', 'pci_dev_pm_ops'),
    ],
  },
  {
    name: 'the device, by the PCI core',
    holder: 'hardware (errors, a device that is pulled), and other drivers',
    lists: [
      {
        file: 'drivers/pci/pcie/err.c',
        functions: [
          ...['report_error_detected', 'report_mmio_enabled', 'report_slot_reset'],
          ...['report_resume', 'pcie_do_recovery'],
        ],
        heading: 'recovery of an error (AER, DPC)',
      },
      {
        file: 'drivers/pci/hotplug/pciehp_pci.c',
        functions: ['pciehp_configure_device', 'pciehp_unconfigure_device'],
        heading: 'a device that is put in or pulled',
      },
      {
        file: 'drivers/pci/pci.c',
        exported: ['reset', 'power', '_state', 'able_device', '_master'],
      },
    ],
  },
];

/** What somebody can hold of a device and of its buffers, and where the C lists what he can do with it. */
export const objects: readonly HeldObject[] = [...ofUsers, ...ofDrivers, ...ofRoot];
