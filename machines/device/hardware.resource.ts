import { setup } from 'xstate';

export const labels = [
  'hw.command(MEM=0):ok',
  'hw.command(MEM=1):ok',
  'set_power_state(D0)',
  'set_power_state(D1)',
  'set_power_state(D2)',
  'set_power_state(D3hot)',
  'reset:begin',
  'reset:end',
  'hw.enable',
  'hw.disable',
] as const;

/** Events that more than one region takes. */
const shared = ['reset:begin'] as const;

/**
 * The device itself, where the kernel decides by copies of its own (vconfig, `current_state`):
 * whether its BARs are decoded, its power state, whether it is being reset. A reset that has ended
 * leaves COMMAND as it was, because the PCI core saves and restores it around the reset; before it,
 * the PCI core brings the device to D0. A device in a low power state can only go deeper or to D0.
 *
 * @param decode - whether COMMAND.MEM is set at the beginning
 * @param memoryBit - a VF has none, and decodes whatever is written
 */
export function hardware(decode: 'on' | 'off', memoryBit: 'implemented' | 'none' = 'implemented') {
  const fromAnyState = {
    'set_power_state(D0)': 'd0',
    'set_power_state(D3hot)': 'd3hot',
    'reset:begin': 'd0',
  } as const;
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'hardware',
    description: 'the PCI function: COMMAND.MEM, PMCSR, reset',
    meta: {
      labels,
      shared,
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
              'hw.command(MEM=0):ok': memoryBit === 'none' ? 'decodes' : 'does_not_decode',
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
        description: 'PMCSR; a state that it cannot go to leaves it where it is',
        meta: { source: 'pci_set_power_state, pci_dev_save_and_disable, drivers/pci/pci.c' },
        initial: 'd0',
        states: {
          d0: { on: { ...fromAnyState, 'set_power_state(D1)': 'd1', 'set_power_state(D2)': 'd2' } },
          d1: { on: { ...fromAnyState, 'set_power_state(D1)': 'd1', 'set_power_state(D2)': 'd2' } },
          d2: { on: { ...fromAnyState, 'set_power_state(D1)': 'd2', 'set_power_state(D2)': 'd2' } },
          d3hot: {
            on: {
              ...fromAnyState,
              'set_power_state(D1)': 'd3hot',
              'set_power_state(D2)': 'd3hot',
            },
          },
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
