import { type Call, call } from 'xstate-check';

const DISABLE = 'vfio_pci_core_disable, v7.3';
const TRY_RESET = 'vfio_pci_dev_set_try_reset, v7.3';

/** What closing a device does to it: out of low power, reset by itself, reset with its bus. */
export const closeCalls: readonly Call[] = [
  call('dev.reset_works', 'topology', {
    outcomes: ['true', 'false'],
    environment: ['false'],
    written: {
      true: 'vdev{dev}->reset_works',
      false: '!vdev{dev}->reset_works',
    },
    c: '$dev->reset_works',
    source: 'vfio_pci_ioctl_reset, v7.3',
  }),
  call('dev.pm_runtime_engaged', 'low_power', {
    outcomes: ['true', 'false'],
    written: {
      true: 'vdev{dev}->pm_runtime_engaged',
      false: '!vdev{dev}->pm_runtime_engaged',
    },
    c: '$dev->pm_runtime_engaged',
    source: 'vfio_pci_runtime_pm_entry, v7.3',
  }),
  call('dev.pm_wake_eventfd', 'low_power', {
    outcomes: ['true', 'false'],
    written: {
      true: 'vdev{dev}->pm_wake_eventfd_ctx is set',
      false: 'vdev{dev}->pm_wake_eventfd_ctx is NULL',
    },
    c: '$dev->pm_wake_eventfd_ctx',
    source: 'vfio_pci_core_runtime_resume, v7.3',
  }),
  call('dev.pm_runtime_resume_and_get', 'runtime_pm', {
    outcomes: ['active', 'suspended', 'failed'],
    environment: ['failed'],
    blocks: 'wait',
    written: {
      active: 'pm_runtime_resume_and_get(pdev{dev})',
      suspended: 'pm_runtime_resume_and_get(pdev{dev}), suspended',
      failed: 'pm_runtime_resume_and_get(pdev{dev}) fails',
    },
    source: 'vfio_device_fops_unl_ioctl, vfio_pci_rw, v7.3',
  }),
  call('dev.pm_runtime_get_noresume', 'runtime_pm', {
    written: 'pm_runtime_get_noresume(pdev{dev})',
    c: 'pm_runtime_get_noresume(&$dev->dev)',
    source: '__vfio_pci_runtime_pm_exit, v7.3',
  }),
  call('dev.runtime_resume', 'runtime_resume', {
    outcomes: ['end'],
    spans: true,
    written: 'vfio_pci_core_runtime_resume(pdev{dev})',
    source: 'vfio_pci_core_runtime_resume, v7.3',
  }),
  call('dev.pm_wake_eventfd.clear', 'low_power', {
    written: 'vdev{dev}->pm_wake_eventfd_ctx = NULL',
    c: '$dev->pm_wake_eventfd_ctx = NULL',
    source: '__vfio_pci_runtime_pm_exit, v7.3',
  }),
  call('dev.pm_runtime_resume', 'runtime_pm', {
    outcomes: ['active', 'suspended', 'failed'],
    environment: ['failed'],
    blocks: 'wait',
    written: {
      active: 'pm_runtime_resume(pdev{dev})',
      suspended: 'pm_runtime_resume(pdev{dev}), suspended',
      failed: 'pm_runtime_resume(pdev{dev}) fails',
    },
    source: DISABLE,
  }),
  call('dev.needs_reset', 'needs_reset', {
    outcomes: ['true', 'false'],
    written: { true: 'vdev{dev}->needs_reset', false: '!vdev{dev}->needs_reset' },
    c: '$dev->needs_reset',
    source: TRY_RESET,
  }),
  call('dev.needs_reset.set', 'needs_reset', {
    written: 'vdev{dev}->needs_reset = true',
    c: '$dev->needs_reset = true',
    source: DISABLE,
  }),
  call('dev.needs_reset.clear', 'needs_reset', {
    written: 'vdev{dev}->needs_reset = false',
    c: '$dev->needs_reset = false',
    source: DISABLE,
  }),
  call('hw.command(INTX_DISABLE)', 'hardware', {
    written: 'PCI_COMMAND of pdev{dev} = INTX_DISABLE',
    c: 'pci_write_config_word($dev, PCI_COMMAND, PCI_COMMAND_INTX_DISABLE)',
    source: DISABLE,
  }),
  call('dev.pci_dev_trylock', 'pci_core', {
    outcomes: ['1', '0'],
    environment: ['0'],
    written: 'pci_dev_trylock(pdev{dev})',
    c: 'pci_dev_trylock($dev)',
    source: DISABLE,
  }),
  call('dev.__pci_reset_function_locked', 'hardware', {
    outcomes: ['begin', 'ok', 'failed'],
    environment: ['failed'],
    written: '__pci_reset_function_locked(pdev{dev})',
    c: '__pci_reset_function_locked($dev)',
    source: DISABLE,
  }),
  call('hw.restore_state', 'hardware', {
    written: 'pci_restore_state(pdev{dev})',
    c: 'pci_restore_state($dev)',
    source: DISABLE,
  }),
  call('dev_set.try_reset', 'try_reset', {
    outcomes: ['end'],
    spans: true,
    written: 'vfio_pci_dev_set_try_reset(dev_set)',
    c: 'vfio_pci_dev_set_try_reset($dev_set)',
    source: DISABLE,
  }),
  call('dev_set.open_count', 'open_count', {
    outcomes: ['one', 'more'],
    written: {
      one: 'vfio_device_set_open_count(dev_set) == 1',
      more: 'vfio_device_set_open_count(dev_set) > 1',
    },
    c: 'vfio_device_set_open_count($dev_set)',
    returns: { one: '1', more: '2' },
    source: TRY_RESET,
  }),
  call('dev.open_count.dec', 'open_count', {
    written: 'vdev{dev}->vdev.open_count--',
    c: '$dev->vdev.open_count = $_',
    source: 'vfio_df_close, drivers/vfio/vfio_main.c, v7.3',
  }),
];
