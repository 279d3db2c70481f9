import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'core_enable',
  'config_free',
  'open_count:true',
  'open_count:false',
  'memory_enabled:true',
  'memory_enabled:false',
  'vconfig.command(MEM=0)',
  'vconfig.command(MEM=1)',
  'set_power_state(D0)',
  'set_power_state(D1)',
  'set_power_state(D2)',
  'set_power_state(D3hot)',
  'pm_runtime_engaged.set',
  'pm_runtime_engaged.clear',
] as const;

/**
 * What the kernel believes of one vfio-pci device (`struct vfio_pci_core_device`): whether it is
 * open, COMMAND.MEM in vconfig, `pdev->current_state`. `memory_enabled` is
 * __vfio_pci_memory_enabled(), which decides by these copies and not by the device itself
 * (pci-command.resource.ts, pci-power.resource.ts), and there is no vconfig while the device is closed. D1 and D2 make no
 * difference to it.
 *
 * @param initially - whether the device is open at the beginning
 * @param memoryBit - a VF has none (`no_command_memory`), so that memory is enabled whatever vconfig says
 */
export const vdev = madeOnce(function vdev(
  initially: 'open' | 'closed',
  memoryBit: 'implemented' | 'none' = 'implemented',
) {
  return setup({
    types: {
      context: {} as { engaged: boolean },
      events: {} as { type: (typeof labels)[number] },
    },
    actions: {
      engage: assign({ engaged: true }),
      disengage: assign({ engaged: false }),
    },
  }).createMachine({
    id: 'vdev',
    description: 'struct vfio_pci_core_device: open_count, vconfig COMMAND.MEM, power state',
    meta: {
      labels,
      source: '__vfio_pci_memory_enabled, vfio_config_init, vfio_config_free, v7.3',
    },
    context: { engaged: false },
    on: {
      'pm_runtime_engaged.set': { actions: 'engage' },
      'pm_runtime_engaged.clear': { actions: 'disengage' },
    },
    initial: initially === 'open' ? 'memory_on' : 'closed',
    states: {
      closed: {
        description: 'vconfig is NULL',
        on: {
          core_enable: 'memory_on',
          config_free: 'closed',
          'open_count:false': 'closed',
          'memory_enabled:true': 'oops',
          'vconfig.command(MEM=0)': 'oops',
          'vconfig.command(MEM=1)': 'oops',
          'set_power_state(D0)': 'closed',
          'set_power_state(D1)': 'closed',
          'set_power_state(D2)': 'closed',
          'set_power_state(D3hot)': 'closed',
        },
      },
      memory_on: {
        on: {
          config_free: 'closed',
          'open_count:true': 'memory_on',
          'memory_enabled:true': 'memory_on',
          'vconfig.command(MEM=0)': 'memory_off',
          'vconfig.command(MEM=1)': 'memory_on',
          'set_power_state(D0)': 'memory_on',
          'set_power_state(D1)': 'memory_on',
          'set_power_state(D2)': 'memory_on',
          'set_power_state(D3hot)': 'd3hot',
        },
      },
      memory_off: {
        on: {
          config_free: 'closed',
          'open_count:true': 'memory_off',
          [memoryBit === 'none' ? 'memory_enabled:true' : 'memory_enabled:false']: 'memory_off',
          'vconfig.command(MEM=0)': 'memory_off',
          'vconfig.command(MEM=1)': 'memory_on',
          'set_power_state(D0)': 'memory_off',
          'set_power_state(D1)': 'memory_off',
          'set_power_state(D2)': 'memory_off',
          'set_power_state(D3hot)': 'd3hot_memory_off',
        },
      },
      d3hot: {
        on: {
          config_free: 'closed',
          'open_count:true': 'd3hot',
          'memory_enabled:false': 'd3hot',
          'vconfig.command(MEM=0)': 'd3hot_memory_off',
          'vconfig.command(MEM=1)': 'd3hot',
          'set_power_state(D0)': 'memory_on',
          'set_power_state(D1)': 'd3hot',
          'set_power_state(D2)': 'd3hot',
          'set_power_state(D3hot)': 'd3hot',
        },
      },
      d3hot_memory_off: {
        on: {
          config_free: 'closed',
          'open_count:true': 'd3hot_memory_off',
          'memory_enabled:false': 'd3hot_memory_off',
          'vconfig.command(MEM=0)': 'd3hot_memory_off',
          'vconfig.command(MEM=1)': 'd3hot',
          'set_power_state(D0)': 'memory_off',
          'set_power_state(D1)': 'd3hot_memory_off',
          'set_power_state(D2)': 'd3hot_memory_off',
          'set_power_state(D3hot)': 'd3hot_memory_off',
        },
      },
      oops: {
        description:
          'BUG: kernel NULL pointer dereference in __vfio_pci_memory_enabled() or vfio_basic_config_write()',
        tags: ['violation', 'oops'],
        meta: { finding: 'is not open: __vfio_pci_memory_enabled() reads vconfig, which is NULL' },
      },
    },
  });
});
