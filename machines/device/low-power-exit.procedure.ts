import { setup } from 'xstate';

export const labels = [
  'dev.low_power_exit:begin',
  'dev.memory_lock.down_write',
  'dev.pm_runtime_engaged:true',
  'dev.pm_runtime_engaged:false',
  'dev.pm_runtime_engaged.clear',
  'dev.pm_runtime_get_noresume',
  'dev.pm_wake_eventfd:true',
  'dev.pm_wake_eventfd:false',
  'dev.pm_wake_eventfd.clear',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.move(false):begin',
  'dev.move(false):end',
  'dev.memory_lock.up_write',
  'dev.low_power_exit:ok',
] as const;

/**
 * VFIO_DEVICE_FEATURE_LOW_POWER_EXIT (`vfio_pci_runtime_pm_exit()`). The device is awake by then:
 * the call itself has resumed it.
 */
export function lowPowerExit() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'low_power_exit',
    description: 'vfio_pci_runtime_pm_exit(), drivers/vfio/pci/vfio_pci_core.c',
    meta: {
      labels,
      c: {
        function: 'vfio_pci_runtime_pm_exit',
        file: 'drivers/vfio/pci/vfio_pci_core.c',
        entries: [
          {
            begins: 'dev.low_power_exit:begin',
            parameters: { vdev: '@dev' },
            returns: { 'dev.low_power_exit:ok': 'void' },
          },
        ],
      },
      source: 'vfio_pci_runtime_pm_exit, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.low_power_exit:begin': 'lock' } },
      lock: {
        on: {
          'dev.memory_lock.down_write': { target: 'engaged', meta: { commits: 'dev.begin' } },
        },
      },
      engaged: {
        description: '__vfio_pci_runtime_pm_exit() does nothing for a device that is not in it',
        on: {
          'dev.pm_runtime_engaged:true': 'exit',
          'dev.pm_runtime_engaged:false': {
            target: 'test',
            meta: { commits: 'dev.low_power(exit)' },
          },
        },
      },
      exit: {
        on: {
          'dev.pm_runtime_engaged.clear': {
            target: 'get',
            meta: { commits: 'dev.low_power(exit)' },
          },
        },
      },
      get: { on: { 'dev.pm_runtime_get_noresume': 'eventfd' } },
      eventfd: {
        on: { 'dev.pm_wake_eventfd:true': 'put_eventfd', 'dev.pm_wake_eventfd:false': 'test' },
      },
      put_eventfd: { on: { 'dev.pm_wake_eventfd.clear': 'test' } },
      test: {
        on: { 'dev.memory_enabled:true': 'unrevoke', 'dev.memory_enabled:false': 'unlock' },
      },
      unrevoke: { on: { 'dev.move(false):begin': 'unrevoking' } },
      unrevoking: { on: { 'dev.move(false):end': 'unlock' } },
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'dev.end' } } },
      },
      return: { on: { 'dev.low_power_exit:ok': 'idle' } },
    },
  });
}
