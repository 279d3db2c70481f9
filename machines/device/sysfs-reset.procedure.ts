import { setup } from 'xstate';

export const labels = [
  'dev.sysfs_reset:begin',
  'dev.pm_runtime_get_sync',
  'dev.pci_reset_function:begin',
  'dev.pci_reset_function:ok',
  'dev.pci_reset_function:failed',
  'dev.pm_runtime_put',
  'dev.sysfs_reset:ok',
  'dev.sysfs_reset:failed',
] as const;

/**
 * A reset by root, through the `reset` file of the device in sysfs (`pci_reset_function()`), of which
 * vfio-pci does not hear.
 */
export function sysfsReset() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'sysfs_reset',
    description: 'reset_store(), drivers/pci/pci-sysfs.c: pci_reset_function()',
    meta: {
      labels,
      c: {
        function: 'reset_store',
        file: 'drivers/pci/pci-sysfs.c',
        entries: [
          {
            begins: 'dev.sysfs_reset:begin',
            parameters: { dev: '@dev', count: '1' },
            returns: { 'dev.sysfs_reset:ok': '1', 'dev.sysfs_reset:failed': ['errno', '-EINVAL'] },
          },
        ],
      },
      source: 'reset_store, drivers/pci/pci-sysfs.c; pci_reset_function, drivers/pci/pci.c',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.sysfs_reset:begin': 'get' } },
      get: { on: { 'dev.pm_runtime_get_sync': 'reset' } },
      reset: {
        description: 'D0, config space saved, the reset, config space restored',
        meta: { source: 'pci_dev_save_and_disable, pci_dev_restore, drivers/pci/pci.c' },
        on: { 'dev.pci_reset_function:begin': 'resetting' },
      },
      resetting: {
        on: {
          'dev.pci_reset_function:ok': 'put_return',
          'dev.pci_reset_function:failed': 'put_return_failed',
        },
      },
      put_return: { on: { 'dev.pm_runtime_put': 'return' } },
      return: { on: { 'dev.sysfs_reset:ok': 'idle' } },
      put_return_failed: { on: { 'dev.pm_runtime_put': 'return_failed' } },
      return_failed: { on: { 'dev.sysfs_reset:failed': 'idle' } },
    },
  });
}
