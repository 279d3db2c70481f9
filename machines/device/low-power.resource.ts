import { setup } from 'xstate';

export const labels = [
  'pm_runtime_engaged:true',
  'pm_runtime_engaged:false',
  'pm_runtime_engaged.set',
  'pm_runtime_engaged.clear',
  'pm_wake_eventfd:true',
  'pm_wake_eventfd:false',
  'pm_wake_eventfd.set',
  'pm_wake_eventfd.clear',
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
        initial: 'without_wakeup',
        states: {
          without_wakeup: {
            on: {
              'pm_runtime_engaged:false': 'without_wakeup',
              'pm_wake_eventfd:false': 'without_wakeup',
              'pm_wake_eventfd.set': 'with_wakeup',
              'pm_wake_eventfd.clear': 'without_wakeup',
              'pm_runtime_engaged.set': '#low_power.engaged.without_wakeup',
              'pm_runtime_engaged.clear': 'without_wakeup',
            },
          },
          with_wakeup: {
            description:
              'inside __vfio_pci_runtime_pm_exit(), which puts the eventfd last; else one that nothing will signal',
            on: {
              'pm_runtime_engaged:false': 'with_wakeup',
              'pm_wake_eventfd:true': 'with_wakeup',
              'pm_wake_eventfd.set': 'with_wakeup',
              'pm_wake_eventfd.clear': 'without_wakeup',
              'pm_runtime_engaged.set': '#low_power.engaged.with_wakeup',
              'pm_runtime_engaged.clear': 'with_wakeup',
            },
          },
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
              'pm_wake_eventfd.clear': 'without_wakeup',
              'pm_runtime_engaged.clear': '#low_power.out.without_wakeup',
            },
          },
          with_wakeup: {
            on: {
              'pm_runtime_engaged:true': 'with_wakeup',
              'pm_wake_eventfd:true': 'with_wakeup',
              'pm_wake_eventfd.clear': 'without_wakeup',
              'pm_runtime_engaged.set': 'with_wakeup',
              'pm_runtime_engaged.clear': '#low_power.out.with_wakeup',
              'pm_wake_eventfd.set': 'with_wakeup',
            },
          },
        },
      },
    },
  });
}
