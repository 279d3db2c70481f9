import type { WhatIf } from '../design.ts';

const RFC =
  'Pranjal Shrivastava, [RFC] "vfio/pci: Revoke BARs and DMABUFs during sysfs-triggered PCI reset", 2026-08-07, <20260807201405.3717430-2-praan@google.com>';

/** reset_prepare(), as pci_dev_save_and_disable() calls it for a device. */
function prepare(dev: 'dev' | 'dev[i]', next: unknown, locked: object = {}): object {
  return {
    description: 'pci_dev_save_and_disable() calls reset_prepare()',
    meta: { source: `pci_dev_save_and_disable, drivers/pci/pci.c, v7.3; ${RFC}` },
    initial: 'lock',
    states: {
      lock: { on: { [`${dev}.memory_lock.down_write`]: { target: 'zap', ...locked } } },
      zap: { on: { [`${dev}.zap_bars`]: 'revoke' } },
      revoke: { on: { [`${dev}.move(true):begin`]: 'revoking' } },
      revoking: { on: { [`${dev}.move(true):end`]: next } },
    },
  };
}

/** reset_done(), as pci_dev_restore() calls it. */
function done(dev: 'dev' | 'dev[i]', next: unknown): object {
  return {
    description: 'pci_dev_restore() calls reset_done()',
    meta: { source: `pci_dev_restore, drivers/pci/pci.c, v7.3; ${RFC}` },
    initial: 'test',
    states: {
      test: {
        on: {
          [`${dev}.memory_enabled:true`]: 'unrevoke',
          [`${dev}.memory_enabled:false`]: 'unlock',
        },
      },
      unrevoke: { on: { [`${dev}.move(false):begin`]: 'unrevoking' } },
      unrevoking: { on: { [`${dev}.move(false):end`]: 'unlock' } },
      unlock: { on: { [`${dev}.memory_lock.up_write`]: next } },
    },
  };
}

const ofHotReset: WhatIf['states'] = {
  'hot_reset.reset': {
    on: { 'bus.pci_reset_bus:begin': { target: 'prepare', actions: 'fromFirst' } },
  },
  'hot_reset.prepare': prepare('dev[i]', [
    { guard: 'more', target: '#hot_reset.prepare', actions: 'next' },
    { target: '#hot_reset.resetting' },
  ]),
  'hot_reset.resetting': {
    description: 'the errno of a failed reset is returned; the way back is the same',
    on: {
      'bus.pci_reset_bus:ok': {
        target: 'done',
        actions: 'fromFirst',
        meta: { commits: 'bus.reset:ok' },
      },
      'bus.pci_reset_bus:-ENOTTY': {
        target: 'done',
        actions: ['fromFirst', { type: 'fail', params: '-ENOTTY' }],
        meta: { commits: 'bus.reset:-ENOTTY' },
      },
    },
  },
  'hot_reset.done': done('dev[i]', [
    { guard: 'more', target: '#hot_reset.done', actions: 'next' },
    { target: '#hot_reset.unwind', actions: 'fromLast' },
  ]),
};

const ofFunctionReset: WhatIf['states'] = {
  'function_reset.reset': {
    on: {
      'dev.pci_try_reset_function:begin': {
        target: 'prepare',
        meta: {
          commits: 'dev.power(D0)',
          source: 'pci_dev_save_and_disable, drivers/pci/pci.c: D0 before the reset',
        },
      },
      'dev.pci_try_reset_function:-EAGAIN': {
        target: 'test',
        meta: {
          commits: 'dev.reset:failed',
          source: 'pci_try_reset_function, drivers/pci/pci.c: pci_dev_trylock() fails',
        },
      },
    },
  },
  'function_reset.prepare': prepare('dev', '#function_reset.resetting'),
  'function_reset.resetting': {
    on: {
      'dev.pci_try_reset_function:ok': { target: 'done', meta: { commits: 'dev.reset:ok' } },
      'dev.pci_try_reset_function:failed': {
        target: 'done',
        meta: { commits: 'dev.reset:failed' },
      },
    },
  },
  'function_reset.done': done('dev', '#function_reset.test'),
};

const ofDeviceReset: WhatIf['states'] = {
  'device_reset.reset': {
    on: {
      'dev.pci_try_reset_function:begin': 'prepare',
      'dev.pci_try_reset_function:-EAGAIN': {
        target: 'test',
        actions: 'fail',
        meta: {
          commits: 'dev.reset:failed',
          source: 'pci_try_reset_function, drivers/pci/pci.c: pci_dev_trylock() fails',
        },
      },
    },
  },
  'device_reset.prepare': prepare('dev', '#device_reset.resetting'),
  'device_reset.resetting': {
    on: {
      'dev.pci_try_reset_function:ok': { target: 'done', meta: { commits: 'dev.reset:ok' } },
      'dev.pci_try_reset_function:failed': {
        target: 'done',
        actions: 'fail',
        meta: { commits: 'dev.reset:failed' },
      },
    },
  },
  'device_reset.done': done('dev', '#device_reset.test'),
};

const end = { commits: 'dev.end' };

const ofSysfsReset: WhatIf['states'] = {
  'sysfs_reset.get': { on: { 'dev.pm_runtime_get_sync': 'prepare' } },
  'sysfs_reset.prepare': prepare('dev', '#sysfs_reset.reset', { meta: { commits: 'dev.begin' } }),
  'sysfs_reset.reset': {
    description: 'D0, config space saved, the reset, config space restored',
    meta: { source: 'pci_dev_save_and_disable, pci_dev_restore, drivers/pci/pci.c' },
    on: {
      'dev.pci_reset_function:begin': {
        target: 'resetting',
        meta: { commits: 'dev.power(D0)' },
      },
    },
  },
  'sysfs_reset.resetting': {
    on: {
      'dev.pci_reset_function:ok': { target: 'done', meta: { commits: 'dev.reset:ok' } },
      'dev.pci_reset_function:failed': {
        target: 'done_failed',
        meta: { commits: 'dev.reset:failed' },
      },
    },
  },
  'sysfs_reset.done': done('dev', { target: '#sysfs_reset.put_return', meta: end }),
  'sysfs_reset.done_failed': done('dev', { target: '#sysfs_reset.put_return_failed', meta: end }),
};

/**
 * vfio-pci hears of every reset, by reset_prepare() and reset_done() of its error handlers, which take
 * memory_lock. The PCI core calls them in each reset that saves and restores the device, those that
 * vfio-pci itself asks for included.
 */
export const resetPrepare: WhatIf = {
  title:
    "reset_prepare() that takes memory_lock: mends what O12 breaks, and vfio-pci's own resets, which hold the lock when pci_dev_save_and_disable() calls it, wait for themselves",
  at: ['handlers'],
  labels: {
    hot_reset: ['dev[i].memory_lock.down_write'],
    sysfs_reset: [
      'dev.memory_lock.down_write',
      'dev.zap_bars',
      'dev.move(true):begin',
      'dev.move(true):end',
      'dev.memory_enabled:true',
      'dev.memory_enabled:false',
      'dev.move(false):begin',
      'dev.move(false):end',
      'dev.memory_lock.up_write',
    ],
  },
  states: { ...ofHotReset, ...ofFunctionReset, ...ofDeviceReset, ...ofSysfsReset },
  source:
    'RFC of 2026-08-07, which adds reset_prepare and reset_done to vfio-pci; how it re-arranges the locking of hot reset for that was not read and is not drawn; pci_dev_save_and_disable, drivers/pci/pci.c, v7.3',
};
