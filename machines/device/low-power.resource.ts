import { setup } from 'xstate';

export const labels = [
  'pm_runtime_engaged:true',
  'pm_runtime_engaged:false',
  'pm_runtime_engaged.set',
  'pm_runtime_engaged.clear',
  'pm_wake_eventfd:true',
  'pm_wake_eventfd:false',
  'pm_wake_eventfd.set',
] as const;

/**
 * Whether the owner has put the device into low power (`pm_runtime_engaged`), and whether an
 * eventfd waits for the wake-up. Both are protected by memory_lock.
 */
export function lowPower() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'low_power',
    description: 'struct vfio_pci_core_device: pm_runtime_engaged, pm_wake_eventfd_ctx',
    meta: {
      labels,
      source: 'vfio_pci_runtime_pm_entry, __vfio_pci_runtime_pm_exit, v7.3',
    },
    initial: 'out',
    states: {
      out: {
        on: {
          'pm_runtime_engaged:false': 'out',
          'pm_wake_eventfd:false': 'out',
          'pm_runtime_engaged.set': 'engaged',
          'pm_runtime_engaged.clear': 'out',
          'pm_wake_eventfd.set': 'waits_awake',
        },
      },
      waits_awake: {
        description: 'an eventfd that nothing will signal: only a resume does',
        on: {
          'pm_runtime_engaged:false': 'waits_awake',
          'pm_wake_eventfd:true': 'waits_awake',
          'pm_wake_eventfd.set': 'waits_awake',
          'pm_runtime_engaged.set': '#low_power.engaged.with_wakeup',
          'pm_runtime_engaged.clear': 'out',
        },
      },
      engaged: {
        initial: 'without_wakeup',
        states: {
          without_wakeup: {
            on: {
              'pm_runtime_engaged:true': 'without_wakeup',
              'pm_wake_eventfd:false': 'without_wakeup',
              'pm_runtime_engaged.set': 'without_wakeup',
              'pm_wake_eventfd.set': 'with_wakeup',
            },
          },
          with_wakeup: {
            on: {
              'pm_runtime_engaged:true': 'with_wakeup',
              'pm_wake_eventfd:true': 'with_wakeup',
              'pm_runtime_engaged.set': 'with_wakeup',
              'pm_wake_eventfd.set': 'with_wakeup',
            },
          },
        },
        on: { 'pm_runtime_engaged.clear': 'out' },
      },
    },
  });
}
