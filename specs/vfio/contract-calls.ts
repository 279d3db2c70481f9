import type { Call } from '../../src/system/call.ts';

const MOVE = 'vfio_pci_dma_buf_move, v7.3';

/** A step inside a section, which the owner's thread takes when the buffers allow it. */
function section(name: string, outcomes: readonly string[], source: string, environment: readonly string[] = []): Call {
  return { name, caller: 'owner', callee: 'device', outcomes, environment, blocks: 'wait', source };
}

/** A call of the owner from its beginning to its return. */
function ownerCall(name: string, outcomes: readonly string[], source: string): Call {
  return { name, caller: 'user', callee: 'owner', outcomes, spans: true, source };
}

/** What callers may rely on: the calls of devices, buffers and attachments. */
export const contractCalls: readonly Call[] = [
  { name: 'open', caller: 'user', callee: 'device', outcomes: ['ok'], blocks: 'wait', source: 'vfio_pci_core_enable, v7.3' },
  { name: 'export', caller: 'user', callee: 'buffer', outcomes: ['ok'], blocks: 'wait', source: 'vfio_pci_core_feature_dma_buf, v7.3' },
  ownerCall('write_command(MEM=0)', ['ok'], 'vfio_basic_config_write, v7.3'),
  ownerCall('write_command(MEM=1)', ['ok'], 'vfio_basic_config_write, v7.3'),
  ownerCall('write_pmcsr(D3hot)', ['ok'], 'vfio_lock_and_set_power_state, v7.3'),
  ownerCall('write_pmcsr(D0)', ['ok'], 'vfio_lock_and_set_power_state, v7.3'),
  ownerCall('low_power_entry', ['ok', '-EINVAL'], 'vfio_pci_runtime_pm_entry, v7.3'),
  ownerCall('low_power_exit', ['ok'], 'vfio_pci_runtime_pm_exit, v7.3'),
  ownerCall('device_reset', ['ok', 'failed'], 'vfio_pci_ioctl_reset, v7.3'),
  ownerCall('close', ['ok'], 'vfio_pci_core_close_device, v7.3'),
  section('begin', [''], 'vfio_pci_zap_and_down_write_memory_lock, v7.3'),
  section('end', [''], 'up_write(&vdev->memory_lock), v7.3'),
  section('revoke', [''], MOVE),
  section('drained', [''], MOVE),
  section('unrevoke', [''], MOVE),
  section('cleanup', [''], 'vfio_pci_dma_buf_cleanup, v7.3'),
  section('memory(off)', [''], 'vfio_basic_config_write, v7.3'),
  section('memory(on)', [''], 'vfio_basic_config_write, v7.3'),
  section('power(D3hot)', [''], 'vfio_pci_set_power_state, v7.3'),
  section('power(D0)', [''], 'vfio_pci_set_power_state, v7.3'),
  section('low_power(enter)', [''], 'vfio_pci_runtime_pm_entry, v7.3'),
  section('low_power(exit)', [''], 'vfio_pci_runtime_pm_exit, v7.3'),
  section('dev.reset', ['ok', 'failed'], 'vfio_pci_ioctl_reset, v7.3', ['failed']),
  section('bus.reset', ['ok', '-ENOTTY'], 'pci_reset_bus', ['-ENOTTY']),
  section('disable', [''], 'vfio_pci_core_disable, v7.3'),
  { name: 'release', caller: 'holder', callee: 'buffer', outcomes: [''], blocks: 'wait', source: 'vfio_pci_dma_buf_release, v7.3' },
  { name: 'attach', caller: 'importer', callee: 'buffer', outcomes: ['ok', '-ENODEV', '-EOPNOTSUPP'], source: 'vfio_pci_dma_buf_attach, v7.3' },
  { name: 'map', caller: 'importer', callee: 'buffer', outcomes: ['ok', '-ENODEV', '-EINVAL', '-ENOMEM'], environment: ['-EINVAL', '-ENOMEM'], source: 'vfio_pci_dma_buf_map, v7.3' },
  { name: 'unmap', caller: 'importer', callee: 'buffer', outcomes: [''], source: 'vfio_pci_dma_buf_unmap, v7.3' },
  { name: 'detach', caller: 'importer', callee: 'buffer', outcomes: [''], source: 'dma_buf_detach, v7.3' },
  { name: 'map_file', caller: 'importer', callee: 'buffer', outcomes: ['ok', '-ENODEV', '-EOPNOTSUPP'], environment: ['-EOPNOTSUPP'], source: 'vfio_pci_dma_buf_iommufd_map, v7.3' },
  { name: 'ioas_unmap', caller: 'importer', callee: 'buffer', outcomes: ['ok'], source: 'iommufd_ioas_unmap, v7.2' },
];
