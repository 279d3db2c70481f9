import { setup } from 'xstate';

export const labels = [
  'dev.runtime_resume:begin',
  'dev.memory_lock.down_write',
  'dev.pm_wake_eventfd:true',
  'dev.pm_wake_eventfd:false',
  'dev.pm_runtime_engaged.clear',
  'dev.pm_runtime_get_noresume',
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
    meta: { labels, source: 'vfio_pci_core_runtime_resume, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.runtime_resume:begin': 'lock' } },
      lock: {
        on: { 'dev.memory_lock.down_write': { target: 'test', meta: { commits: 'dev.begin' } } },
      },
      test: { on: { 'dev.pm_wake_eventfd:true': 'exit', 'dev.pm_wake_eventfd:false': 'unlock' } },
      exit: {
        description: 'eventfd_signal(), __vfio_pci_runtime_pm_exit()',
        on: {
          'dev.pm_runtime_engaged.clear': {
            target: 'get',
            meta: { commits: 'dev.low_power(exit)' },
          },
        },
      },
      get: { on: { 'dev.pm_runtime_get_noresume': 'unlock' } },
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'return', meta: { commits: 'dev.end' } } },
      },
      return: { on: { 'dev.runtime_resume:end': 'idle' } },
    },
  });
}
