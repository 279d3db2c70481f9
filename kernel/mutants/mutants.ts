import { drop, type Edit, moveBefore, replace } from './edit.ts';

/** A defect that is built into vfio-pci-core.ko. */
export interface Mutant {
  /** Of a defect that the specification knows, its id. */
  readonly id: string;
  readonly what: string;
  readonly file: 'core' | 'config' | 'dmabuf';
  readonly function: string;
  readonly edits: readonly Edit[];
  /** The suites that walk this function, in the order in which they are tried. */
  readonly suites: readonly string[];
  /** Why no test finds it. */
  readonly survives?: string;
}

const REVOKE = 'vfio_pci_dma_buf_move(vdev, true)';
const UNREVOKE = 'vfio_pci_dma_buf_move(vdev, false)';
const PUT = 'vfio_device_put_registration(';

/** Those of the review, then others. */
export const mutants: readonly Mutant[] = [
  {
    id: 'P18',
    what: 'a revoke waits for the fences of the kernel only',
    ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_move', suites: ['fences-bookkeep', 'revoke'] },
    edits: [replace('DMA_RESV_USAGE_BOOKKEEP', 'DMA_RESV_USAGE_KERNEL')],
  },
  {
    id: 'waits-for-no-fence',
    what: 'a revoke waits for no fence',
    ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_move', suites: ['fences-kernel'] },
    edits: [drop('dma_resv_wait_timeout(')],
  },
  {
    id: 'tells-no-importer',
    what: 'a revoke tells no importer',
    ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_move', suites: ['fences-write'] },
    edits: [drop('dma_buf_invalidate_mappings(')],
  },
  {
    id: 'waits-for-writers',
    what: 'a revoke waits for the fences of those who write, and not of those who read',
    ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_move', suites: ['fences-read'] },
    edits: [replace('DMA_RESV_USAGE_BOOKKEEP', 'DMA_RESV_USAGE_WRITE')],
  },
  {
    id: 'P14',
    what: 'export asks whether memory is enabled before it takes the lock',
    ...{ file: 'dmabuf', function: 'vfio_pci_core_feature_dma_buf', suites: ['export'] },
    edits: [moveBefore('priv->revoked =', 'down_write(')],
  },
  {
    id: 'P6',
    what: 'the way back of a hot reset reads the config space of a device that is closed',
    ...{ file: 'core', function: 'vfio_pci_dev_set_hot_reset', suites: ['hot-reset-unopened'] },
    edits: [replace('vdev->vdev.open_count && ', '')],
  },
  {
    id: 'flr-no-unrevoke',
    what: 'a function level reset gives no access back',
    ...{ file: 'config', function: 'vfio_exp_config_write', suites: ['function-reset'] },
    edits: [drop(UNREVOKE)],
  },
  {
    id: 'release-keeps-registration',
    what: 'the release of a buffer does not put the registration of the device',
    ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_release', suites: ['export'] },
    edits: [drop(PUT)],
  },
  {
    id: 'export-without-lock',
    what: 'export lists a buffer without memory_lock',
    ...{ file: 'dmabuf', function: 'vfio_pci_core_feature_dma_buf', suites: ['export'] },
    edits: [drop('down_write('), drop('up_write(')],
  },
  {
    id: 'release-without-lock',
    what: 'the release of a buffer takes it off the list without memory_lock',
    ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_release', suites: ['export'] },
    edits: [drop('down_write('), drop('up_write(')],
  },
  {
    id: 'write-no-unrevoke',
    what: 'a write that enables memory gives no access back',
    ...{ file: 'config', function: 'vfio_basic_config_write', suites: ['revoke', 'device'] },
    edits: [drop(UNREVOKE)],
  },
  {
    id: 'power-no-revoke',
    what: 'a write of D3hot revokes nothing',
    ...{ file: 'config', function: 'vfio_lock_and_set_power_state', suites: ['device'] },
    edits: [drop(REVOKE)],
  },
  {
    id: 'reset-no-unrevoke',
    what: 'VFIO_DEVICE_RESET gives no access back',
    ...{ file: 'core', function: 'vfio_pci_ioctl_reset', suites: ['device'] },
    edits: [drop(UNREVOKE)],
  },
  {
    id: 'reset-revokes-asleep',
    what: 'VFIO_DEVICE_RESET revokes before it has woken the device up (P22)',
    ...{ file: 'core', function: 'vfio_pci_ioctl_reset', suites: ['device'] },
    edits: [moveBefore(REVOKE, 'vfio_pci_set_power_state(')],
  },
  {
    id: 'exit-no-unrevoke',
    what: 'LOW_POWER_EXIT gives no access back',
    ...{ file: 'core', function: 'vfio_pci_runtime_pm_exit', suites: ['device'] },
    edits: [drop(UNREVOKE)],
  },
  {
    id: 'hot-reset-no-revoke',
    what: 'a hot reset revokes nothing',
    ...{
      ...{ file: 'core', function: 'vfio_pci_dev_set_hot_reset' },
      suites: ['hot-reset', 'hot-reset-unopened'],
    },
    edits: [drop(REVOKE)],
  },
  {
    id: 'hot-reset-keeps-awake',
    what: 'a hot reset never lets the devices sleep again',
    ...{ file: 'core', function: 'vfio_pci_dev_set_hot_reset', suites: ['hot-reset'] },
    edits: [drop('pm_runtime_put(')],
  },
  {
    id: 'flag-after-notify',
    what: 'a revoke tells the importers before it sets the flag',
    ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_move', suites: ['revoke'] },
    edits: [
      drop('priv->revoked = true'),
      replace(
        'dma_resv_wait_timeout(',
        'if (revoked) priv->revoked = true; dma_resv_wait_timeout(',
      ),
    ],
  },
  {
    id: 'map-ignores-revoked',
    what: 'a map does not ask whether the buffer is revoked',
    ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_map', suites: ['remap', 'revoke', 'buffer'] },
    edits: [replace('if (priv->revoked)', 'if (0)')],
  },
  {
    id: 'attach-ignores-revoked',
    what: 'an attach does not ask whether the buffer is revoked',
    ...{
      ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_attach' },
      suites: ['buffer', 'attachment-unmaps-later'],
    },
    edits: [replace('if (priv->revoked)', 'if (0)')],
  },
  {
    id: 'unmap-keeps-count',
    what: 'an unmap does not put the count of mappings',
    ...{
      ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_unmap' },
      suites: ['revoke', 'attachment-unmaps-later'],
    },
    edits: [drop('kref_put(')],
  },
  {
    id: 'cleanup-keeps-registration',
    what: 'a close does not put the registrations of its buffers',
    ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_cleanup', suites: ['close'] },
    edits: [drop(PUT)],
  },
  {
    id: 'no-completion',
    what: 'a revoke does not wait for the mappings (P19)',
    ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_move', suites: ['revoke'] },
    edits: [drop('wait_for_completion(')],
  },
  {
    id: 'sriov-under-lock',
    what: 'VFs are probed under memory_lock, as before 40ef3edf151e',
    ...{ file: 'core', function: 'vfio_pci_core_sriov_configure', suites: ['sriov'] },
    edits: [
      drop('up_write('),
      replace(
        'ret = pci_enable_sriov(pdev, nr_virtfn);',
        'ret = pci_enable_sriov(pdev, nr_virtfn); up_write(&vdev->memory_lock);',
      ),
    ],
  },
  {
    id: 'function-sleeps-under-vfs',
    what: 'a write of D3hot is not refused while there are VFs',
    ...{ file: 'core', function: 'vfio_pci_set_power_state', suites: ['sriov'] },
    edits: [replace('vdev->sriov_active', 'false')],
  },
  {
    id: 'wake-up-stays-engaged',
    what: 'a wake-up tells its eventfd, and low power goes on',
    ...{ file: 'core', function: 'vfio_pci_core_runtime_resume', suites: ['wake-up'] },
    edits: [drop('__vfio_pci_runtime_pm_exit(')],
  },
  {
    id: 'disable-stays-dirty',
    what: 'a close takes a device for one that was not reset, though it was',
    ...{ file: 'core', function: 'vfio_pci_core_disable', suites: ['close'] },
    edits: [replace('vdev->needs_reset = false', '')],
  },
  {
    id: 'flag-before-notify',
    what: 'an un-revoke clears the flag before it tells the importers, which mends O5',
    ...{ file: 'dmabuf', function: 'vfio_pci_dma_buf_move', suites: ['revoke'] },
    edits: [
      replace('if (revoked)', ''),
      replace('priv->revoked = true', 'priv->revoked = revoked'),
      drop('dma_resv_lock(', 2),
      drop('priv->revoked = false'),
      drop('dma_resv_unlock(', 2),
    ],
  },
];
