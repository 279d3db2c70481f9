import { and, not, setup, stateIn } from 'xstate';

export const labels = [
  'open:ok',
  'memory(off)',
  'memory(on)',
  'power(D3hot)',
  'power(D0)',
  'low_power(enter)',
  'low_power(exit)',
  'disable',
  'unrevoke',
  'export:ok#live',
  'export:ok#revoked',
  'end#live',
  'end#revoked',
  'end#low_power',
  'end#cleaned',
] as const;

/** Events that more than one region takes. */
const shared = ['disable'] as const;

export interface MemoryVariation {
  /**
   * Whether low power keeps buffers from coming back: `ignored` as in every release up to 7.3,
   * where __vfio_pci_memory_enabled() does not look at pm_runtime_engaged; `respected` as the CPU's
   * page faults do.
   */
  readonly lowPower: 'ignored' | 'respected';
}

/**
 * Whether a device's BARs answer: COMMAND.MEM, power state, low power. It decides how a buffer is
 * born, whether one may come back, and in which state buffers have to be when a section ends.
 *
 * @param initially - on where the system starts with the device open
 */
export function memory(variation: MemoryVariation, initially: 'on' | 'off' = 'off') {
  const memoryEnabled = and([stateIn({ command: 'memory_on' }), stateIn({ power: 'd0' })]);
  return setup({
    types: { events: {} as { type: (typeof labels)[number] } },
    guards: {
      engaged: stateIn({ low_power: 'engaged' }),
      enabled:
        variation.lowPower === 'ignored'
          ? memoryEnabled
          : and([memoryEnabled, stateIn({ low_power: 'out' })]),
    },
  }).createMachine({
    id: 'memory',
    description:
      '__vfio_pci_memory_enabled(): COMMAND.MEM and the power state; low power beside it',
    meta: { labels, shared, source: '__vfio_pci_memory_enabled, v7.3' },
    type: 'parallel',
    states: {
      command: {
        initial: `memory_${initially}`,
        states: {
          memory_on: {
            on: { 'memory(off)': 'memory_off', 'memory(on)': 'memory_on', disable: 'memory_off' },
          },
          memory_off: {
            on: {
              'memory(on)': 'memory_on',
              'memory(off)': 'memory_off',
              'open:ok': 'memory_on',
              disable: 'memory_off',
            },
          },
        },
      },
      power: {
        initial: 'd0',
        states: {
          d0: { on: { 'power(D3hot)': 'd3hot', 'power(D0)': 'd0' } },
          d3hot: { on: { 'power(D0)': 'd0', 'power(D3hot)': 'd3hot', disable: 'd0' } },
        },
      },
      low_power: {
        description: 'pm_runtime_engaged: the device may suspend between two calls',
        initial: 'out',
        states: {
          out: { on: { 'low_power(enter)': 'engaged', 'low_power(exit)': 'out' } },
          engaged: { on: { 'low_power(exit)': 'out' } },
        },
      },
      answer: {
        description: 'what the three mean for the buffers',
        initial: 'given',
        states: {
          given: {
            on: {
              unrevoke: {
                guard: 'enabled',
                target: 'given',
                meta: { source: 'vfio_pci_dma_buf_move(false) and its callers, v7.3' },
              },
              'export:ok#live': { guard: 'enabled', target: 'given' },
              'export:ok#revoked': {
                guard: not('enabled'),
                target: 'given',
                meta: { source: 'vfio_pci_core_feature_dma_buf, v7.3: born revoked' },
              },
              'end#live': { guard: 'enabled', target: 'given' },
              'end#revoked': { guard: not('enabled'), target: 'given' },
              'end#low_power': {
                guard: 'engaged',
                target: 'given',
                meta: { source: 'vfio_pci_runtime_pm_entry, v7.3: it gives nothing back' },
              },
              'end#cleaned': {
                target: 'given',
                meta: { source: 'vfio_pci_dma_buf_cleanup, v7.3: no buffer is left on the list' },
              },
            },
          },
        },
      },
    },
  });
}
