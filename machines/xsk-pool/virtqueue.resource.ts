import { setup } from 'xstate';

export const labels = [
  'vq_disable:ok',
  'vq_disable:-ENOENT',
  'vq_enable:ok',
  'vq_enable:-EBUSY',
] as const;

/**
 * A virtqueue, and the two halves of virtqueue_reset().
 *
 * @param isResettable - whether the device has VIRTIO_F_RING_RESET
 */
export function virtqueue(isResettable: boolean) {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'virtqueue',
    description: 'virtqueue_reset(): disable_vq_and_reset(), then enable_vq_after_reset()',
    meta: {
      labels,
      unused: isResettable ? ['vq_disable:-ENOENT'] : ['vq_disable:ok', 'vq_enable:ok'],
      source: 'virtqueue_reset, virtio_ring.c; vp_modern_disable_vq_and_reset, v7.3',
    },
    initial: 'ready',
    states: {
      ready: {
        tags: ['quiescent'],
        on: {
          ...(isResettable ? { 'vq_disable:ok': 'reset' } : { 'vq_disable:-ENOENT': 'ready' }),
          'vq_enable:-EBUSY': 'ready',
        },
      },
      ...(isResettable ? { reset } : {}),
    },
  });
}

const reset = {
  description: 'the device has forgotten it, and uses none of its buffers',
  tags: ['quiescent'],
  on: { 'vq_disable:ok': 'reset', 'vq_enable:ok': 'ready', 'vq_enable:-EBUSY': 'reset' },
};
