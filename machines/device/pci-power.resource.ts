import { setup } from 'xstate';

export const labels = [
  'set_power_state(D0)',
  'set_power_state(D1)',
  'set_power_state(D2)',
  'set_power_state(D3hot)',
  'reset:begin',
] as const;

/**
 * The power state of the device itself (PMCSR). From a low power state it goes deeper or to D0, and
 * a state that it cannot go to leaves it where it is. Before a reset the PCI core brings it to D0.
 */
export function pciPower() {
  const fromAnyState = {
    'set_power_state(D0)': 'd0',
    'set_power_state(D3hot)': 'd3hot',
    'reset:begin': 'd0',
  } as const;
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pci_power',
    description: 'PMCSR as the device has it',
    meta: {
      labels,
      source:
        'PCI Power Management 1.2, 3.2.4; pci_set_power_state, pci_dev_save_and_disable, drivers/pci/pci.c, v7.3',
    },
    initial: 'd0',
    states: {
      d0: { on: { ...fromAnyState, 'set_power_state(D1)': 'd1', 'set_power_state(D2)': 'd2' } },
      d1: { on: { ...fromAnyState, 'set_power_state(D1)': 'd1', 'set_power_state(D2)': 'd2' } },
      d2: { on: { ...fromAnyState, 'set_power_state(D1)': 'd2', 'set_power_state(D2)': 'd2' } },
      d3hot: {
        on: { ...fromAnyState, 'set_power_state(D1)': 'd3hot', 'set_power_state(D2)': 'd3hot' },
      },
    },
  });
}
