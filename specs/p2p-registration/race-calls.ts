import { type Call, call, WAIT } from 'xstate-check';

const MMAP = 'vfio_pci_core_mmap, v7.3';
const FAULT = 'vfio_pci_mmap_huge_fault, v7.3';
const REGISTER = 'derived: VFIO_DEVICE_FEATURE_P2P_REGISTER as the rules ask for it';
const EXPORT = 'vfio_pci_core_feature_dma_buf, v7.3';

/** A call from user space, which returns. */
function userCall(
  name: string,
  callee: string,
  outcomes: string[],
  written: string,
  source: string,
): Call {
  return call(name, callee, { caller: 'user', outcomes, spans: true, written, source });
}

/** A step of a thread. */
function step(
  name: string,
  callee: string,
  written: Call['written'] & {},
  source: string,
  more: Partial<Call> = {},
): Call {
  return call(name, callee, { written, source, ...more });
}

/** The steps by which threads come to blows over one BAR. */
export const raceCalls: readonly Call[] = [
  userCall('bar.p2p_register', 'register', ['ok', 'refused'], 'P2P_REGISTER(BAR{bar})', REGISTER),
  userCall('buf.dma_buf_export', 'export', ['ok', 'refused'], 'DMA_BUF export of BAR0', EXPORT),
  userCall('vma.mmap_bar', 'mapper', ['ok', 'refused'], 'mmap(device fd, BAR0)', MMAP),
  userCall('vma.touch', 'mapper', ['ok', 'SIGBUS'], 'access to VMA{vma} faults', FAULT),
  { ...step('vma.munmap_bar', 'mm', 'munmap(VMA{vma})', 'munmap(2)'), caller: 'mapper' },
  step('memory_lock.down_write', 'rwsem', 'down_write(&vdev{dev}->memory_lock)', EXPORT, {
    outcomes: ['', WAIT],
    blocks: 'lock',
  }),
  step('memory_lock.up_write', 'rwsem', 'up_write(&vdev{dev}->memory_lock)', EXPORT),
  step('memory_lock.down_read', 'rwsem', 'down_read(&vdev{dev}->memory_lock)', FAULT, {
    blocks: 'lock',
  }),
  step('memory_lock.up_read', 'rwsem', 'up_read(&vdev{dev}->memory_lock)', FAULT),
  step(
    'bar.registered',
    'mark',
    { false: 'BAR{bar} is not registered', true: 'BAR{bar} is registered' },
    REGISTER,
    { outcomes: ['true', 'false'] },
  ),
  step('registered.set', 'mark', 'BAR{bar} is marked registered', REGISTER),
  step(
    'dmabufs.empty',
    'list',
    { true: 'vdev{dev}->dmabufs has none of it', false: 'vdev{dev}->dmabufs has one of it' },
    REGISTER,
    { outcomes: ['true', 'false'] },
  ),
  step('dmabufs.list_add', 'list', 'list_add_tail(&vdev{dev}->dmabufs)', EXPORT),
  step('dev.zap_bars', 'ptes', 'unmap_mapping_range(BAR0)', 'vfio_pci_zap_bars, v7.3'),
  step('dev.insert_pfn', 'ptes', 'vmf_insert_pfn()', FAULT),
  step(
    'bar.add_resource',
    'pgmap',
    'pci_p2pdma_add_resource(BAR{bar})',
    'pci_p2pdma_add_resource, v7.3',
    {
      outcomes: ['ok'],
    },
  ),
];
