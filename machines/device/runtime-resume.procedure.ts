import { setup } from 'xstate';

export const labels = [
  'dev.runtime_resume:begin',
  'dev.memory_lock.down_write',
  'dev.pm_wake_eventfd:true',
  'dev.pm_wake_eventfd:false',
  'dev.pm_runtime_engaged:true',
  'dev.pm_runtime_engaged:false',
  'dev.pm_runtime_engaged.clear',
  'dev.pm_runtime_get_noresume',
  'dev.pm_wake_eventfd.clear',
  'dev.memory_lock.up_write',
  'dev.runtime_resume:end',
] as const;

/**
 * The runtime resume callback (`vfio_pci_core_runtime_resume()`). Where the owner left an eventfd,
 * it is signalled and low power is over; the buffers stay as they are.
 */
export function runtimeResume() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'runtime_resume',
    description: 'vfio_pci_core_runtime_resume(), drivers/vfio/pci/vfio_pci_core.c',
    meta: {
      labels,
      c: {
        function: 'vfio_pci_core_runtime_resume',
        file: 'drivers/vfio/pci/vfio_pci_core.c',
        entries: [
          {
            begins: 'dev.runtime_resume:begin',
            parameters: { dev: '@dev' },
            returns: { 'dev.runtime_resume:end': '0' },
          },
        ],
        rows: [{ c: 'dev_get_drvdata($dev)', is: '$dev', because: 'the probe has set it' }],
      },
      source: 'vfio_pci_core_runtime_resume, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.runtime_resume:begin': 'lock' } },
      lock: {
        on: { 'dev.memory_lock.down_write': { target: 'test', meta: { commits: 'dev.begin' } } },
      },
      test: {
        on: { 'dev.pm_wake_eventfd:true': 'engaged', 'dev.pm_wake_eventfd:false': 'unlock' },
      },
      engaged: {
        description: 'eventfd_signal(), __vfio_pci_runtime_pm_exit()',
        on: { 'dev.pm_runtime_engaged:true': 'exit', 'dev.pm_runtime_engaged:false': 'unlock' },
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
        on: { 'dev.pm_wake_eventfd:true': 'put_eventfd', 'dev.pm_wake_eventfd:false': 'unlock' },
      },
      put_eventfd: { on: { 'dev.pm_wake_eventfd.clear': 'unlock' } },
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'dev.end' } } },
      },
      return: { on: { 'dev.runtime_resume:end': 'idle' } },
    },
  });
}
