import { setup } from 'xstate';

export const labels = [
  'move(true)',
  'move(true)#cleanup',
  'move(false)',
  'resv.lock',
  'revoke',
  'invalidate_mappings',
  'resv.wait',
  'resv.unlock',
  'drained',
  'unrevoke',
  'memory_enabled:1',
  'memory_enabled:0',
  'memory_enabled:1#hot_reset',
  'memory_enabled:0#hot_reset',
  'reset',
  'bus_reset',
  'cleanup',
  'up_write',
] as const;

/**
 * vfio_pci_dma_buf_move() as a trace shows it: for each buffer that changes the reservation lock,
 * the notification of the importers and the wait. The walk is over when its caller goes on.
 * Revoking keeps the order in which access stops; of giving access back only the lock is asked,
 * because 6.19, 7.1 and the posted mmap series differ in whether and when they notify there.
 */
export function walk() {
  const goesOn = {
    'memory_enabled:1': 'idle',
    'memory_enabled:0': 'idle',
    'memory_enabled:1#hot_reset': 'idle',
    'memory_enabled:0#hot_reset': 'idle',
    reset: 'idle',
    bus_reset: 'idle',
    cleanup: 'idle',
    up_write: 'idle',
    'move(true)': 'revoking',
    'move(true)#cleanup': 'revoking',
    'move(false)': 'restoring',
  } as const;
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'walk',
    description: 'vfio_pci_dma_buf_move() over the buffers of a device',
    meta: { labels, source: 'vfio_pci_dma_buf_move, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: goesOn },
      revoking: { on: { ...goesOn, 'resv.lock': 'locked' } },
      locked: {
        description: 'a buffer that is revoked already is left as it is',
        on: { revoke: 'flagged', 'resv.unlock': 'revoking' },
      },
      flagged: { on: { invalidate_mappings: 'notified' } },
      notified: { on: { invalidate_mappings: 'notified', 'resv.wait': 'waited' } },
      waited: { on: { 'resv.wait': 'waited', 'resv.unlock': 'unlocked' } },
      unlocked: {
        meta: { source: 'wait_for_completion(&priv->comp), vfio_pci_dma_buf_move, v7.3' },
        on: { drained: 'revoking' },
      },
      restoring: { on: { ...goesOn, 'resv.lock': 'giving_back' } },
      giving_back: {
        on: {
          invalidate_mappings: 'giving_back',
          'resv.wait': 'giving_back',
          unrevoke: 'given_back',
          'resv.unlock': 'restoring',
        },
      },
      given_back: {
        on: {
          invalidate_mappings: 'given_back',
          'resv.wait': 'given_back',
          'resv.unlock': 'restoring',
        },
      },
    },
  });
}
