import { type Call, call } from 'xstate-check';
import { procedureCalls } from '../shared/calls.ts';

const EXPORT = 'vfio_pci_core_feature_dma_buf, v7.3';
const RELEASE = 'vfio_pci_dma_buf_release, v7.3';
const DMA_BUF = 'drivers/dma-buf/dma-buf.c, v7.3';
const FILES = 'fs/file_table.c, fs/file.c';

/** What those who have the file descriptor do with it, at any time. */
function holderCall(name: string, written: string): Call {
  return call(name, 'fd', { caller: 'holder', blocks: 'wait', written, source: FILES });
}

/** The tests of the ioctl and the steps that make a buffer. */
const exportSteps: readonly Call[] = [
  call('export', 'export', {
    caller: 'user',
    spans: true,
    outcomes: [
      'ok',
      '-EOPNOTSUPP',
      '-EINVAL',
      '-ENODEV',
      '-ENOMEM',
      '-EMFILE',
      '-EFAULT',
      '-EOVERFLOW',
    ],
    written: 'VFIO_DEVICE_FEATURE_DMA_BUF of dmabuf{buf}',
    source: EXPORT,
  }),
  call('dev.pci_ops', 'pci_ops', {
    outcomes: ['true', 'false'],
    written: { true: 'vdev{dev}->pci_ops is set', false: 'vdev{dev}->pci_ops is NULL' },
    source: EXPORT,
  }),
  call('dev.get_dmabuf_phys', 'pci_ops', {
    outcomes: ['true', 'false'],
    written: {
      '': 'vdev{dev}->pci_ops->get_dmabuf_phys',
      true: 'vdev{dev}->pci_ops->get_dmabuf_phys is set',
      false: 'vdev{dev}->pci_ops->get_dmabuf_phys is NULL',
    },
    source: EXPORT,
  }),
  call('buf.vfio_check_feature', 'arguments', {
    outcomes: ['1', '-EINVAL', '-EFAULT'],
    environment: ['-EINVAL', '-EFAULT'],
    written: 'vfio_check_feature() and the header',
    source: EXPORT,
  }),
  call('dev.bar_claimed', 'bar', {
    outcomes: ['true', 'false'],
    written: {
      true: 'vfio_pci_core_get_iomap(vdev{dev})',
      false: 'vfio_pci_core_get_iomap(vdev{dev}) is an error',
    },
    source: EXPORT,
  }),
  call('buf.validate_dmabuf_input', 'arguments', {
    outcomes: ['0', '-EINVAL', '-EFAULT', '-ENOMEM'],
    environment: ['-EINVAL', '-EFAULT', '-ENOMEM'],
    written: 'memdup_array_user(), validate_dmabuf_input()',
    source: EXPORT,
  }),
  call('buf.kzalloc', 'priv', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: { ok: 'priv{buf} = kzalloc()', '-ENOMEM': 'kzalloc(priv{buf}) = NULL' },
    source: EXPORT,
  }),
  call('buf.kzalloc(phys_vec)', 'allocator', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: {
      ok: 'priv{buf}->phys_vec = kzalloc()',
      '-ENOMEM': 'kzalloc(priv{buf}->phys_vec) = NULL',
    },
    source: EXPORT,
  }),
  call('buf.fill_phys_vec', 'arguments', {
    outcomes: ['ok', '-EINVAL', '-EOVERFLOW'],
    environment: ['-EINVAL', '-EOVERFLOW'],
    written: 'vfio_pci_core_fill_phys_vec(priv{buf}->phys_vec)',
    source: 'vfio_pci_core_get_dmabuf_phys, vfio_pci_core_fill_phys_vec, v7.3',
  }),
  call('dev.pcim_p2pdma_provider', 'p2pdma', {
    outcomes: ['ok', 'NULL'],
    written: {
      '': 'pcim_p2pdma_provider(pdev of vdev{dev})',
      ok: 'pcim_p2pdma_provider(pdev of vdev{dev})',
      NULL: 'pcim_p2pdma_provider(pdev of vdev{dev}) = NULL',
    },
    source: 'pcim_p2pdma_provider, v7.3',
  }),
  call('buf.try_get_registration', 'registration', {
    outcomes: ['ok', '-ENODEV'],
    written: 'vfio_device_try_get_registration()',
    source: EXPORT,
  }),
  call('buf.dma_buf_getfile', 'file', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: {
      ok: 'dma_buf_export(): dma_buf_getfile()',
      '-ENOMEM': 'dma_buf_export(): dma_buf_getfile() = -ENOMEM',
    },
    source: DMA_BUF,
  }),
  call('buf.dma_buf_export', 'dma_buf', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: {
      ok: 'dmabuf{buf} = dma_buf_export(priv{buf})',
      '-ENOMEM': 'dma_buf_export(): kzalloc(dmabuf{buf}) = NULL',
    },
    source: DMA_BUF,
  }),
  call('comp.init', 'completion', {
    written: 'init_completion(&priv{buf}->comp)',
    c: 'init_completion(&$buf->comp)',
    source: EXPORT,
  }),
  call('buf.init_list_head', 'list', {
    written: 'INIT_LIST_HEAD(&priv{buf}->dmabufs_elm)',
    c: 'INIT_LIST_HEAD(&$buf->dmabufs_elm)',
    source: EXPORT,
  }),
  call('buf.list_add', 'list', {
    written: 'list_add_tail(&priv{buf}->dmabufs_elm)',
    c: 'list_add_tail(&$buf->dmabufs_elm, &$dev->dmabufs)',
    source: EXPORT,
  }),
  call('buf.dma_buf_fd', 'fd', {
    outcomes: ['ok', '-EMFILE'],
    environment: ['-EMFILE'],
    written: {
      ok: 'dma_buf_fd(dmabuf{buf}): get_unused_fd_flags()',
      '-EMFILE': 'dma_buf_fd(dmabuf{buf}) = -EMFILE',
    },
    source: 'dma_buf_fd, v7.3',
  }),
  call('buf.dma_buf_fd.tracepoint', 'dma_buf', {
    written: 'trace_dma_buf_fd(dmabuf{buf})',
    source: 'dma_buf_fd, v7.3',
  }),
  call('buf.fd_install', 'fd', {
    written: 'dma_buf_fd(dmabuf{buf}): fd_install()',
    source: 'dma_buf_fd, v7.3',
  }),
  call('buf.dma_buf_put.tracepoint', 'dma_buf', {
    written: 'trace_dma_buf_put(dmabuf{buf})',
    source: 'dma_buf_put, v7.3',
  }),
  call('buf.dma_buf_put', 'file', {
    written: 'dma_buf_put(dmabuf{buf})',
    source: EXPORT,
  }),
  call('kfree(priv)', 'priv', {
    written: 'kfree(priv{buf})',
    c: 'kfree($buf)',
    source: EXPORT,
  }),
];

/** The last reference to a file, down to the release of the buffer. */
const releaseSteps: readonly Call[] = [
  call('__fput', 'file', {
    blocks: 'wait',
    written: '__fput(file of dmabuf{buf})',
    source: FILES,
  }),
  call('buf.file_release', 'dma_buf', {
    written: 'dma_buf_file_release(dmabuf{buf})',
    source: DMA_BUF,
  }),
  call('buf.dput', 'dma_buf', {
    outcomes: ['more', 'last'],
    written: {
      more: 'dput(dentry of dmabuf{buf}), which others hold',
      last: 'dput(dentry of dmabuf{buf})',
    },
    source: '__fput, dput, fs/dcache.c',
  }),
  call('buf.d_fsdata', 'dma_buf', {
    outcomes: ['set', 'NULL'],
    written: { set: 'dma_buf_release(dmabuf{buf})', NULL: 'dma_buf_release(): no dmabuf{buf}' },
    source: DMA_BUF,
  }),
  call('buf.release', 'release', {
    outcomes: ['end'],
    spans: true,
    written: 'vfio_pci_dma_buf_release(dmabuf{buf})',
    source: RELEASE,
  }),
  call('buf.vdev', 'priv', {
    outcomes: ['set', 'NULL'],
    written: {
      '': 'priv{buf}->vdev',
      set: 'priv{buf}->vdev is set',
      NULL: 'priv{buf}->vdev is NULL',
    },
    c: '$buf->vdev',
    returns: { set: '@dev', NULL: 'NULL' },
    source: RELEASE,
  }),
  call('kfree(dmabuf)', 'dma_buf', { written: 'kfree(dmabuf{buf})', source: DMA_BUF }),
  call('buf.file_free', 'file', {
    written: 'file_free(file of dmabuf{buf})',
    source: FILES,
  }),
];

const holderCalls: readonly Call[] = [
  holderCall('buf.close_fd', 'close(fd of dmabuf{buf})'),
  holderCall('buf.dup', 'dup(fd of dmabuf{buf})'),
  holderCall('buf.open_o_path', 'open(/proc/self/fd/N of dmabuf{buf}, O_PATH)'),
  holderCall('buf.close_o_path', 'close(O_PATH fd of dmabuf{buf})'),
];

/** What becomes of the device before and after. */
const deviceCalls: readonly Call[] = [
  call('dev.unregister', 'unregister', {
    caller: 'user',
    spans: true,
    written: 'vfio_unregister_group_dev(vdev{dev})',
    source: 'vfio_unregister_group_dev, drivers/vfio/vfio_main.c',
  }),
  call('dev.probe', 'probe', {
    caller: 'user',
    spans: true,
    outcomes: ['ok', '-ENOMEM'],
    written: 'probe of vdev{dev}',
    source: 'vfio_pci_core_init_dev, v7.3',
  }),
  call('dev.set_pci_ops', 'pci_ops', {
    outcomes: ['get_dmabuf_phys', 'other', 'NULL'],
    environment: ['other', 'NULL'],
    written: {
      get_dmabuf_phys: 'vdev{dev}->pci_ops has get_dmabuf_phys',
      other: 'vdev{dev}->pci_ops has no get_dmabuf_phys',
      NULL: 'vdev{dev}->pci_ops stays NULL',
    },
    source: 'vfio_pci_probe and the variant drivers, v7.3',
  }),
  call('dev.pcim_p2pdma_init', 'p2pdma', {
    outcomes: ['ok', '-EOPNOTSUPP', '-ENOMEM'],
    environment: ['-EOPNOTSUPP', '-ENOMEM'],
    c: 'pcim_p2pdma_init($dev)',
    written: {
      ok: 'pcim_p2pdma_init(pdev of vdev{dev}) = 0',
      '-EOPNOTSUPP': 'pcim_p2pdma_init(pdev of vdev{dev}) = -EOPNOTSUPP',
      '-ENOMEM': 'pcim_p2pdma_init(pdev of vdev{dev}) = -ENOMEM',
    },
    source: 'vfio_pci_core_init_dev, v7.3',
  }),
  call('dev.init_rwsem(memory_lock)', 'rwsem', {
    written: 'init_rwsem(&vdev{dev}->memory_lock)',
    c: 'init_rwsem(&$dev->memory_lock)',
    source: 'vfio_pci_core_init_dev, v7.3',
  }),
  call('dev.map_bars', 'bar', {
    outcomes: ['ok', '-EBUSY', 'skipped'],
    environment: ['-EBUSY', 'skipped'],
    written: {
      ok: 'open vdev{dev}: the BAR is claimed and mapped',
      '-EBUSY': 'open vdev{dev}: the BAR is not to be had',
      skipped: 'open vdev{dev}: the BAR is not mappable',
    },
    source: 'vfio_pci_core_enable, v7.3',
  }),
];

/** Here the references of the file decide, where elsewhere the environment does. */
const getFileActive: Call = call('buf.get_file_active', 'file', {
  outcomes: ['true', 'false'],
  written: {
    '': 'get_file_active(&dmabuf{buf}->file)',
    true: 'get_file_active(&dmabuf{buf}->file)',
    false: 'get_file_active(&dmabuf{buf}->file) = NULL',
  },
  source: 'vfio_pci_dma_buf_move, v7.3',
});

/** Steps of export, of release and of those around them, beside the steps that they share. */
export const exportCalls: readonly Call[] = [
  ...procedureCalls.filter(({ name }) => name !== getFileActive.name),
  getFileActive,
  ...exportSteps,
  ...releaseSteps,
  ...holderCalls,
  ...deviceCalls,
];
