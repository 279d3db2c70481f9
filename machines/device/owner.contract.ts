import { setup } from 'xstate';

export const labels = [
  'open:ok',
  'export:ok#live',
  'export:ok#revoked',
  'write_command(MEM=0):begin',
  'write_command(MEM=0):ok',
  'write_command(MEM=1):begin',
  'write_command(MEM=1):ok',
  'write_pmcsr(D3hot):begin',
  'write_pmcsr(D3hot):ok',
  'write_pmcsr(D0):begin',
  'write_pmcsr(D0):ok',
  'low_power_entry:begin',
  'low_power_entry:ok',
  'low_power_entry:-EINVAL',
  'low_power_exit:begin',
  'low_power_exit:ok',
  'device_reset:begin',
  'device_reset:ok',
  'device_reset:failed',
  'close:begin',
  'close:ok',
  'begin',
  'revoke',
  'drained',
  'unrevoke',
  'cleanup',
  'memory(off)',
  'memory(on)',
  'power(D3hot)',
  'power(D0)',
  'low_power(enter)',
  'low_power(exit)',
  'reset:ok',
  'reset:failed',
  'end#live',
  'end#revoked',
  'end#low_power',
  'end#cleaned',
  'disable',
] as const;

/**
 * The owner of a device, one call after the other: what each call does between its beginning and
 * its return, in contract labels. The kernel's functions are named in the sources.
 */
export function owner(initially: 'closed' | 'open' = 'closed') {
  const machine = setup({ types: { events: {} as { type: (typeof labels)[number] } } });
  /** Revokes what is live; the change that follows is not allowed before everything is. */
  const drain = machine.createStateConfig({ on: { drained: 'revoke' } });

  return machine.createMachine({
    id: 'owner',
    description: 'the user of one vfio-pci device: open, export, config writes, resets, close',
    meta: {
      labels,
      source: 'the callers of vfio_pci_dma_buf_move() and vfio_pci_dma_buf_cleanup(), v7.3',
    },
    initial: initially,
    states: {
      closed: { tags: ['quiescent'], on: { 'open:ok': 'open' } },
      open: {
        tags: ['quiescent'],
        on: {
          'export:ok#live': 'open',
          'export:ok#revoked': 'open',
          'write_command(MEM=0):begin': 'memory_off',
          'write_command(MEM=1):begin': 'memory_on',
          'write_pmcsr(D3hot):begin': 'd3hot',
          'write_pmcsr(D0):begin': 'd0',
          'low_power_entry:begin': 'low_power_entry',
          'low_power_exit:begin': 'low_power_exit',
          'device_reset:begin': 'device_reset',
          'close:begin': 'close',
        },
      },
      memory_off: {
        meta: { source: 'vfio_basic_config_write, v7.3: PCI_COMMAND, new MEM is 0' },
        initial: 'lock',
        states: {
          lock: { on: { begin: 'revoke' } },
          revoke: { on: { revoke: 'drain', 'memory(off)': 'unlock' } },
          drain,
          unlock: { on: { 'end#revoked': 'return' } },
          return: { on: { 'write_command(MEM=0):ok': '#owner.open' } },
        },
      },
      memory_on: {
        meta: { source: 'vfio_basic_config_write, v7.3: PCI_COMMAND, new MEM is 1' },
        initial: 'lock',
        states: {
          lock: { on: { begin: 'write' } },
          write: { on: { 'memory(on)': 'restore' } },
          restore: { on: { unrevoke: 'restore', 'end#live': 'return', 'end#revoked': 'return' } },
          return: { on: { 'write_command(MEM=1):ok': '#owner.open' } },
        },
      },
      d3hot: {
        meta: { source: 'vfio_lock_and_set_power_state(PCI_D3hot), v7.3' },
        initial: 'lock',
        states: {
          lock: { on: { begin: 'revoke' } },
          revoke: { on: { revoke: 'drain', 'power(D3hot)': 'unlock' } },
          drain,
          unlock: { on: { 'end#revoked': 'return' } },
          return: { on: { 'write_pmcsr(D3hot):ok': '#owner.open' } },
        },
      },
      d0: {
        meta: { source: 'vfio_lock_and_set_power_state(PCI_D0), v7.3' },
        initial: 'lock',
        states: {
          lock: { on: { begin: 'write' } },
          write: { on: { 'power(D0)': 'restore' } },
          restore: { on: { unrevoke: 'restore', 'end#live': 'return', 'end#revoked': 'return' } },
          return: { on: { 'write_pmcsr(D0):ok': '#owner.open' } },
        },
      },
      low_power_entry: {
        description: 'a second entry fails, and has revoked',
        meta: { source: 'vfio_pci_runtime_pm_entry, v7.3' },
        initial: 'lock',
        states: {
          lock: { on: { begin: 'revoke' } },
          revoke: {
            on: { revoke: 'drain', 'low_power(enter)': 'unlock', 'end#low_power': 'return_error' },
          },
          drain,
          unlock: { on: { 'end#low_power': 'return' } },
          return: { on: { 'low_power_entry:ok': '#owner.open' } },
          return_error: { on: { 'low_power_entry:-EINVAL': '#owner.open' } },
        },
      },
      low_power_exit: {
        meta: { source: 'vfio_pci_runtime_pm_exit, v7.3' },
        initial: 'lock',
        states: {
          lock: { on: { begin: 'exit' } },
          exit: { on: { 'low_power(exit)': 'restore' } },
          restore: { on: { unrevoke: 'restore', 'end#live': 'return', 'end#revoked': 'return' } },
          return: { on: { 'low_power_exit:ok': '#owner.open' } },
        },
      },
      device_reset: {
        meta: { source: 'vfio_pci_ioctl_reset, v7.3: D0 first, for the importers that clean up' },
        initial: 'lock',
        states: {
          lock: { on: { begin: 'power_up' } },
          power_up: { on: { 'power(D0)': 'revoke' } },
          revoke: {
            on: { revoke: 'drain', 'reset:ok': 'restore', 'reset:failed': 'restore_failed' },
          },
          drain,
          restore: { on: { unrevoke: 'restore', 'end#live': 'return', 'end#revoked': 'return' } },
          return: { on: { 'device_reset:ok': '#owner.open' } },
          restore_failed: {
            on: {
              unrevoke: 'restore_failed',
              'end#live': 'return_failed',
              'end#revoked': 'return_failed',
            },
          },
          return_failed: { on: { 'device_reset:failed': '#owner.open' } },
        },
      },
      close: {
        description: 'buffers first, then the device',
        meta: { source: 'vfio_pci_core_close_device, v7.3' },
        initial: 'lock',
        states: {
          lock: { on: { begin: 'revoke' } },
          revoke: { on: { revoke: 'drain', cleanup: 'cleanup', 'end#cleaned': 'lock_again' } },
          drain,
          cleanup: {
            description: 'the next buffer may be live still',
            meta: { source: 'vfio_pci_dma_buf_cleanup, v7.3: one buffer after the other' },
            on: { revoke: 'drain', cleanup: 'cleanup', 'end#cleaned': 'lock_again' },
          },
          lock_again: {
            meta: { source: 'vfio_pci_core_disable, v7.3: vfio_pci_runtime_pm_exit' },
            on: { begin: 'exit_low_power' },
          },
          exit_low_power: { on: { 'low_power(exit)': 'unlock' } },
          unlock: { on: { 'end#live': 'disable', 'end#revoked': 'disable' } },
          disable: { on: { disable: 'return' } },
          return: { on: { 'close:ok': '#owner.closed' } },
        },
      },
    },
  });
}
