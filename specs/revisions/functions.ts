import type { Options } from './design.ts';

/** The functions of the kernel that procedures are drawn from, by the file that has them. */
export const files = {
  'drivers/vfio/pci/vfio_pci_core.c': [
    '__vfio_pci_memory_enabled',
    'vfio_pci_zap_and_down_write_memory_lock',
    'vfio_pci_set_power_state',
    'vfio_pci_runtime_pm_entry',
    'vfio_pci_runtime_pm_exit',
    'vfio_pci_core_runtime_suspend',
    'vfio_pci_core_runtime_resume',
    'vfio_pci_core_enable',
    'vfio_pci_core_disable',
    'vfio_pci_core_close_device',
    'vfio_pci_ioctl_reset',
    'vfio_pci_dev_set_hot_reset',
    'vfio_pci_dev_set_try_reset',
    'vfio_pci_mmap_huge_fault',
    'vfio_pci_rw',
    'vfio_pci_core_init_dev',
    'vfio_pci_core_register_device',
    'vfio_pci_core_unregister_device',
    'vfio_pci_core_sriov_configure',
  ],
  'drivers/vfio/pci/vfio_pci_config.c': [
    'vfio_basic_config_write',
    'vfio_pm_config_write',
    'vfio_lock_and_set_power_state',
    'vfio_exp_config_write',
    'vfio_af_config_write',
  ],
  'drivers/vfio/pci/vfio_pci_dmabuf.c': [
    'vfio_pci_core_feature_dma_buf',
    'vfio_pci_dma_buf_move',
    'vfio_pci_dma_buf_cleanup',
    'vfio_pci_dma_buf_attach',
    'vfio_pci_dma_buf_map',
    'vfio_pci_dma_buf_unmap',
    'vfio_pci_dma_buf_release',
    'vfio_pci_dma_buf_iommufd_map',
  ],
  'drivers/vfio/pci/nvgrace-gpu/main.c': ['nvgrace_gpu_read_mem'],
  'drivers/vfio/vfio_iommu_type1.c': [
    'vfio_dma_do_map',
    'vfio_dma_do_unmap',
    'vaddr_get_pfns',
    'follow_fault_pfn',
  ],
  'drivers/vfio/vfio_main.c': ['vfio_device_fops_unl_ioctl', 'vfio_assign_device_set'],
  'drivers/dma-buf/dma-buf.c': [
    'dma_buf_export',
    'dma_buf_fd',
    'dma_buf_put',
    'dma_buf_file_release',
    'dma_buf_release',
    'dma_buf_dynamic_attach',
    'dma_buf_detach',
    'dma_buf_pin',
    'dma_buf_map_attachment',
    'dma_buf_unmap_attachment',
    'dma_buf_invalidate_mappings',
  ],
  'drivers/dma-buf/dma-buf-mapping.c': [
    'dma_buf_phys_vec_to_sgt',
    'dma_buf_free_sgt',
    'fill_sg_entry',
  ],
  'drivers/iommu/iommufd/pages.c': [
    'iopt_map_dmabuf',
    'iopt_revoke_notify',
    'iopt_release_pages',
    'iopt_area_fill_domains',
    'iopt_area_unfill_domains',
    'iopt_area_add_access',
  ],
  'drivers/infiniband/core/umem_dmabuf.c': [
    'ib_umem_dmabuf_get_pinned_with_dma_device',
    'ib_umem_dmabuf_revoke',
    'ib_umem_dmabuf_release',
  ],
  'drivers/pci/pci.c': ['pci_dev_save_and_disable', 'pci_reset_function', 'pci_try_reset_function'],
  'drivers/pci/pci-sysfs.c': ['reset_store'],
  'drivers/base/power/runtime.c': ['rpm_suspend', 'rpm_resume'],
} as const;

/** What "vfio/pci: Add mmap() for DMABUFs" adds, which no release has. */
export const ofMmapSeries = [
  'vfio_pci_dmabuf_export',
  'vfio_pci_core_mmap_prep_dmabuf',
  'vfio_pci_lock_revoke_bars',
  'vfio_pci_core_feature_dma_buf_revoke',
] as const;

type File = keyof typeof files;
export type KernelFunction = (typeof files)[File][number] | (typeof ofMmapSeries)[number];

/** All that is drawn of some files, but for some functions. */
export function of(names: readonly File[], except: readonly KernelFunction[] = []) {
  return names
    .flatMap((name): readonly KernelFunction[] => files[name])
    .filter((name) => !except.includes(name));
}

/** Everything that is drawn of the files of a release. */
export const everyFunction: readonly KernelFunction[] = of(Object.keys(files) as File[]);

/** What a system is drawn of: procedures by their ids, and the functions that they are drawn from. */
interface Drawn {
  readonly machines: readonly string[];
  readonly functions: readonly KernelFunction[];
}

/** The points at which versions differ, by name: a machine, or what several share. */
const points = {
  move: { machines: ['move'], functions: ['vfio_pci_dma_buf_move'] },
  cleanup: { machines: ['cleanup'], functions: ['vfio_pci_dma_buf_cleanup'] },
  close: {
    machines: ['close', 'core_disable', 'try_reset'],
    functions: [
      'vfio_pci_core_close_device',
      'vfio_pci_core_disable',
      'vfio_pci_runtime_pm_exit',
      'vfio_pci_dev_set_try_reset',
    ],
  },
  export: {
    machines: ['feature_dma_buf', 'fput', 'fput_o_path', 'release'],
    functions: [
      'vfio_pci_core_feature_dma_buf',
      'vfio_pci_dma_buf_release',
      'dma_buf_export',
      'dma_buf_fd',
      'dma_buf_put',
      'dma_buf_file_release',
      'dma_buf_release',
    ],
  },
  hotReset: { machines: ['hot_reset'], functions: ['vfio_pci_dev_set_hot_reset'] },
  functionReset: {
    machines: ['function_reset'],
    functions: ['vfio_exp_config_write', 'vfio_af_config_write', 'pci_try_reset_function'],
  },
  deviceReset: {
    machines: ['device_reset'],
    functions: ['vfio_pci_ioctl_reset', 'vfio_pci_set_power_state', 'pci_try_reset_function'],
  },
  /** What vfio-pci does when its device is reset, by whomever. */
  handlers: {
    machines: ['sysfs_reset'],
    functions: ['reset_store', 'pci_reset_function', 'pci_dev_save_and_disable'],
  },
  sriov: {
    machines: ['sriov_configure'],
    functions: [
      'vfio_pci_core_sriov_configure',
      'vfio_pci_core_register_device',
      'vfio_pci_core_unregister_device',
      'vfio_assign_device_set',
    ],
  },
  memoryEnabled: { machines: [], functions: ['__vfio_pci_memory_enabled'] },
  attach: {
    machines: ['attach', 'detach'],
    functions: ['vfio_pci_dma_buf_attach', 'dma_buf_dynamic_attach', 'dma_buf_detach'],
  },
  pin: { machines: [], functions: ['dma_buf_pin'] },
  addresses: {
    machines: ['map_attachment', 'phys_vec_to_sgt', 'free_sgt', 'attached_iova'],
    functions: [
      'vfio_pci_dma_buf_map',
      'vfio_pci_dma_buf_unmap',
      'dma_buf_phys_vec_to_sgt',
      'dma_buf_free_sgt',
    ],
  },
  /** What attach and map ask, and the entries that a map allocates, fills and undoes. */
  chunks: {
    machines: ['map_chunks'],
    functions: [
      'vfio_pci_dma_buf_attach',
      'vfio_pci_dma_buf_map',
      'vfio_pci_dma_buf_unmap',
      'dma_buf_phys_vec_to_sgt',
      'dma_buf_free_sgt',
      'fill_sg_entry',
    ],
  },
  sgEntries: { machines: ['fill_sg_entry'], functions: ['fill_sg_entry'] },
  unmapWork: { machines: ['unmap_work', 'locking_unmap_work'], functions: [] },
  mapFile: {
    machines: ['map_file'],
    functions: ['iopt_map_dmabuf', 'iopt_area_fill_domains', 'vfio_pci_dma_buf_iommufd_map'],
  },
  releasePages: { machines: ['release_pages', 'map_file'], functions: ['iopt_release_pages'] },
  accessPin: { machines: ['access_pin'], functions: ['iopt_area_add_access'] },
  register: {
    machines: ['register_mr', 'deregister_mr', 'umem_release', 'umem_revoke', 'deaf_callback'],
    functions: [
      'ib_umem_dmabuf_get_pinned_with_dma_device',
      'ib_umem_dmabuf_revoke',
      'ib_umem_dmabuf_release',
    ],
  },
  mmap: {
    machines: [
      'bar_mmap',
      'dma_buf_fault',
      'revoke_and_write',
      'revoke_bars',
      'set_status',
      'revoke_dma_buf',
      'cleanup_of_series',
    ],
    functions: ofMmapSeries,
  },
  nvgraceRead: { machines: ['nvgrace_read', 'munmap'], functions: ['nvgrace_gpu_read_mem'] },
} as const satisfies Readonly<Record<string, Drawn> & Record<keyof Options, Drawn>>;

export type Point = keyof typeof points;

export function isPoint(subject: Subject): subject is Point {
  return subject in points;
}

/** What is drawn alike of every version that was read. */
const others = {
  commandWrite: {
    machines: ['command_write'],
    functions: [
      'vfio_basic_config_write',
      'vfio_pci_zap_and_down_write_memory_lock',
      '__vfio_pci_memory_enabled',
    ],
  },
  powerWrite: {
    machines: ['power_write'],
    functions: [
      'vfio_pm_config_write',
      'vfio_lock_and_set_power_state',
      'vfio_pci_set_power_state',
    ],
  },
  /** A call on the device fd, and the resume that it may begin with. */
  deviceCall: {
    machines: ['device_call', 'runtime_resume'],
    functions: ['vfio_device_fops_unl_ioctl', 'vfio_pci_rw', 'vfio_pci_core_runtime_resume'],
  },
  lowPower: {
    machines: ['low_power_entry', 'low_power_entry_with_wakeup', 'low_power_exit', 'pm_core'],
    functions: [
      'vfio_pci_runtime_pm_entry',
      'vfio_pci_runtime_pm_exit',
      'vfio_pci_core_runtime_suspend',
      'rpm_suspend',
      'rpm_resume',
    ],
  },
  pageFault: { machines: ['page_fault'], functions: ['vfio_pci_mmap_huge_fault'] },
  probe: {
    machines: ['probe'],
    functions: ['vfio_pci_core_init_dev', 'vfio_pci_core_enable'],
  },
  registration: {
    machines: ['unregister'],
    functions: ['vfio_pci_core_unregister_device'],
  },
  notify: {
    machines: ['invalidate_mappings', 'invalidate_listed'],
    functions: ['dma_buf_invalidate_mappings'],
  },
  /** An importer that maps and unmaps, whatever else it does. */
  mapping: {
    machines: ['importer'],
    functions: [
      'vfio_pci_dma_buf_map',
      'vfio_pci_dma_buf_unmap',
      'dma_buf_map_attachment',
      'dma_buf_unmap_attachment',
    ],
  },
  type1: {
    machines: ['type1_do_map', 'type1_do_unmap', 'vaddr_get_pfns'],
    functions: ['vfio_dma_do_map', 'vfio_dma_do_unmap', 'vaddr_get_pfns', 'follow_fault_pfn'],
  },
  iommufd: {
    machines: ['revoke_notify', 'ioas_unmap'],
    functions: ['iopt_revoke_notify', 'iopt_area_unfill_domains'],
  },
} as const satisfies Readonly<Record<string, Drawn>>;

export type Subject = keyof typeof points | keyof typeof others;

export const subjects: Readonly<Record<Subject, Drawn>> = { ...points, ...others };
