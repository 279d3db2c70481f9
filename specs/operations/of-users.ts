import { drawn, inList, limit, notDrawn, type SaidOfList } from './say.ts';

const POWER = ['dev.write_pmcsr(D0)', 'dev.write_pmcsr(D1)', 'dev.write_pmcsr(D2)'];
const AREA =
  'iommufd is drawn with one area in one domain: that another domain is filled from it, or that it ' +
  'goes with its IOAS, is not';
const LEAVES = 'a group leaves its container, and with the last one goes all that is mapped';

const deviceFd: SaidOfList = {
  ...inList(
    'vfio_device_fops',
    drawn('release', { revoke: 'dev.close', 'last-close': 'dev.close' }),
    drawn('read', { 'nvgrace-read': 'dev.read' }),
    drawn('mmap', { 'bar-mmap': 'vma.mmap', 'type1-lifetime': 'vma.mmap' }),
    limit('sets up', 'open'),
    limit('tells', 'show_fdinfo'),
    limit('the same', 'compat_ioctl'),
    notDrawn('a write to a BAR; a read is drawn, which takes the same locks', 'write'),
  ),
  ...inList(
    'vfio_device_fops_unl_ioctl',
    limit('sets up', 'VFIO_DEVICE_BIND_IOMMUFD', 'VFIO_DEVICE_ATTACH_IOMMUFD_PT'),
    limit('the same', 'VFIO_DEVICE_FEATURE'),
    limit('tells', 'VFIO_DEVICE_GET_REGION_INFO'),
    notDrawn(AREA, 'VFIO_DEVICE_DETACH_IOMMUFD_PT'),
  ),
  ...inList(
    'vfio_ioctl_device_feature',
    limit(
      'of variant drivers',
      ...['VFIO_DEVICE_FEATURE_MIGRATION', 'VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE'],
      ...['VFIO_DEVICE_FEATURE_DMA_LOGGING_START', 'VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP'],
      ...['VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT', 'VFIO_DEVICE_FEATURE_MIG_DATA_SIZE'],
      'VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2',
    ),
  ),
  ...inList(
    'vfio_pci_ops',
    limit('sets up', 'init', 'open_device', 'match', 'match_token_uuid'),
    limit('sets up', 'bind_iommufd', 'attach_ioas', 'pasid_attach_ioas'),
    drawn('close_device', { revoke: 'dev.close', 'last-close': 'dev.core_disable' }),
    limit('tells', 'get_region_info_caps'),
    limit('frees', 'release'),
    limit('the same', 'read', 'write', 'mmap'),
    drawn('request', { export: 'dev.unregister' }),
    notDrawn(AREA, 'unbind_iommufd', 'detach_ioas', 'pasid_detach_ioas'),
  ),
  ...inList(
    'vfio_pci_core_ioctl',
    limit('tells', 'VFIO_DEVICE_GET_INFO', 'VFIO_DEVICE_GET_IRQ_INFO'),
    limit('tells', 'VFIO_DEVICE_GET_PCI_HOT_RESET_INFO'),
    limit('the same', 'VFIO_DEVICE_SET_IRQS'),
    notDrawn(
      'a write to a BAR that an eventfd makes, without a call: where memory is not enabled it is dropped, and it wakes no device',
      'VFIO_DEVICE_IOEVENTFD',
    ),
    drawn('VFIO_DEVICE_PCI_HOT_RESET', { 'hot-reset': 'bus.hot_reset' }),
    drawn('VFIO_DEVICE_RESET', { transitions: 'dev.device_reset' }),
  ),
  ...inList(
    'vfio_pci_core_ioctl_feature',
    drawn('VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY', { 'low-power': 'dev.low_power_entry' }),
    drawn('VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP', {
      'wake-up': 'dev.low_power_entry_with_wakeup',
    }),
    drawn('VFIO_DEVICE_FEATURE_LOW_POWER_EXIT', { 'low-power': 'dev.low_power_exit' }),
    drawn('VFIO_DEVICE_FEATURE_DMA_BUF', { export: 'buf.export' }),
    limit('sets up', 'VFIO_DEVICE_FEATURE_PCI_VF_TOKEN'),
    limit('of other machines', 'VFIO_DEVICE_FEATURE_ZPCI_ERROR'),
  ),
  ...inList(
    'vfio_pci_rw',
    limit('the same', 'VFIO_PCI_CONFIG_REGION_INDEX'),
    drawn('VFIO_PCI_BAR0_REGION_INDEX ... VFIO_PCI_BAR5_REGION_INDEX', {
      'nvgrace-read': 'dev.read',
    }),
    limit('of other machines', 'VFIO_PCI_VGA_REGION_INDEX'),
    notDrawn('pci_map_rom() switches the ROM on and off', 'VFIO_PCI_ROM_REGION_INDEX'),
  ),
  ...inList('vfio_pci_set_irqs_ioctl', interrupts()),
  ...inList(
    '.writefn',
    drawn('vfio_basic_config_write', {
      transitions: ['dev.write_command(MEM=0)', 'dev.write_command(MEM=1)'],
    }),
    drawn('vfio_pm_config_write', { transitions: [...POWER, 'dev.write_pmcsr(D3hot)'] }),
    drawn('vfio_exp_config_write', { transitions: 'dev.flr' }),
    drawn('vfio_af_config_write', { transitions: 'dev.af_flr' }),
    limit('no decoding', 'vfio_default_config_write', 'vfio_vpd_config_write'),
    limit('interrupts', 'vfio_msi_config_write'),
    notDrawn(
      'capabilities of a vendor are written as they come: what such a register does nobody knows',
      ...['[PCI_CAP_ID_VNDR]', '[PCI_EXT_CAP_ID_VNDR]', '[PCI_EXT_CAP_ID_DVSEC]'].map(
        (index) => `vfio_raw_config_write ${index}`,
      ),
    ),
  ),
};

/** Whatever is asked of an interrupt. */
function interrupts(): SaidOfList {
  const actions = ['MASK', 'UNMASK', 'TRIGGER'].map((name) => ` VFIO_IRQ_SET_ACTION_${name}`);
  const trigger = ' VFIO_IRQ_SET_ACTION_TRIGGER';
  const of = (name: string, ...more: readonly string[]) =>
    ['', ...more].map((action) => `VFIO_PCI_${name}_IRQ_INDEX${action}`);
  return limit(
    'interrupts',
    ...['INTX', 'MSI', 'MSIX'].flatMap((name) => of(name, ...actions)),
    ...['ERR', 'REQ'].flatMap((name) => of(name, trigger)),
  );
}

const mapping: SaidOfList = {
  ...inList(
    'vfio_pci_mmap_ops',
    drawn('fault', { 'page-faults': 'dev.touch_bar' }),
    // One function with the order as its argument: the C is read for a page, a PMD and a PUD.
    drawn('huge_fault', { 'page-faults': 'dev.touch_bar' }),
  ),
  ...inList('munmap()', drawn('do_vmi_munmap', { 'type1-lifetime': 'vma.munmap' })),
  ...inList('mremap()', limit('found by a zap', 'move_vma')),
  ...inList('fork()', limit('found by a zap', 'dup_mmap')),
  ...inList('mprotect()', limit('no new entry', 'mprotect_fixup')),
  ...inList('madvise()', limit('no new entry', 'do_madvise')),
  ...inList('pin of its pages', drawn('__get_user_pages', { 'type1-map': 'vma.pin_longterm' })),
};

const groupAndContainer: SaidOfList = {
  ...inList(
    'vfio_group_fops',
    limit('the same', 'compat_ioctl'),
    limit('sets up', 'open'),
    notDrawn(LEAVES, 'release'),
  ),
  ...inList(
    'vfio_group_fops_unl_ioctl',
    drawn('VFIO_GROUP_GET_DEVICE_FD', { 'dma-buf-life': 'dev.open' }),
    limit('tells', 'VFIO_GROUP_GET_STATUS'),
    limit('sets up', 'VFIO_GROUP_SET_CONTAINER'),
    notDrawn(LEAVES, 'VFIO_GROUP_UNSET_CONTAINER'),
  ),
  ...inList(
    'vfio_fops',
    limit('the same', 'compat_ioctl'),
    limit('sets up', 'open'),
    notDrawn('the last close of a container unmaps all that is left', 'release'),
  ),
  ...inList(
    'vfio_noiommu_ops',
    limit('without an IOMMU', 'open', 'release', 'ioctl', 'attach_group', 'detach_group'),
  ),
  ...inList(
    'vfio_fops_unl_ioctl',
    limit('tells', 'VFIO_GET_API_VERSION', 'VFIO_CHECK_EXTENSION'),
    limit('sets up', 'VFIO_SET_IOMMU'),
  ),
  ...inList(
    'vfio_iommu_driver_ops_type1',
    limit('sets up', 'open', 'register_device'),
    limit('tells', 'group_iommu_domain'),
    limit('of variant drivers', 'pin_pages', 'unpin_pages', 'unregister_device', 'dma_rw'),
    notDrawn(
      'a second group of a container: vfio_iommu_replay() maps all of it again, by address',
      'attach_group',
    ),
    notDrawn('the last group of a container: all that is mapped is unmapped', 'detach_group'),
    notDrawn('the last close of a container unmaps all that is left', 'release'),
  ),
  ...inList(
    'vfio_iommu_type1_ioctl',
    limit('tells', 'VFIO_CHECK_EXTENSION', 'VFIO_IOMMU_GET_INFO', 'VFIO_IOMMU_DIRTY_PAGES'),
    drawn('VFIO_IOMMU_MAP_DMA', { 'type1-map': 'dma.map_dma', 'type1-lifetime': 'dma.map_dma' }),
    drawn('VFIO_IOMMU_UNMAP_DMA', {
      'type1-map': 'dma.unmap_dma',
      'type1-lifetime': 'dma.unmap_dma',
    }),
  ),
};

const iommufd: SaidOfList = {
  ...inList(
    'iommufd_fops',
    limit('sets up', 'open'),
    limit('of other machines', 'mmap'),
    notDrawn(AREA, 'release'),
  ),
  ...inList('iommufd_vma_ops', limit('of other machines', 'open', 'close')),
  ...inList(
    'iommufd_ioctl_ops',
    drawn('IOMMU_IOAS_MAP_FILE', { iommufd: 'att.map_file' }),
    drawn('IOMMU_IOAS_UNMAP', { iommufd: 'att.ioas_unmap' }),
    limit('sets up', 'IOMMU_IOAS_ALLOC', 'IOMMU_IOAS_ALLOW_IOVAS', 'IOMMU_VFIO_IOAS'),
    limit('tells', 'IOMMU_GET_HW_INFO', 'IOMMU_IOAS_IOVA_RANGES', 'IOMMU_HWPT_GET_DIRTY_BITMAP'),
    limit('tells', 'IOMMU_HWPT_SET_DIRTY_TRACKING', 'IOMMU_OPTION'),
    limit('of tests', 'IOMMU_TEST_CMD'),
    limit('of other machines', 'IOMMU_FAULT_QUEUE_ALLOC', 'IOMMU_HW_QUEUE_ALLOC'),
    limit('of other machines', 'IOMMU_VDEVICE_ALLOC', 'IOMMU_VEVENTQ_ALLOC'),
    limit('of other machines', 'IOMMU_VIOMMU_ALLOC', 'IOMMU_HWPT_INVALIDATE'),
    limit('without an IOMMU', 'IOMMU_IOAS_NOIOMMU_GET_PA'),
    limit('pages of a process', 'IOMMU_IOAS_MAP', 'IOMMU_IOAS_CHANGE_PROCESS'),
    notDrawn(AREA, 'IOMMU_DESTROY', 'IOMMU_HWPT_ALLOC'),
    notDrawn('a second area of the same pages, in the same IOAS or another', 'IOMMU_IOAS_COPY'),
  ),
  ...inList('iommufd_vfio_ioctl', compatible()),
};

/** The ioctls of type1, which iommufd answers where nobody has a container. */
function compatible(): SaidOfList {
  return {
    ...limit('tells', 'VFIO_GET_API_VERSION', 'VFIO_CHECK_EXTENSION', 'VFIO_IOMMU_GET_INFO'),
    ...limit('tells', 'VFIO_IOMMU_DIRTY_PAGES'),
    ...limit('sets up', 'VFIO_SET_IOMMU'),
    ...limit('pages of a process', 'VFIO_IOMMU_MAP_DMA'),
    ...drawn('VFIO_IOMMU_UNMAP_DMA', { iommufd: 'att.ioas_unmap' }),
  };
}

const dmaBufFd: SaidOfList = {
  ...inList(
    'dma_buf_fops',
    drawn('release', { export: 'buf.file_release' }),
    limit('vfio refuses', 'mmap'),
    limit('tells', 'llseek', 'show_fdinfo'),
    limit('the same', 'compat_ioctl'),
    limit('as a descriptor', 'poll'),
  ),
  ...inList(
    'dma_buf_ioctl',
    limit('waits alone', 'DMA_BUF_IOCTL_SYNC', 'DMA_BUF_IOCTL_SYNC DMA_BUF_SYNC_READ'),
    limit('waits alone', 'DMA_BUF_IOCTL_SYNC DMA_BUF_SYNC_WRITE'),
    limit('waits alone', 'DMA_BUF_IOCTL_SYNC DMA_BUF_SYNC_RW'),
    limit('tells', 'DMA_BUF_SET_NAME_A', 'DMA_BUF_SET_NAME_B', 'DMA_BUF_IOCTL_EXPORT_SYNC_FILE'),
    notDrawn(
      'a fence that is no importer’s: fences are drawn of importers that promise to signal them',
      'DMA_BUF_IOCTL_IMPORT_SYNC_FILE',
    ),
  ),
  ...inList(
    'what any fd can',
    drawn('close_fd', { export: 'buf.close_fd' }),
    drawn('do_dup2', { export: 'buf.dup' }),
    drawn('receive_fd', { export: 'buf.dup' }),
  ),
  ...inList(
    'open() of /proc/self/fd',
    drawn('do_dentry_open', { export: ['buf.open_o_path', 'buf.close_o_path'] }),
  ),
  ...inList(
    'sync_file_fops',
    limit('tells', 'poll'),
    limit('frees', 'release'),
    limit('the same', 'compat_ioctl'),
  ),
  ...inList(
    'sync_file_ioctl',
    limit('tells', 'SYNC_IOC_MERGE', 'SYNC_IOC_FILE_INFO', 'SYNC_IOC_SET_DEADLINE'),
  ),
};

/** What users can do with what they were given. */
export const saidOfUsers: SaidOfList = {
  ...deviceFd,
  ...mapping,
  ...groupAndContainer,
  ...iommufd,
  ...dmaBufFd,
};
