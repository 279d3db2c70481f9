import { setup } from 'xstate';

export const labels = [
  'dev.revoking_reset:begin',
  'dev.memory_lock.down_write',
  'dev.move(true):begin',
  'dev.move(true):end',
  'dev.move(false):begin',
  'dev.move(false):end',
  'dev.memory_lock.up_write',
  'dev.revoking_reset:ok',
  'dev.last_close:begin',
  'exp.vdev.clear',
  'dev.last_close:ok',
] as const;

/**
 * What takes the memory of an exported buffer away, as far as the buffer sees it: a reset, after which
 * it comes back, and the last close, after which it does not. `move` is that of v7.3.
 */
export function exporterDevice() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'exporter_device',
    description: 'vfio_pci_ioctl_reset(), vfio_pci_dma_buf_cleanup(), as far as a buffer sees them',
    meta: {
      labels,
      source: 'vfio_pci_ioctl_reset, vfio_pci_dma_buf_cleanup, v7.3',
    },
    initial: 'open',
    states: {
      open: {
        tags: ['quiescent'],
        on: { 'dev.revoking_reset:begin': 'lock', 'dev.last_close:begin': 'close' },
      },
      lock: { on: { 'dev.memory_lock.down_write': 'revoke' } },
      revoke: { on: { 'dev.move(true):begin': 'revoking' } },
      revoking: { on: { 'dev.move(true):end': 'away' } },
      away: {
        description: 'pci_try_reset_function()',
        tags: ['away'],
        on: { 'dev.move(false):begin': 'restoring' },
      },
      restoring: { on: { 'dev.move(false):end': 'unlock' } },
      unlock: { on: { 'dev.memory_lock.up_write': 'return' } },
      return: { on: { 'dev.revoking_reset:ok': 'open' } },
      close: { on: { 'dev.memory_lock.down_write': 'take' } },
      take: { on: { 'dev.move(true):begin': 'taking' } },
      taking: { on: { 'dev.move(true):end': 'orphan' } },
      orphan: {
        description: 'priv->vdev = NULL',
        tags: ['away'],
        on: { 'exp.vdev.clear': 'unlock_closed' },
      },
      unlock_closed: { tags: ['away'], on: { 'dev.memory_lock.up_write': 'return_closed' } },
      return_closed: { tags: ['away'], on: { 'dev.last_close:ok': 'closed' } },
      closed: { tags: ['quiescent', 'away'] },
    },
  });
}
