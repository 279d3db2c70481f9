// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = [
  'memory_enabled:true',
  'memory_enabled:false',
  'memory.off',
  'memory.on',
  'reset:begin',
  'reset:end',
  'disable',
] as const;

/** Whether a device decodes memory, is in a reset, or was disabled when it was closed. */
export function deviceMemory() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'device_memory',
    description: 'COMMAND.MEM and reset of a device, as __vfio_pci_memory_enabled() sees them',
    meta: {
      labels,
      source: '__vfio_pci_memory_enabled, vfio_pci_ioctl_reset, vfio_pci_core_disable, v7.3',
    },
    initial: 'on',
    states: {
      on: {
        tags: ['quiescent'],
        on: {
          'memory_enabled:true': 'on',
          'memory.off': 'off',
          'memory.on': 'on',
          'reset:begin': 'resetting',
          disable: 'disabled',
        },
      },
      off: {
        description: 'an access is an Unsupported Request',
        tags: ['quiescent', 'gone'],
        on: {
          'memory_enabled:false': 'off',
          'memory.off': 'off',
          'memory.on': 'on',
          'reset:begin': 'resetting_off',
          disable: 'disabled',
        },
      },
      resetting: {
        tags: ['gone'],
        on: {
          'reset:end': 'on',
          'memory_enabled:true': 'resetting',
          'reset:begin': 'resetting',
          'memory.off': 'resetting_off',
          'memory.on': 'resetting',
          disable: 'disabled',
        },
      },
      resetting_off: {
        tags: ['gone'],
        on: {
          'reset:end': 'off',
          'memory_enabled:false': 'resetting_off',
          'reset:begin': 'resetting_off',
          'memory.off': 'resetting_off',
          'memory.on': 'resetting',
          disable: 'disabled',
        },
      },
      disabled: {
        description: 'the device is closed',
        tags: ['quiescent', 'gone'],
        on: {
          'memory_enabled:false': 'disabled',
          'memory.off': 'disabled',
          'memory.on': 'disabled',
          'reset:begin': 'disabled',
          'reset:end': 'disabled',
          disable: 'disabled',
        },
      },
    },
  });
}
