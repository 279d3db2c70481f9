/** The stock kernel whose `vfio-pci-core.ko` was asked: `nm vfio-pci-core.ko`. */
export const STOCK = '7.3.4+deb13-cloud-amd64';

/**
 * Every function that a runtime monitor names, and what the stock module makes of it. A function
 * that is inlined cannot be probed; what it calls is then called by the function around it.
 */
export type Presence =
  | 'symbol'
  /** A copy with an argument less, under another name. */
  | 'constprop'
  /** Of the kernel or of another module, and called from this one. */
  | 'called'
  | { readonly inlinedIn: string };

export const symbols: Readonly<Record<string, Presence>> = {
  vfio_pci_core_feature_dma_buf: 'symbol',
  vfio_pci_dma_buf_map: 'symbol',
  vfio_pci_dma_buf_move: 'symbol',
  vfio_pci_dma_buf_cleanup: 'symbol',
  vfio_pci_dma_buf_release: 'symbol',
  vfio_pci_core_ioctl: 'symbol',
  vfio_pci_ioctl_reset: { inlinedIn: 'vfio_pci_core_ioctl' },
  vfio_pci_dev_set_hot_reset: 'constprop',
  vfio_pci_runtime_pm_entry: 'symbol',
  vfio_pci_runtime_pm_exit: 'symbol',
  vfio_pci_core_runtime_resume: 'symbol',
  __vfio_pci_memory_enabled: 'symbol',
  dma_buf_invalidate_mappings: 'called',
  ww_mutex_unlock: 'called',
  fput: 'called',
  down_write_trylock: 'called',
  up_write: 'called',
  unmap_mapping_range: 'called',
  pci_reset_bus: 'called',
};
