import { type Call, call } from 'xstate-check';

const MOVE = 'vfio_pci_dma_buf_move, v7.3';

type Step = Pick<Call, 'source' | 'written'> & Partial<Pick<Call, 'outcomes' | 'environment'>>;

/** A step inside a section, which the owner's thread takes when the buffers allow it. */
function section(name: string, step: Step): Call {
  return call(name, 'device', { caller: 'owner', blocks: 'wait', ...step });
}

/** A call of the owner from its beginning to its return. */
function ownerCall(name: string, step: Step): Call {
  return call(name, 'owner', { caller: 'user', spans: true, ...step });
}

/** A call of an importer, which the buffer answers. */
function importerCall(name: string, step: Step): Call {
  return call(name, 'buffer', { caller: 'importer', ...step });
}

/** What the owner of a device calls. */
const ownerCalls: readonly Call[] = [
  call('open', 'device', {
    caller: 'user',
    outcomes: ['ok'],
    blocks: 'wait',
    written: 'open vdev{dev}',
    source: 'vfio_pci_core_enable, v7.3',
  }),
  call('export', 'buffer', {
    caller: 'user',
    outcomes: ['ok'],
    blocks: 'wait',
    written: 'export dmabuf{buf}',
    source: 'vfio_pci_core_feature_dma_buf, v7.3',
  }),
  ownerCall('write_command(MEM=0)', {
    written: 'write PCI_COMMAND of vdev{dev}, MEM=0',
    source: 'vfio_basic_config_write, v7.3',
  }),
  ownerCall('write_command(MEM=1)', {
    written: 'write PCI_COMMAND of vdev{dev}, MEM=1',
    source: 'vfio_basic_config_write, v7.3',
  }),
  ownerCall('write_pmcsr(D3hot)', {
    written: 'write PM_CTRL of vdev{dev}, D3hot',
    source: 'vfio_lock_and_set_power_state, v7.3',
  }),
  ownerCall('write_pmcsr(D0)', {
    written: 'write PM_CTRL of vdev{dev}, D0',
    source: 'vfio_lock_and_set_power_state, v7.3',
  }),
  ownerCall('low_power_entry', {
    outcomes: ['ok', '-EINVAL'],
    written: 'LOW_POWER_ENTRY of vdev{dev}',
    source: 'vfio_pci_runtime_pm_entry, v7.3',
  }),
  ownerCall('low_power_exit', {
    written: 'LOW_POWER_EXIT of vdev{dev}',
    source: 'vfio_pci_runtime_pm_exit, v7.3',
  }),
  ownerCall('device_reset', {
    outcomes: ['ok', 'failed'],
    written: 'VFIO_DEVICE_RESET of vdev{dev}',
    source: 'vfio_pci_ioctl_reset, v7.3',
  }),
  ownerCall('close', {
    written: 'vfio_device_fops_release(vdev{dev})',
    source: 'vfio_pci_core_close_device, v7.3',
  }),
];

/** What happens to a device and its buffers while memory_lock is held. */
const sectionSteps: readonly Call[] = [
  section('begin', {
    written: 'down_write(&vdev{dev}->memory_lock)',
    source: 'vfio_pci_zap_and_down_write_memory_lock, v7.3',
  }),
  section('end', {
    written: 'up_write(&vdev{dev}->memory_lock)',
    source: 'vfio_pci_core.c, v7.3',
  }),
  section('revoke', { written: 'priv{buf}->revoked = true', source: MOVE }),
  section('drained', { written: 'wait_for_completion(&priv{buf}->comp)', source: MOVE }),
  section('unrevoke', { written: 'priv{buf}->revoked = false', source: MOVE }),
  section('cleanup', {
    written: 'list_del_init(&priv{buf}->dmabufs_elm)',
    source: 'vfio_pci_dma_buf_cleanup, v7.3',
  }),
  section('memory(off)', {
    written: 'COMMAND.MEM of vdev{dev} is cleared',
    source: 'vfio_basic_config_write, v7.3',
  }),
  section('memory(on)', {
    written: 'COMMAND.MEM of vdev{dev} is set',
    source: 'vfio_basic_config_write, v7.3',
  }),
  section('power(D3hot)', {
    written: 'vfio_pci_set_power_state(vdev{dev}, PCI_D3hot)',
    source: 'vfio_pci_set_power_state, v7.3',
  }),
  section('power(D0)', {
    written: 'vfio_pci_set_power_state(vdev{dev}, PCI_D0)',
    source: 'vfio_pci_set_power_state, v7.3',
  }),
  section('low_power(enter)', {
    written: 'vdev{dev}->pm_runtime_engaged = true',
    source: 'vfio_pci_runtime_pm_entry, v7.3',
  }),
  section('low_power(exit)', {
    written: 'vdev{dev}->pm_runtime_engaged = false',
    source: 'vfio_pci_runtime_pm_exit, v7.3',
  }),
  section('dev.reset', {
    outcomes: ['ok', 'failed'],
    environment: ['failed'],
    written: 'pci_try_reset_function(pdev{dev})',
    source: 'vfio_pci_ioctl_reset, v7.3',
  }),
  section('bus.reset', {
    outcomes: ['ok', '-ENOTTY'],
    environment: ['-ENOTTY'],
    written: 'pci_reset_bus(pdev)',
    source: 'vfio_pci_dev_set_hot_reset, v7.3',
  }),
  section('disable', {
    written: 'vfio_pci_core_disable(vdev{dev})',
    source: 'vfio_pci_core_disable, v7.3',
  }),
];

/** What the holders of the file and the importers call. */
const bufferCalls: readonly Call[] = [
  call('release', 'buffer', {
    caller: 'holder',
    blocks: 'wait',
    written: 'vfio_pci_dma_buf_release(dmabuf{buf})',
    source: 'vfio_pci_dma_buf_release, v7.3',
  }),
  importerCall('attach', {
    outcomes: ['ok', '-ENODEV', '-EOPNOTSUPP'],
    written: 'dma_buf_dynamic_attach(attach{att})',
    source: 'vfio_pci_dma_buf_attach, v7.3',
  }),
  importerCall('map', {
    outcomes: ['ok', '-ENODEV', '-EINVAL', '-EADDRINUSE', '-ENOMEM'],
    environment: ['-EINVAL', '-ENOMEM'],
    written: 'dma_buf_map_attachment_unlocked(attach{att})',
    source: 'vfio_pci_dma_buf_map, v7.3',
  }),
  importerCall('unmap', {
    written: 'dma_buf_unmap_attachment_unlocked(attach{att})',
    source: 'vfio_pci_dma_buf_unmap, v7.3',
  }),
  importerCall('detach', {
    written: 'dma_buf_detach(attach{att})',
    source: 'dma_buf_detach, v7.3',
  }),
  importerCall('map_file', {
    outcomes: ['ok', '-ENODEV', '-EOPNOTSUPP'],
    written: 'IOMMU_IOAS_MAP_FILE(attach{att})',
    source: 'vfio_pci_dma_buf_iommufd_map, v7.3',
  }),
  importerCall('ioas_unmap', {
    outcomes: ['ok'],
    written: 'IOMMU_IOAS_UNMAP(attach{att})',
    source: 'iommufd: measured on Debian 7.2.13 in a virtual machine',
  }),
];

/** What callers may rely on: the calls of devices, buffers and attachments. */
export const contractCalls: readonly Call[] = [...ownerCalls, ...sectionSteps, ...bufferCalls];
