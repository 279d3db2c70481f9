import type { Difference } from '../design.ts';

/** v1 of the series that adds mmap(): importers are called back before the device is in D0 (P22). */
export const revokeBeforePowerUp: Difference = {
  at: ['deviceReset'],
  states: {
    'device_reset.zap': { on: { 'dev.zap_bars': 'revoke' } },
    'device_reset.revoking': { on: { 'dev.move(true):end': 'power_up' } },
    'device_reset.power_up': {
      on: {
        'dev.set_power_state(D0)': { target: 'reset', meta: { commits: 'dev.power(D0)' } },
      },
    },
  },
  defects: ['P22'],
  source: 'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v1, by the changelog of v2',
};
