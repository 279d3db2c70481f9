/** Why an instance of a template does not hold in the newest release: a finding that it is an instance of. */
export interface Judgement {
  readonly template: string;
  /** Systems in which it shows, and what of the name of the instance: `low_power_entry`. */
  readonly systems: readonly string[];
  readonly instance: string;
  /** The finding, as `findings` has it. */
  readonly finding: string;
  /** The lines of the C that were read for it. */
  readonly c: string;
}

/** Every instance that is broken in 7.3, by family: nothing else is. */
export const judged: readonly Judgement[] = [
  {
    template: 'failed-call-leaves',
    systems: ['low-power', 'page-faults'],
    instance: 'dev[0].low_power_entry',
    finding: 'O1-entry-twice',
    c: 'vfio_pci_core.c:379-385 revokes before it tests pm_runtime_engaged',
  },
  {
    template: 'failed-call-leaves',
    systems: ['hot-reset', 'hot-reset-export'],
    instance: 'bus.hot_reset',
    finding: 'O18',
    c: 'vfio_pci_core.c:2563, 2574 refuse a device after 2579 has revoked those before it',
  },
  {
    template: 'failed-call-leaves',
    systems: ['transitions', 'low-power', 'page-faults', 'device-registers'],
    instance: 'dev[0].device_reset',
    finding: 'O18',
    c: 'vfio_pci_core.c:1336 revokes, and pci_try_reset_function() of 1337 may answer -EAGAIN at once',
  },
  {
    template: 'given-back',
    systems: ['wake-up', 'close-in-low-power'],
    instance: 'buf[0]',
    finding: 'O2',
    c: 'vfio_pci_core.c:528-533 ends low power and calls no vfio_pci_dma_buf_move(false)',
  },
  {
    template: 'given-back',
    systems: ['sysfs-reset'],
    instance: 'buf[0]',
    finding: 'O12-D3hot',
    c: 'pci.c:5137, pci_dev_save_and_disable(), sets D0, and vfio-pci has no reset_done',
  },
  {
    template: 'given-back',
    systems: ['sriov'],
    instance: 'buf[0]',
    finding: 'O4',
    c: 'vfio_pci_core.c:2389-2392 sets D0 under memory_lock and moves nothing',
  },
  {
    template: 'given-back',
    systems: ['failing-config-write'],
    instance: 'buf[0]',
    finding: 'O3',
    c: 'vfio_pci_config.c:616-621 returns after the revoke where the access fails',
  },
  {
    template: 'told-when-back',
    systems: [
      ...['transitions', 'low-power', 'wake-up', 'page-faults', 'sysfs-reset', 'sriov'],
      ...['failing-config-write', 'virtual-function', 'revoke', 'export', 'importers', 'fences'],
      ...['remap', 'attach', 'attach-not-p2p', 'hot-reset', 'hot-reset-export', 'nvgrace-read'],
      ...['iommufd', 'rdma', 'rdma-pinned', 'device-registers', 'typed-attachment'],
    ],
    instance: 'buf[',
    finding: 'O5',
    c: 'vfio_pci_dmabuf.c:351, dma_buf_invalidate_mappings(), comes before 372, priv->revoked = false',
  },
  {
    template: 'told-agrees',
    systems: ['low-power'],
    instance: 'in low power: att[0].map',
    finding: 'O1-pmcsr',
    c: 'vfio_pci_config.c:723-724 moves back by __vfio_pci_memory_enabled(), which does not look at pm_runtime_engaged (416)',
  },
  {
    template: 'told-agrees',
    systems: ['wake-up', 'close-in-low-power'],
    instance: 'woken: att[0].map',
    finding: 'O2',
    c: 'vfio_pci_core.c:528-533 signals the eventfd and calls no vfio_pci_dma_buf_move(false)',
  },
  {
    template: 'gone-for-all',
    systems: ['type1-map'],
    instance: 'dev[0] of dma[0]',
    finding: 'D-01-map',
    c: 'vfio_iommu_type1.c:540, follow_fault_pfn(), takes the PFN, and nothing of type1 hears of a zap',
  },
  {
    template: 'gone-for-all',
    systems: ['pool-swap'],
    instance: 'pool of',
    finding: 'F-C06',
    c: 'icssg_prueth.c:1037 forgets xsk_qid, and 1531 answers -EINVAL before the pool is taken from rx and tx',
  },
  {
    template: 'waits-for-somebody',
    systems: ['typed-attachment'],
    instance: 'comp.wait',
    finding: 'F-B11-hang',
    c: 'vfio_pci_dmabuf.c:358, wait_for_completion(), of an importer that the series lets attach without importer_ops',
  },
];
