import { setup } from 'xstate';
import { type ResetHandlers, resetDone, resetPrepare } from './reset-handlers.ts';

export const labels = [
  'dev.sysfs_reset:begin',
  'dev.pm_runtime_get_sync',
  'dev.memory_lock.down_write',
  'dev.zap_bars',
  'dev.move(true):begin',
  'dev.move(true):end',
  'dev.pci_reset_function:begin',
  'dev.pci_reset_function:ok',
  'dev.pci_reset_function:failed',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.move(false):begin',
  'dev.move(false):end',
  'dev.memory_lock.up_write',
  'dev.pm_runtime_put',
  'dev.sysfs_reset:ok',
  'dev.sysfs_reset:failed',
] as const;

/** A reset by root, through the `reset` file of the device in sysfs (`pci_reset_function()`). */
export function sysfsReset(variation: ResetHandlers) {
  const hears = variation.hears === 'reset_prepare';
  const prepare = resetPrepare('dev', '#sysfs_reset.reset', { meta: { commits: 'dev.begin' } });
  /** After the reset, and on to what it returned. */
  const done = (ret: 'return' | 'return_failed') =>
    resetDone('dev', { target: `#sysfs_reset.put_${ret}`, meta: { commits: 'dev.end' } });

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
      unused: hears
        ? []
        : labels.filter((label) => /memory_lock|zap_bars|move|memory_enabled/.test(label)),
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.sysfs_reset:begin': 'get' } },
      get: { on: { 'dev.pm_runtime_get_sync': hears ? 'prepare' : 'reset' } },
      ...(hears && { prepare }),
      reset: {
        description: 'D0, config space saved, the reset, config space restored',
        meta: { source: 'pci_dev_save_and_disable, pci_dev_restore, drivers/pci/pci.c' },
        on: {
          'dev.pci_reset_function:begin': hears
            ? { target: 'resetting', meta: { commits: 'dev.power(D0)' } }
            : 'resetting',
        },
      },
      resetting: {
        on: {
          'dev.pci_reset_function:ok': hears
            ? { target: 'done', meta: { commits: 'dev.reset:ok' } }
            : 'put_return',
          'dev.pci_reset_function:failed': hears
            ? { target: 'done_failed', meta: { commits: 'dev.reset:failed' } }
            : 'put_return_failed',
        },
      },
      ...(hears && { done: done('return'), done_failed: done('return_failed') }),
      put_return: { on: { 'dev.pm_runtime_put': 'return' } },
      return: { on: { 'dev.sysfs_reset:ok': 'idle' } },
      put_return_failed: { on: { 'dev.pm_runtime_put': 'return_failed' } },
      return_failed: { on: { 'dev.sysfs_reset:failed': 'idle' } },
    },
  });
}
