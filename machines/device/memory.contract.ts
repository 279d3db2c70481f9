import { and, not, setup, stateIn } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'open:ok',
  'memory(off)',
  'memory(on)',
  'power(D3hot)',
  'power(D0)',
  'low_power(enter)',
  'low_power(exit)',
  'low_power_entry:ok',
  'write_pmcsr(D3hot):ok',
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

/** Why a device that was put into D3hot is in D0 again once it has been suspended. */
const SUSPENDED =
  'vfio_pci_core_runtime_suspend, v7.3: "The user can move the device into D3hot state before ' +
  'invoking power management IOCTL. Move the device into D0 state here"';

/**
 * Whether a device's BARs answer: COMMAND.MEM, power state, low power. It decides how a buffer is
 * born, whether one may come back, and in which state buffers have to be when a section ends.
 *
 * A device in low power is suspended once no call uses it, and that sets D0. Where the returns
 * `low_power_entry:ok` and `write_pmcsr(D3hot):ok` are bound, it has happened before the next call;
 * where they are not, it is a section of the PM core: `begin`, `power(D0)`, `end#low_power`, or it
 * does not happen, as where user space has written `on` to power/control.
 *
 * @param initially - on where the system starts with the device open
 */
export const memory = madeOnce(function memory(
  variation: MemoryVariation,
  initially: 'on' | 'off' = 'off',
) {
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
          d0: {
            on: {
              'power(D3hot)': 'd3hot',
              'power(D0)': 'd0',
              'low_power_entry:ok': 'd0',
              'write_pmcsr(D3hot):ok': 'd0',
            },
          },
          d3hot: {
            on: {
              'power(D0)': 'd0',
              'power(D3hot)': 'd3hot',
              'low_power_entry:ok': { target: 'd0', meta: { source: SUSPENDED } },
              'write_pmcsr(D3hot):ok': [
                { guard: 'engaged', target: 'd0', meta: { source: SUSPENDED } },
                { target: 'd3hot' },
              ],
              disable: 'd0',
            },
          },
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
});
