import { setup } from 'xstate';

export const labels = [
  'hot_reset:begin',
  'hot_reset:ok',
  'hot_reset:-ENOTTY',
  'begin',
  'power(D0)',
  'revoke',
  'drained',
  'reset:ok',
  'reset:-ENOTTY',
  'unrevoke',
  'end#live',
  'end#revoked',
] as const;

/**
 * VFIO_DEVICE_PCI_HOT_RESET by somebody who has another device of the slot or bus, and may reset this
 * one with it: what it does to this device. The trylock that fails, -EBUSY, changes nothing and is left
 * out.
 */
export function siblingReset() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'sibling_reset',
    description: 'a hot reset that another owner asks for, as this device sees it',
    meta: { labels, source: 'vfio_pci_dev_set_hot_reset, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'hot_reset:begin': 'lock' } },
      lock: { on: { begin: 'revoke' } },
      revoke: { on: { revoke: 'drain', 'power(D0)': 'reset' } },
      drain: { on: { drained: 'revoke' } },
      reset: { on: { 'reset:ok': 'restore', 'reset:-ENOTTY': 'restore_failed' } },
      restore: { on: { unrevoke: 'restore', 'end#live': 'return', 'end#revoked': 'return' } },
      restore_failed: {
        on: {
          unrevoke: 'restore_failed',
          'end#live': 'return_failed',
          'end#revoked': 'return_failed',
        },
      },
      return: { on: { 'hot_reset:ok': 'idle' } },
      return_failed: { on: { 'hot_reset:-ENOTTY': 'idle' } },
    },
  });
}
