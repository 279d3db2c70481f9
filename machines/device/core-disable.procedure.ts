import { setup } from 'xstate';

export const labels = [
  'dev.core_disable:begin',
  'dev.core_disable:end',
  'dev.memory_lock.down_write',
  'dev.pm_runtime_engaged.clear',
  'dev.memory_enabled:true',
  'dev.memory_enabled:false',
  'dev.move(false):begin',
  'dev.move(false):end',
  'dev.memory_lock.up_write',
  'dev.set_power_state(D0)',
  'dev.config_free',
  'dev.hw.disable',
] as const;

/**
 * `vfio_pci_core_disable()`: what closing does to the device itself. It leaves low power first, and
 * that gives access to buffers back if there are any left on the list.
 */
export function coreDisable() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'core_disable',
    description: 'vfio_pci_core_disable(), drivers/vfio/pci/vfio_pci_core.c',
    meta: { labels, source: 'vfio_pci_core_disable, vfio_pci_runtime_pm_exit, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.core_disable:begin': 'exit_low_power' } },
      exit_low_power: {
        meta: { source: 'vfio_pci_runtime_pm_exit, v7.3' },
        initial: 'lock',
        states: {
          lock: {
            on: {
              'dev.memory_lock.down_write': { target: 'exit', meta: { commits: 'dev.begin' } },
            },
          },
          exit: {
            on: {
              'dev.pm_runtime_engaged.clear': {
                target: 'test',
                meta: { commits: 'dev.low_power(exit)' },
              },
            },
          },
          test: {
            on: { 'dev.memory_enabled:true': 'unrevoke', 'dev.memory_enabled:false': 'unlock' },
          },
          unrevoke: { on: { 'dev.move(false):begin': 'unrevoking' } },
          unrevoking: { on: { 'dev.move(false):end': 'unlock' } },
          unlock: {
            on: {
              'dev.memory_lock.up_write': {
                target: '#core_disable.power_up',
                meta: { commits: 'dev.end' },
              },
            },
          },
        },
      },
      power_up: { on: { 'dev.set_power_state(D0)': 'free_config' } },
      free_config: {
        description: 'vconfig is NULL from here on',
        on: { 'dev.config_free': 'disable' },
      },
      disable: {
        description: 'BARs released, COMMAND = INTX_DISABLE, reset, pci_disable_device()',
        on: { 'dev.hw.disable': { target: 'done', meta: { commits: 'dev.disable' } } },
      },
      done: { on: { 'dev.core_disable:end': 'idle' } },
    },
  });
}
