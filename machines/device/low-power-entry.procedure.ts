import { setup } from 'xstate';

export const labels = [
  'dev.low_power_entry:begin',
  'dev.memory_lock.down_write',
  'dev.zap_bars',
  'dev.move(true):begin',
  'dev.move(true):end',
  'dev.pm_runtime_engaged:true',
  'dev.pm_runtime_engaged:false',
  'dev.pm_runtime_engaged.set',
  'dev.pm_wake_eventfd.set',
  'dev.pm_runtime_put_noidle',
  'dev.memory_lock.up_write',
  'dev.low_power_entry:ok',
  'dev.low_power_entry:-EINVAL',
] as const;

export interface LowPowerEntryVariation {
  /** LOW_POWER_ENTRY, or LOW_POWER_ENTRY_WITH_WAKEUP, which leaves an eventfd to be signalled. */
  readonly wakeup: 'none' | 'eventfd';
}

/**
 * VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY (`vfio_pci_runtime_pm_entry()`): zap, revoke, and give up the
 * reference that keeps the device awake, so that it may suspend when the call is over. A second
 * entry fails, and has revoked.
 */
export function lowPowerEntry(variation: LowPowerEntryVariation) {
  const eventfd = variation.wakeup === 'eventfd';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: eventfd ? 'low_power_entry_with_wakeup' : 'low_power_entry',
    description: `vfio_pci_runtime_pm_entry()${eventfd ? ', with an eventfd for the wake-up' : ''}`,
    meta: {
      labels,
      c: {
        function: 'vfio_pci_runtime_pm_entry',
        file: 'drivers/vfio/pci/vfio_pci_core.c',
        entries: [
          {
            begins: 'dev.low_power_entry:begin',
            parameters: { vdev: '@dev', efdctx: eventfd ? 'some' : 'NULL' },
          },
        ],
        rows: eventfd
          ? []
          : [
              {
                c: '$dev->pm_wake_eventfd_ctx = NULL',
                because: 'it is NULL where nobody is in low power',
              },
            ],
      },
      source: 'vfio_pci_runtime_pm_entry, v7.3',
      unused: eventfd ? [] : ['dev.pm_wake_eventfd.set'],
      unreachable: eventfd ? [] : ['arm'],
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.low_power_entry:begin': 'lock' } },
      lock: {
        on: { 'dev.memory_lock.down_write': { target: 'zap', meta: { commits: 'dev.begin' } } },
      },
      zap: { on: { 'dev.zap_bars': 'revoke' } },
      revoke: { on: { 'dev.move(true):begin': 'revoking' } },
      revoking: { on: { 'dev.move(true):end': 'test' } },
      test: {
        on: {
          'dev.pm_runtime_engaged:false': 'engage',
          'dev.pm_runtime_engaged:true': 'unlock_engaged',
        },
      },
      engage: {
        on: {
          'dev.pm_runtime_engaged.set': {
            target: eventfd ? 'arm' : 'put',
            meta: { commits: 'dev.low_power(enter)' },
          },
        },
      },
      arm: { on: { 'dev.pm_wake_eventfd.set': 'put' } },
      put: {
        description: 'the reference that open took',
        on: { 'dev.pm_runtime_put_noidle': 'unlock' },
      },
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'dev.end' } } },
      },
      return: { on: { 'dev.low_power_entry:ok': 'idle' } },
      unlock_engaged: {
        on: {
          'dev.memory_lock.up_write': { target: 'return_engaged', meta: { commits: 'dev.end' } },
        },
      },
      return_engaged: { on: { 'dev.low_power_entry:-EINVAL': 'idle' } },
    },
  });
}
