import { setup } from 'xstate';

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

export interface SysfsResetVariation {
  /**
   * Whether vfio-pci hears of a reset that it did not start: `no`, up to 7.3, or by `reset_prepare`
   * and `reset_done` of its error handlers, where it does what it does around its own resets.
   */
  readonly hears: 'no' | 'reset_prepare';
}

const RFC =
  'Pranjal Shrivastava, [RFC] "vfio/pci: Revoke BARs and DMABUFs during sysfs-triggered PCI reset", 2026-08-07, <20260807201405.3717430-2-praan@google.com>';

/** A reset by root, through the `reset` file of the device in sysfs (`pci_reset_function()`). */
export function sysfsReset(variation: SysfsResetVariation) {
  const hears = variation.hears === 'reset_prepare';
  const machine = setup({ types: { events: {} as { type: (typeof labels)[number] } } });

  const prepare = machine.createStateConfig({
    description: 'reset_prepare()',
    meta: { source: RFC },
    initial: 'lock',
    states: {
      lock: {
        on: { 'dev.memory_lock.down_write': { target: 'zap', meta: { commits: 'dev.begin' } } },
      },
      zap: { on: { 'dev.zap_bars': 'revoke' } },
      revoke: { on: { 'dev.move(true):begin': 'revoking' } },
      revoking: { on: { 'dev.move(true):end': '#sysfs_reset.reset' } },
    },
  });

  /** After the reset, and on to what it returned. */
  const done = (ret: 'return' | 'return_failed') =>
    machine.createStateConfig({
      description: 'reset_done()',
      meta: { source: RFC },
      initial: 'test',
      states: {
        test: {
          on: { 'dev.memory_enabled:true': 'unrevoke', 'dev.memory_enabled:false': 'unlock' },
        },
        unrevoke: { on: { 'dev.move(false):begin': 'unrevoking' } },
        unrevoking: { on: { 'dev.move(false):end': 'unlock' } },
        unlock: {
          on: {
            'dev.memory_lock.up_write': {
              target: `#sysfs_reset.put_${ret}`,
              meta: { commits: 'dev.end' },
            },
          },
        },
      },
    });

  return machine.createMachine({
    id: 'sysfs_reset',
    description: 'reset_store(), drivers/pci/pci-sysfs.c: pci_reset_function()',
    meta: {
      labels,
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
