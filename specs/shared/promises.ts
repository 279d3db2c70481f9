import type { Part, Property } from 'xstate-check';
import {
  type Answer,
  answerMonitors,
  type Permission,
  permissionMonitors,
  type Reference,
  referenceMonitors,
} from 'xstate-check/kernel';

/** What a call takes for its own duration. Locks are the business of `lock-balance`. */
const references: readonly Reference[] = [
  {
    // vfio_pci_dma_buf_move, vfio_pci_dma_buf_cleanup, v7.3
    to: 'file',
    of: 'buf',
    get: ['get_file_active:true'],
    put: ['fput'],
    use: [
      'resv.lock',
      'revoked.set',
      'revoked.clear',
      'invalidate_mappings:begin',
      'kref.init',
      'list_del',
      'set_status(TEMP_REVOKED):begin',
      'set_status(OK):begin',
    ],
  },
  {
    // vfio_pci_dev_set_pm_runtime_get, vfio_pci_dev_set_hot_reset, v7.3
    to: 'runtime_pm',
    of: 'dev',
    get: ['pm_runtime_get:ok'],
    put: ['pm_runtime_put'],
    use: ['set_power_state(D0)', 'bus.pci_reset_bus:begin'],
  },
  {
    // reset_store, v7.3
    to: 'runtime_pm',
    of: 'dev',
    get: ['pm_runtime_get_sync'],
    put: ['pm_runtime_put'],
    use: ['pci_reset_function:begin'],
  },
  {
    // vfio_pci_mmap_huge_fault of the series that adds mmap
    to: 'registration',
    of: 'dev',
    get: ['try_get_registration:ok'],
    put: ['put_registration'],
    use: ['dmabuf_lock.down_read'],
  },
];

/** For each call what it is for: one of the steps of each line. */
const answers: readonly Answer[] = [
  // include/uapi/linux/vfio.h: VFIO_DEVICE_PCI_HOT_RESET, VFIO_DEVICE_RESET: 0 on success
  { call: 'hot_reset', done: ['pci_reset_bus:ok'] },
  { call: 'device_reset', done: ['pci_try_reset_function:ok'] },
  // reset_store, v7.3: the count where pci_reset_function() answered 0
  { call: 'sysfs_reset', done: ['pci_reset_function:ok'] },
  // A write of config space answers ok however the reset ended: vfio_exp_config_write, v7.3
  ...['flr', 'af_flr'].map((call) => ({
    call,
    done: ['ok', 'failed', '-EAGAIN'].map((end) => `pci_try_reset_function:${end}`),
  })),
  // vfio_basic_config_write, v7.3: the device, and what the user reads back
  ...[0, 1].flatMap((bit) => [
    { call: `write_command(MEM=${bit})`, done: [`hw.command(MEM=${bit}):ok`] },
    { call: `write_command(MEM=${bit})`, done: [`vconfig.command(MEM=${bit})`] },
  ]),
  // vfio_pm_config_write, v7.3: what vfio_pci_set_power_state() answers is ignored
  ...['D0', 'D1', 'D2', 'D3hot'].map((state) => ({
    call: `write_pmcsr(${state})`,
    done: [`set_power_state(${state})`, `set_power_state(${state}):failed`],
  })),
  // include/uapi/linux/vfio.h: VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY, _WITH_WAKEUP, _EXIT
  { call: 'low_power_entry', done: ['pm_runtime_engaged.set'] },
  { call: 'low_power_entry_with_wakeup', done: ['pm_runtime_engaged.set'] },
  { call: 'low_power_entry_with_wakeup', done: ['pm_wake_eventfd.set'] },
  { call: 'low_power_exit', done: ['pm_runtime_engaged.clear', 'pm_runtime_engaged:false'] },
  // Documentation/PCI/pci-iov-howto.rst: the number of VFs that are enabled, 0 for none
  { call: 'sriov_configure', done: ['pci_enable_sriov:ok'] },
  { call: 'sriov_disable', done: ['pci_disable_sriov:end'] },
  // vfio_pci_core_close_device, vfio_df_close, v7.3
  { call: 'close', done: ['cleanup:end'] },
  { call: 'close', done: ['core_disable:end'] },
  { call: 'close', done: ['open_count.dec'] },
  // include/uapi/linux/vfio.h: VFIO_DEVICE_FEATURE_DMA_BUF answers the fd
  { call: 'export', done: ['fd_install'] },
  { call: 'export', done: ['list_add'] },
  // dma_buf_dynamic_attach, dma_buf_detach, v7.3; whether a map answers what it did is refinement's
  { call: 'attach', done: ['list_add'] },
  { call: 'detach', done: ['list_del'] },
  { call: 'detach', done: ['kfree'] },
  // iopt_map_pages, iopt_unmap_iova_range, v7.3: a revoked one is left out
  { call: 'map_file', done: ['pages.phys.set'] },
  { call: 'map_file', done: ['iommu.map', 'pages.revoked:true'] },
  { call: 'ioas_unmap', done: ['iommu.unmap', 'pages.revoked:true'] },
  { call: 'ioas_unmap', done: ['release_pages:end'] },
  // irdma_reg_user_mr_dmabuf, irdma_dereg_mr, v7.3
  { call: 'reg_mr', done: ['mr.register'] },
  { call: 'dereg_mr', done: ['umem_release:end'] },
];

/** The tests of an export, each with what lets it go on: vfio_pci_core_feature_dma_buf, v7.3. */
const EXPORT_TESTS = {
  'pci_ops:true': ['pci_ops:false'],
  'get_dmabuf_phys:true': ['get_dmabuf_phys:false'],
  'bar_claimed:true': ['bar_claimed:false'],
  'vfio_check_feature:1': ['vfio_check_feature:-EINVAL', 'vfio_check_feature:-EFAULT'],
  'validate_dmabuf_input:0': ['-EINVAL', '-EFAULT', '-ENOMEM'].map(
    (errno) => `validate_dmabuf_input:${errno}`,
  ),
  'pcim_p2pdma_provider:ok': ['pcim_p2pdma_provider:NULL'],
  'fill_phys_vec:ok': ['fill_phys_vec:-EINVAL', 'fill_phys_vec:-EOVERFLOW'],
  'try_get_registration:ok': ['try_get_registration:-ENODEV'],
} as const;

/** Each of them has to be passed before there is anything to give away. */
const exportPermissions = Object.entries(EXPORT_TESTS).map(
  ([granted, refused]): Permission => ({
    call: 'export',
    asks: granted.slice(0, granted.indexOf(':')),
    granted: [granted],
    refused,
    steps: ['dma_buf_getfile:ok', 'dma_buf_export:ok', 'list_add'].map((step) => `buf[0].${step}`),
  }),
);

/** What the C tests for a reason. Where a lock or a state is what matters, other rules ask for that. */
const permissions: readonly Permission[] = [
  {
    // vfio_pci_dev_set_hot_reset, v7.3: "Test whether all the affected devices can be reset by the user."
    call: 'hot_reset',
    asks: 'owned',
    granted: ['owned:true'],
    refused: ['owned:false'],
    steps: ['move(true):begin', 'zap_bars', 'bus.pci_reset_bus:begin'],
  },
  {
    // vfio_pci_dev_set_resettable, v7.3: nothing else on the bus or slot is reset with it
    call: 'hot_reset',
    asks: 'resettable',
    granted: ['resettable:true'],
    refused: ['resettable:false'],
    steps: ['bus.pci_reset_bus:begin'],
  },
  // vfio_pci_dev_set_needs_reset, v7.3: "No other VFIO device in the set can be open."
  ...['resettable:true', 'open_count:one'].map((granted) => ({
    call: 'try_reset',
    asks: granted.slice(0, granted.indexOf(':')),
    granted: [granted],
    refused: [
      'resettable:false',
      'open_count:more',
      'pm_runtime_resume_and_get:failed',
      'pci_reset_bus:ok',
      'pci_reset_bus:-ENOTTY',
    ],
    steps: ['bus.pci_reset_bus:begin'],
  })),
  {
    // vfio_pci_ioctl_reset, v7.3: vdev->reset_works
    call: 'device_reset',
    asks: 'reset_works',
    granted: ['reset_works:true'],
    refused: ['reset_works:false'],
    steps: ['pci_try_reset_function:begin', 'pci_try_reset_function:-EAGAIN'],
  },
  // vfio_pci_core_disable, v7.3: a function that can be reset, and the lock for one reset
  ...['reset_works:true', 'pci_dev_trylock:1'].map((granted) => ({
    call: 'core_disable',
    asks: granted.slice(0, granted.indexOf(':')),
    granted: [granted],
    refused: [
      'reset_works:false',
      'pci_dev_trylock:0',
      '__pci_reset_function_locked:ok',
      '__pci_reset_function_locked:failed',
    ],
    steps: ['__pci_reset_function_locked:begin'],
  })),
  {
    // vfio_pci_core_sriov_configure, v7.3
    call: 'sriov_configure',
    asks: 'pm_runtime_resume_and_get',
    granted: ['pm_runtime_resume_and_get:active'],
    refused: ['pm_runtime_resume_and_get:failed', 'pci_enable_sriov:ok', 'pci_enable_sriov:failed'],
    steps: ['pci_enable_sriov:begin'],
  },
  ...exportPermissions,
  // vfio_pci_dma_buf_attach, v7.3
  ...['peer2peer', 'revocable'].map((asks) => ({
    call: 'attach',
    asks,
    granted: [`${asks}:true`],
    refused: [`${asks}:false`],
    steps: ['list_add'],
  })),
  {
    // ib_umem_dmabuf_map_pages, v7.3
    call: 'reg_mr',
    asks: 'umem.revoked',
    granted: ['umem.revoked:false'],
    refused: ['umem.revoked:true'],
    steps: ['phys_vec_to_sgt:ok'],
  },
];

/**
 * What every call owes, whatever the system: what it takes it gives back, what it says it has done,
 * and what it asks for it waits for.
 *
 * @param returns - whether a label is the return of a call from user space
 */
export function promises(
  parts: readonly Part[],
  returns: (label: string) => boolean,
): { monitors: Part[]; properties: Property[] } {
  const held = referenceMonitors(parts, references, returns);
  const done = answerMonitors(parts, answers);
  const asked = permissionMonitors(parts, permissions);
  const names = (monitors: readonly Part[]) => monitors.map(({ name }) => name);
  const rules: Property[] = [
    {
      id: 'references-put',
      kind: 'monitor',
      title: 'a reference that a call takes is held while it is used, and put before it returns',
      parts: names(held),
      rule: 'S5',
      source:
        'vfio_pci_dma_buf_move, vfio_pci_dma_buf_cleanup, vfio_pci_dev_set_hot_reset, v7.3: each get has its put',
      consequence:
        'what it was taken of is never freed, or never sleeps again; or it goes while it is used',
    },
    {
      id: 'ok-means-done',
      kind: 'monitor',
      title: 'a call that answers ok has done what it is for',
      parts: names(done),
      source: 'include/uapi/linux/vfio.h, v7.3: "Return: 0 on success, -errno on failure."',
      consequence: 'the caller goes on as if it had happened',
    },
    {
      id: 'asked-before-done',
      kind: 'monitor',
      title: 'what a call may be refused it does only after it was granted',
      parts: names(asked),
      source: 'derived: what a test in the C is for; vfio_pci_dev_set_hot_reset, v7.3',
      consequence:
        'somebody gets what he was to be refused: a reset takes the device of another owner',
    },
  ];
  return {
    monitors: [...held, ...done, ...asked],
    properties: rules.filter((rule) => rule.kind !== 'monitor' || rule.parts.length > 0),
  };
}
