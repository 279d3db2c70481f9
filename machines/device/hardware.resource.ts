import { setup } from 'xstate';

export const labels = [
  'hw.command(MEM=0):ok',
  'hw.command(MEM=1):ok',
  'set_power_state(D0)',
  'set_power_state(D3hot)',
  'reset:begin',
  'reset:end',
  'hw.enable',
  'hw.disable',
] as const;

/**
 * The device itself, where the kernel decides by copies of its own (vconfig, `current_state`):
 * whether its BARs are decoded, its power state, whether it is being reset. A reset that has ended
 * leaves COMMAND as it was, because the PCI core saves and restores it around the reset.
 *
 * @param decode - whether COMMAND.MEM is set at the beginning
 */
export function hardware(decode: 'on' | 'off') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'hardware',
    description: 'the PCI function: COMMAND.MEM, PMCSR, reset',
    meta: {
      labels,
      source:
        'PCI Local Bus 3.0, 6.2.2 (Command); PCI Power Management 1.2, 3.2.4 (PMCSR); ' +
        'pci_dev_save_and_disable, pci_dev_restore, drivers/pci/pci.c',
    },
    type: 'parallel',
    states: {
      command: {
        description: 'COMMAND.MEM as the device has it',
        initial: decode === 'on' ? 'decodes' : 'does_not_decode',
        states: {
          decodes: {
            on: {
              'hw.command(MEM=0):ok': 'does_not_decode',
              'hw.command(MEM=1):ok': 'decodes',
              'hw.disable': {
                target: 'does_not_decode',
                meta: { source: 'vfio_pci_core_disable, v7.3: COMMAND = INTX_DISABLE' },
              },
            },
          },
          does_not_decode: {
            on: {
              'hw.command(MEM=0):ok': 'does_not_decode',
              'hw.command(MEM=1):ok': 'decodes',
              'hw.enable': { target: 'decodes', meta: { source: 'vfio_pci_core_enable, v7.3' } },
              'hw.disable': 'does_not_decode',
            },
          },
        },
      },
      power: {
        initial: 'd0',
        states: {
          d0: { on: { 'set_power_state(D0)': 'd0', 'set_power_state(D3hot)': 'd3hot' } },
          d3hot: { on: { 'set_power_state(D0)': 'd0', 'set_power_state(D3hot)': 'd3hot' } },
        },
      },
      reset: {
        initial: 'running',
        states: {
          running: { on: { 'reset:begin': 'resetting' } },
          resetting: { on: { 'reset:end': 'running' } },
        },
      },
    },
  });
}
