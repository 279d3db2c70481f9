import { type Call, call } from 'xstate-check';
import { RFC0, RFC1 } from '../../machines/p2p-registration/rfc.ts';

/** A call that a device answers when it is done, after it took or gave its memory. */
function transition(name: string, written: string, source: string, callee = 'device'): Call {
  return call(name, callee, { caller: 'user', spans: true, written, source });
}

/** The calls of P2P registration: who makes them, what they answer, how the kernel writes them. */
export const registrationCalls: readonly Call[] = [
  call('bar.register', 'bar', {
    caller: 'user',
    outcomes: ['admitted', 'refused'],
    blocks: 'lock',
    written: { admitted: 'P2P_REGISTER(BAR{bar})', refused: 'P2P_REGISTER(BAR{bar}) = refused' },
    source: `${RFC1}: VFIO_DEVICE_FEATURE_SET of VFIO_DEVICE_FEATURE_P2P_REGISTER`,
  }),
  call('bar.add_resource', 'pool', {
    caller: 'registration',
    outcomes: ['ok', 'failed'],
    environment: ['failed'],
    written: {
      ok: '  add_resource(BAR{bar})',
      failed: '  add_resource(BAR{bar}) = failed',
    },
    source: 'pci_p2pdma_add_resource, v7.3',
  }),
  call('bar.remove_resource', 'pool', {
    caller: 'registration',
    written: 'remove_resource(BAR{bar})',
    source: `${RFC0}, section 3`,
  }),
  call('bar.drained', 'pages', {
    caller: 'registration',
    blocks: 'wait',
    written: 'wait for BAR{bar} pages',
    source: 'memunmap_pages, v7.3: wait_for_completion(&pgmap->done)',
  }),
  call('bar.allocate', 'pool', {
    caller: 'holder',
    outcomes: ['ok', '-ENOENT', '-ENOMEM'],
    written: 'p2pmem/allocate, BAR{bar}',
    source: 'p2pmem_alloc_mmap, v7.3; -ENOENT where sysfs has no file p2pmem/allocate',
  }),
  call('bar.put', 'mm', {
    caller: 'holder',
    written: 'put_page(), BAR{bar}',
    source: 'p2pdma_folio_free, v7.3',
  }),
  call('vma.mmap', 'bar', {
    caller: 'process',
    outcomes: ['ok', 'refused'],
    written: 'VMA{vma} = mmap(BAR)',
    source: 'vfio_pci_core_mmap, v7.3',
  }),
  call('vma.munmap', 'mm', {
    caller: 'process',
    written: 'munmap(VMA{vma})',
    source: 'munmap(2)',
  }),
  call('vma.fault', 'bar', {
    caller: 'process',
    outcomes: ['ok', 'SIGBUS'],
    blocks: 'lock',
    written: { ok: 'vmf_insert_pfn(VMA{vma})', SIGBUS: 'fault in VMA{vma}: SIGBUS' },
    source: 'vfio_pci_mmap_huge_fault, v7.3',
  }),
  call('type1.map_dma', 'pages', {
    caller: 'type1',
    outcomes: ['ok', '-EFAULT'],
    blocks: 'lock',
    written: 'MAP_DMA(VMA of the BAR)',
    source: 'VFIO_IOMMU_MAP_DMA; follow_fault_pfn, v7.3: mmap_lock, and the fault it may take',
  }),
  call('type1.unmap_dma', 'pages', {
    caller: 'type1',
    written: 'UNMAP_DMA: put_pfn()',
    source: 'VFIO_IOMMU_UNMAP_DMA; put_pfn, v7.3',
  }),
  call('buf.export', 'bar', {
    caller: 'process',
    outcomes: ['ok', 'refused'],
    blocks: 'lock',
    written: 'buf{buf} = DMA_BUF export',
    source: 'vfio_pci_core_feature_dma_buf, v7.3',
  }),
  call('buf.release', 'mm', {
    caller: 'process',
    blocks: 'lock',
    written: 'last fput(buf{buf})',
    source: 'vfio_pci_dma_buf_release, v7.3',
  }),
  call('dev.open', 'device', {
    caller: 'user',
    outcomes: ['ok'],
    blocks: 'lock',
    written: 'open vdev{dev}',
    source: 'vfio_pci_core_enable, v7.3',
  }),
  call('dev.begin', 'bar', {
    caller: 'device',
    blocks: 'wait',
    written: 'memory_lock of vdev{dev}; zap; revoke',
    source: 'vfio_pci_zap_and_down_write_memory_lock, vfio_pci_dma_buf_move, v7.3',
  }),
  transition('dev.device_reset', 'VFIO_DEVICE_RESET(vdev{dev})', 'vfio_pci_ioctl_reset, v7.3'),
  transition(
    'bus.hot_reset',
    'VFIO_DEVICE_PCI_HOT_RESET',
    'vfio_pci_dev_set_hot_reset, v7.3',
    'dev_set',
  ),
  transition('dev.close', 'last close of vdev{dev}', 'vfio_pci_core_close_device, v7.3'),
  transition(
    'dev.write_command(MEM=0)',
    'write PCI_COMMAND of vdev{dev}, MEM=0',
    'vfio_basic_config_write, v7.3',
  ),
  transition(
    'dev.write_command(MEM=1)',
    'write PCI_COMMAND of vdev{dev}, MEM=1',
    'vfio_basic_config_write, v7.3',
  ),
  transition(
    'dev.write_pmcsr(D3hot)',
    'write PM_CTRL of vdev{dev}, D3hot',
    'vfio_lock_and_set_power_state, v7.3',
  ),
  transition(
    'dev.write_pmcsr(D0)',
    'write PM_CTRL of vdev{dev}, D0',
    'vfio_lock_and_set_power_state, v7.3',
  ),
  transition(
    'dev.low_power_entry',
    'LOW_POWER_ENTRY(vdev{dev})',
    'vfio_pci_runtime_pm_entry, v7.3',
  ),
  transition('dev.low_power_exit', 'LOW_POWER_EXIT(vdev{dev})', 'vfio_pci_runtime_pm_exit, v7.3'),
];
