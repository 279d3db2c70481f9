import { drawn, inList, limit, notDrawn, type SaidOfList } from './say.ts';

const AROUND =
  'registers that vfio-pci believes to know change without it: what it believes is not held against ' +
  'the device everywhere';
const METHOD = 'resets are drawn as what they take away, not by the method that root has chosen';
const SLEEP =
  'system sleep: pci_pm_suspend() and its like save and restore a device whose driver has no callback ' +
  'for it, with buffers that are not revoked';
const RECOVERY =
  'recovery of an error resets the device and its siblings below a port, without memory_lock and ' +
  'without a revoke; vfio-pci is told by error_detected alone, and has no slot_reset';
const PULLED = 'a device that is gone: every read answers all ones, and what is written is lost';
const BRIDGE = 'a bridge above the device changes: no bridge is drawn';
const BELOW = 'a reset that another driver or root makes of what is below a bridge';

const numbered = (name: string, of: (n: number) => string): SaidOfList =>
  inList(name, ...[0, 1, 2, 3, 4, 5].map((n) => resource(of(n))));

/** Whoever maps or reads a BAR by its file reaches it past the driver. */
function resource(name: string): SaidOfList {
  return name.endsWith('_resize') ? limit('unbound only', name) : limit('root by choice', name);
}

const files: SaidOfList = {
  ...inList(
    'pci_dev_groups',
    limit('tells', 'pci_dev_smbios_attr_group', 'pci_dev_acpi_attr_group'),
    limit('no decoding', 'pci_dev_vpd_attr_group'),
    limit('of other machines', 'ARCH_PCI_DEV_GROUPS'),
  ),
  ...inList(
    'pci_dev_attr_groups',
    limit('tells', 'aer_stats_attr_group', 'aer_attr_group'),
    limit('of other machines', 'pci_doe_sysfs_group', 'pci_tsm_auth_attr_group'),
    limit('of other machines', 'pci_tsm_attr_group'),
    limit('no decoding', 'aspm_ctrl_attr_group'),
  ),
  ...inList(
    'pci_dev_attrs',
    limit(
      'tells',
      ...['power_state', 'resource', 'vendor', 'device', 'subsystem_vendor', 'subsystem_device'],
      ...['revision', 'class', 'irq', 'local_cpus', 'local_cpulist', 'modalias', 'numa_node'],
      ...['dma_mask_bits', 'consistent_dma_mask_bits', 'broken_parity_status', 'devspec'],
      ...['ari_enabled'],
    ),
    limit('unbound only', 'enable'),
    limit('interrupts', 'msi_bus'),
    notDrawn(
      'whether a suspended device may go on to D3cold, in which it forgets all',
      'd3cold_allowed',
    ),
  ),
  ...inList(
    'pcie_dev_attrs',
    limit('tells', 'current_link_speed', 'current_link_width', 'max_link_width', 'max_link_speed'),
  ),
  ...inList(
    'pci_bridge_attrs',
    limit('tells', 'subordinate_bus_number', 'secondary_bus_number'),
    notDrawn(BELOW, 'reset_subordinate'),
  ),
  ...inList('pci_dev_config_attrs', notDrawn(AROUND, 'bin_attr_config')),
  ...numbered('pci_dev_resource_io_attrs', (n) => `pci_dev_resource${n}_io_attr`),
  ...numbered('pci_dev_resource_uc_attrs', (n) => `pci_dev_resource${n}_uc_attr`),
  ...numbered('pci_dev_resource_wc_attrs', (n) => `pci_dev_resource${n}_wc_attr`),
  ...numbered('resource_resize_attrs', (n) => `resource${n}_resize`),
  ...inList('pci_dev_rom_attrs', notDrawn(AROUND, 'bin_attr_rom')),
  ...inList('pci_dev_reset_attrs', drawn('reset', { 'sysfs-reset': 'dev.sysfs_reset' })),
  ...inList('pci_dev_reset_method_attrs', notDrawn(METHOD, 'reset_method')),
  ...inList('pci_dev_dev_attrs', limit('tells', 'boot_vga', 'serial_number')),
  ...inList(
    'pci_dev_hp_attrs',
    drawn('remove', { export: 'dev.unregister' }),
    limit('sets up', 'dev_rescan'),
  ),
  ...inList(
    'sriov_pf_dev_attrs',
    limit('tells', 'sriov_totalvfs', 'sriov_offset', 'sriov_stride', 'sriov_vf_device'),
    limit('tells', 'sriov_vf_total_msix'),
    limit('sets up', 'sriov_drivers_autoprobe'),
    drawn('sriov_numvfs', { sriov: ['dev.sriov_configure', 'dev.sriov_disable'] }),
  ),
  ...inList('sriov_vf_dev_attrs', limit('interrupts', 'sriov_vf_msix_count')),
  ...inList(
    'p2pmem_attrs',
    drawn('size', { 'p2pmem-size': 'dev.size_show' }),
    limit('tells', 'available', 'published'),
  ),
  ...inList('p2pmem_alloc_attr', drawn('mmap', { 'p2pmem-allocate': 'vma.alloc_mmap' })),
};

const power: SaidOfList = {
  ...inList('power_attrs', limit('tells', 'async')),
  ...inList(
    'wakeup_attrs',
    limit('tells', 'wakeup_count', 'wakeup_active_count', 'wakeup_abort_count'),
    limit('tells', 'wakeup_expire_count', 'wakeup_active', 'wakeup_total_time_ms'),
    limit('tells', 'wakeup_max_time_ms', 'wakeup_last_time_ms', 'wakeup_prevent_sleep_time_ms'),
    notDrawn(
      'whether a device wakes the machine up; a wake-up of a suspended one is drawn',
      'wakeup',
    ),
  ),
  ...inList(
    'runtime_attrs',
    limit('tells', 'runtime_status', 'runtime_suspended_time', 'runtime_active_time'),
    limit('tells', 'runtime_usage', 'runtime_active_kids', 'runtime_enabled'),
    limit('the same', 'autosuspend_delay_ms'),
    notDrawn(
      'on keeps a device from being suspended in low power: then no step of the PM core is taken, ' +
        'which is one of the runs that are drawn, and a change in the middle is not',
      'control',
    ),
  ),
  ...inList('pm_qos_resume_latency_attrs', limit('the same', 'pm_qos_resume_latency_us')),
  ...inList('pm_qos_latency_tolerance_attrs', limit('tells', 'pm_qos_latency_tolerance_us')),
  ...inList('pm_qos_flags_attrs', limit('the same', 'pm_qos_no_power_off')),
};

const buses: SaidOfList = {
  ...inList('pci_bus_attrs', limit('sets up', 'bus_attr_rescan')),
  ...inList(
    'pcibus_attrs',
    limit('sets up', 'bus_rescan'),
    limit('tells', 'cpuaffinity', 'cpulistaffinity'),
  ),
  ...inList('pci_legacy_io_attrs', limit('of other machines', 'pci_legacy_io_attr')),
  ...inList('pci_legacy_io_sparse_attrs', limit('of other machines', 'pci_legacy_io_sparse_attr')),
  ...inList('pci_legacy_mem_attrs', limit('of other machines', 'pci_legacy_mem_attr')),
  ...inList(
    'pci_legacy_mem_sparse_attrs',
    limit('of other machines', 'pci_legacy_mem_sparse_attr'),
  ),
  ...inList('pci_drv_attrs', limit('sets up', 'driver_attr_new_id', 'driver_attr_remove_id')),
  ...inList('driver_override_dev_attrs', limit('sets up', 'driver_override')),
  ...inList(
    'files of a driver and of its bus',
    drawn('bind_store', { 'export-probe': 'dev.probe' }),
    drawn('unbind_store', { export: 'dev.unregister', 'p2p-session': 'dev.unbind' }),
    drawn('drivers_probe_store', { 'export-probe': 'dev.probe' }),
    limit('sets up', 'drivers_autoprobe_store'),
  ),
  ...inList('pci_slot_default_groups', limit('of other machines', 'ARCH_PCI_SLOT_GROUPS')),
  ...inList(
    'pci_slot_default_attrs',
    limit('tells', ...['address', 'max_speed', 'cur_speed'].map((name) => `pci_slot_attr_${name}`)),
  ),
  ...inList('hotplug_slot_attr_power', limit('tells', 'show'), notDrawn(PULLED, 'store')),
  ...inList('hotplug_slot_attr_attention', limit('tells', 'show', 'store')),
  ...inList('hotplug_slot_attr_latch', limit('tells', 'show')),
  ...inList('hotplug_slot_attr_presence', limit('tells', 'show')),
  ...inList('hotplug_slot_attr_test', limit('of other machines', 'store')),
  ...inList(
    'proc_bus_pci_ops',
    limit('tells', 'proc_lseek', 'proc_read', 'proc_open', 'proc_get_unmapped_area'),
    limit('frees', 'proc_release'),
    limit('root by choice', 'proc_mmap'),
    notDrawn(AROUND, 'proc_write'),
  ),
  ...inList(
    'proc_bus_pci_ioctl',
    limit('tells', 'PCIIOC_CONTROLLER', 'PCIIOC_MMAP_IS_IO', 'PCIIOC_MMAP_IS_MEM'),
    limit('tells', 'PCIIOC_WRITE_COMBINE'),
  ),
};

const driver: SaidOfList = {
  ...inList(
    'vfio_pci_driver',
    drawn('probe', { 'export-probe': 'dev.probe' }),
    drawn('remove', { export: 'dev.unregister' }),
    drawn('sriov_configure', { sriov: 'dev.sriov_configure' }),
  ),
  ...inList(
    'vfio_pci_core_pm_ops',
    drawn('vfio_pci_core_runtime_suspend', { 'low-power': 'dev.rpm_suspend' }),
    drawn('vfio_pci_core_runtime_resume', { 'low-power': 'dev.runtime_resume' }),
  ),
  ...inList('vfio_pci_core_err_handlers', notDrawn(RECOVERY, 'error_detected')),
  ...inList(
    'pci_bus_type',
    limit('sets up', 'match', 'dma_configure'),
    limit('tells', 'uevent', 'irq_get_affinity', 'num_vf'),
    drawn('probe', { 'export-probe': 'dev.probe' }),
    drawn('remove', { export: 'dev.unregister' }),
    notDrawn('the machine goes down: bus mastering ends, no buffer is revoked', 'shutdown'),
    notDrawn('a device leaves its domain when its driver is gone', 'dma_cleanup'),
  ),
  ...inList('pci_dev_pm_ops', sleep()),
};

function sleep(): SaidOfList {
  const phases = ['suspend', 'resume', 'freeze', 'thaw', 'poweroff', 'restore'];
  return {
    ...notDrawn(SLEEP, 'prepare', 'complete', ...phases, ...phases.map((name) => `${name}_noirq`)),
    ...notDrawn(SLEEP, 'suspend_late', 'resume_early', 'poweroff_late'),
    ...drawn('runtime_suspend', { 'low-power': 'dev.rpm_suspend' }),
    ...drawn('runtime_resume', { 'low-power': 'dev.rpm_resume' }),
    ...limit('tells', 'runtime_idle'),
  };
}

const core: SaidOfList = {
  ...inList(
    'recovery of an error (AER, DPC)',
    notDrawn(RECOVERY, 'report_error_detected', 'report_mmio_enabled', 'report_slot_reset'),
    notDrawn(RECOVERY, 'report_resume', 'pcie_do_recovery'),
  ),
  ...inList(
    'a device that is put in or pulled',
    limit('sets up', 'pciehp_configure_device'),
    notDrawn(PULLED, 'pciehp_unconfigure_device'),
  ),
  ...inList(
    'exported by pci.c',
    drawn('pci_try_reset_function', { transitions: 'dev.pci_try_reset_function' }),
    drawn('pci_reset_bus', { 'hot-reset': 'bus.pci_reset_bus', 'last-close': 'bus.pci_reset_bus' }),
    drawn('__pci_reset_function_locked', { 'last-close': 'dev.__pci_reset_function_locked' }),
    drawn('pci_reset_function', { 'sysfs-reset': 'dev.pci_reset_function' }),
    limit('the same', 'pci_reset_function_locked', 'pcie_reset_flr', 'pci_set_power_state_locked'),
    limit('tells', 'pci_probe_reset_slot', 'pci_probe_reset_bus', 'pci_power_names'),
    limit('tells', 'pci_choose_state'),
    notDrawn(BRIDGE, 'pci_bridge_secondary_bus_reset', 'pci_bus_error_reset'),
    limit('of other machines', 'pci_set_pcie_reset_state'),
    drawn('pci_set_power_state', { transitions: ['dev.set_power_state(D3hot)'] }),
    limit('by its steps', 'pci_platform_power_transition', 'pci_save_state', 'pci_restore_state'),
    limit('by its steps', 'pci_store_saved_state', 'pci_load_saved_state'),
    limit('by its steps', 'pci_load_and_free_saved_state'),
    limit('sets up', 'pci_enable_device', 'pci_enable_device_mem', 'pci_set_master'),
    limit('not of vfio', 'pci_reenable_device'),
    drawn('pci_disable_device', { 'last-close': 'dev.hw.disable' }),
    drawn('pci_clear_master', { 'last-close': 'dev.hw.disable' }),
  ),
};

/** What root can do, and the kernel by itself. */
export const saidOfRoot: SaidOfList = { ...files, ...power, ...buses, ...driver, ...core };
