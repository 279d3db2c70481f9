import { type Call, call } from 'xstate-check';
import { procedureCalls } from '../shared/calls.ts';

/** What changes the power or the decoding of a device, and what runs beside it. */
export const transitionCalls: readonly Call[] = [
  ...procedureCalls,
  call('dev.write_pmcsr(D0)', 'power_write', {
    caller: 'user',
    spans: true,
    written: 'write PM_CTRL of vdev{dev}, D0',
    source: 'vfio_pm_config_write, v7.3',
  }),
  call('dev.write_pmcsr(D1)', 'power_write', {
    caller: 'user',
    spans: true,
    written: 'write PM_CTRL of vdev{dev}, D1',
    source: 'vfio_pm_config_write, v7.3',
  }),
  call('dev.write_pmcsr(D2)', 'power_write', {
    caller: 'user',
    spans: true,
    written: 'write PM_CTRL of vdev{dev}, D2',
    source: 'vfio_pm_config_write, v7.3',
  }),
  call('dev.write_pmcsr(D3hot)', 'power_write', {
    caller: 'user',
    spans: true,
    written: 'write PM_CTRL of vdev{dev}, D3hot',
    source: 'vfio_pm_config_write, v7.3',
  }),
  call('dev.set_power_state(D1)', 'vdev', {
    outcomes: ['', 'failed'],
    environment: ['failed'],
    written: {
      '': 'vfio_pci_set_power_state(vdev{dev}, PCI_D1)',
      failed: 'vfio_pci_set_power_state(vdev{dev}, PCI_D1) fails',
    },
    c: 'vfio_pci_set_power_state($dev, PCI_D1)',
    source: 'vfio_lock_and_set_power_state, vfio_pci_set_power_state, v7.3',
  }),
  call('dev.set_power_state(D2)', 'vdev', {
    outcomes: ['', 'failed'],
    environment: ['failed'],
    written: {
      '': 'vfio_pci_set_power_state(vdev{dev}, PCI_D2)',
      failed: 'vfio_pci_set_power_state(vdev{dev}, PCI_D2) fails',
    },
    c: 'vfio_pci_set_power_state($dev, PCI_D2)',
    source: 'vfio_lock_and_set_power_state, vfio_pci_set_power_state, v7.3',
  }),
  call('dev.set_power_state(D3hot)', 'vdev', {
    outcomes: ['', 'failed'],
    environment: ['failed'],
    written: {
      '': 'vfio_pci_set_power_state(vdev{dev}, PCI_D3hot)',
      failed: 'vfio_pci_set_power_state(vdev{dev}, PCI_D3hot) = -EBUSY',
    },
    c: 'vfio_pci_set_power_state($dev, PCI_D3hot)',
    source: 'vfio_lock_and_set_power_state, v7.3',
  }),
  call('dev.flr', 'function_reset', {
    caller: 'user',
    spans: true,
    written: 'write the FLR bit of DEVCTL of vdev{dev}',
    source: 'vfio_exp_config_write, v7.3',
  }),
  call('dev.af_flr', 'function_reset', {
    caller: 'user',
    spans: true,
    written: 'write the FLR bit of AF_CTRL of vdev{dev}',
    source: 'vfio_af_config_write, v7.3',
  }),
  call('dev.pci_try_reset_function', 'hardware', {
    outcomes: ['begin', 'ok', 'failed', '-EAGAIN'],
    environment: ['failed', '-EAGAIN'],
    written: 'pci_try_reset_function(pdev{dev})',
    c: 'pci_try_reset_function($dev)',
    // It locks the device before anything is reset.
    runs: {
      ok: ['{dev}.pci_try_reset_function:begin', '{dev}.pci_try_reset_function:ok'],
      failed: ['{dev}.pci_try_reset_function:begin', '{dev}.pci_try_reset_function:failed'],
    },
    source: 'pci_try_reset_function, drivers/pci/pci.c',
  }),
  call('dev.device_reset', 'device_reset', {
    caller: 'user',
    outcomes: ['ok', 'failed', '-EINVAL'],
    spans: true,
    written: 'VFIO_DEVICE_RESET of vdev{dev}',
    source: 'vfio_pci_ioctl_reset, v7.3',
  }),
  call('dev.low_power_entry', 'low_power_entry', {
    caller: 'user',
    outcomes: ['ok', '-EINVAL'],
    spans: true,
    written: 'LOW_POWER_ENTRY of vdev{dev}',
    source: 'vfio_pci_runtime_pm_entry, v7.3',
  }),
  call('dev.low_power_entry_with_wakeup', 'low_power_entry_with_wakeup', {
    caller: 'user',
    outcomes: ['ok', '-EINVAL'],
    spans: true,
    written: 'LOW_POWER_ENTRY_WITH_WAKEUP of vdev{dev}',
    source: 'vfio_pci_runtime_pm_entry, v7.3',
  }),
  call('dev.low_power_exit', 'low_power_exit', {
    caller: 'user',
    spans: true,
    written: 'LOW_POWER_EXIT of vdev{dev}',
    source: 'vfio_pci_runtime_pm_exit, v7.3',
  }),
  call('dev.pm_runtime_engaged.set', 'low_power', {
    written: 'vdev{dev}->pm_runtime_engaged = true',
    c: '$dev->pm_runtime_engaged = true',
    source: 'vfio_pci_runtime_pm_entry, v7.3',
  }),
  call('dev.pm_wake_eventfd.set', 'low_power', {
    written: 'vdev{dev}->pm_wake_eventfd_ctx = efdctx',
    c: '$dev->pm_wake_eventfd_ctx = $some',
    source: 'vfio_pci_runtime_pm_entry, v7.3',
  }),
  call('dev.pm_runtime_get_sync', 'runtime_pm', {
    blocks: 'wait',
    written: 'pm_runtime_get_sync(pdev{dev})',
    c: 'pm_runtime_get_sync(&$dev->dev)',
    source: 'reset_store, drivers/pci/pci-sysfs.c: what it returns is ignored',
  }),
  call('dev.pm_runtime_put_noidle', 'runtime_pm', {
    written: 'pm_runtime_put_noidle(pdev{dev})',
    c: 'pm_runtime_put_noidle(&$dev->dev)',
    source: 'vfio_pci_runtime_pm_entry, v7.3',
  }),
  call('dev.rpm_suspend', 'runtime_pm', {
    outcomes: ['begin', 'end'],
    blocks: 'wait',
    written: {
      begin: 'rpm_suspend(pdev{dev})',
      end: 'rpm_suspend(pdev{dev}): suspended',
    },
    source: 'drivers/base/power/runtime.c',
  }),
  call('dev.rpm_resume', 'runtime_pm', {
    blocks: 'wait',
    written: 'rpm_resume(pdev{dev})',
    source: 'drivers/base/power/runtime.c',
  }),
  call('dev.touch_bar', 'page_fault', {
    caller: 'user',
    outcomes: ['ok', 'SIGBUS'],
    spans: true,
    written: 'touch a BAR of vdev{dev}',
    source: 'vfio_pci_mmap_huge_fault, v7.3',
  }),
  call('memory_lock.down_read', 'rwsem', {
    blocks: 'lock',
    written: 'down_read(&vdev{dev}->memory_lock)',
    c: 'down_read(&$dev->memory_lock)',
    source: 'vfio_pci_mmap_huge_fault, v7.3',
  }),
  call('memory_lock.up_read', 'rwsem', {
    written: 'up_read(&vdev{dev}->memory_lock)',
    c: 'up_read(&$dev->memory_lock)',
    source: 'vfio_pci_mmap_huge_fault, v7.3',
  }),
  call('dev.insert_pfn', 'mm', {
    written: 'vmf_insert_pfn(vmf, pfn of vdev{dev})',
    c: [
      'vmf_insert_pfn($_, $_, $_)',
      'vmf_insert_pfn_pmd($_, $_, $_)',
      'vmf_insert_pfn_pud($_, $_, $_)',
    ],
    returns: { '': 'VM_FAULT_NOPAGE' },
    source: 'vfio_pci_vmf_insert_pfn, v7.3',
  }),
  call('dev.sysfs_reset', 'sysfs_reset', {
    caller: 'user',
    outcomes: ['ok', 'failed'],
    spans: true,
    written: 'write reset of pdev{dev} in sysfs',
    source: 'reset_store, drivers/pci/pci-sysfs.c',
  }),
  call('dev.pci_reset_function', 'hardware', {
    outcomes: ['begin', 'ok', 'failed'],
    environment: ['failed'],
    written: 'pci_reset_function(pdev{dev})',
    c: 'pci_reset_function($dev)',
    source: 'pci_reset_function, drivers/pci/pci.c',
  }),
  call('dev.sriov_configure', 'sriov_configure', {
    caller: 'user',
    outcomes: ['ok', 'failed'],
    spans: true,
    written: 'write sriov_numvfs of pdev{dev}',
    source: 'vfio_pci_core_sriov_configure, v7.3',
  }),
  call('dev.sriov_disable', 'sriov_configure', {
    caller: 'user',
    spans: true,
    written: 'write 0 to sriov_numvfs of pdev{dev}',
    source: 'vfio_pci_core_sriov_configure, v7.3',
  }),
  call('dev.pci_enable_sriov', 'topology', {
    outcomes: ['begin', 'ok', 'failed'],
    written: 'pci_enable_sriov(pdev{dev})',
    source: 'vfio_pci_core_sriov_configure, v7.3',
  }),
  call('dev.pci_iov_add_virtfn', 'topology', {
    outcomes: ['ok', 'failed'],
    environment: ['failed'],
    written: 'pci_iov_add_virtfn(pdev{dev})',
    source: 'pci_iov_add_virtfn, drivers/pci/iov.c',
  }),
  call('dev.pci_disable_sriov', 'topology', {
    outcomes: ['begin', 'end'],
    written: 'pci_disable_sriov(pdev{dev})',
    source: 'vfio_pci_core_sriov_configure, v7.3',
  }),
  call('vf.dev_set.lock.mutex_lock', 'mutex', {
    blocks: 'lock',
    written: 'mutex_lock(&dev_set->lock) of a VF',
    source: 'vfio_assign_device_set, vfio_release_device_set, v7.3',
  }),
  call('vf.dev_set.lock.mutex_unlock', 'mutex', {
    written: 'mutex_unlock(&dev_set->lock) of a VF',
    source: 'vfio_assign_device_set, vfio_release_device_set, v7.3',
  }),
  call('dev.sriov_active.set', 'sriov', {
    written: 'vdev{dev}->sriov_active = true',
    c: '$dev->sriov_active = true',
    source: 'vfio_pci_core_sriov_configure, v7.3',
  }),
  call('dev.sriov_active.clear', 'sriov', {
    written: 'vdev{dev}->sriov_active = false',
    c: '$dev->sriov_active = false',
    source: 'vfio_pci_core_sriov_configure, v7.3',
  }),
];
