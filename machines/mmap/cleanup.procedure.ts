import { assign, setup } from 'xstate';

export const labels = [
  'dev.cleanup:begin',
  'dev.cleanup:end',
  'dev.memory_lock.down_write',
  'dev.move(true):begin',
  'dev.move(true):end',
  'dev.dmabuf_lock.down_write',
  'buf[b].listed:true',
  'buf[b].listed:false',
  'buf[b].get_file_active:true',
  'buf[b].get_file_active:false',
  'buf[b].list_del',
  'buf[b].vdev.clear',
  'dev.put_registration',
  'buf[b].fput',
  'dev.dmabuf_lock.up_write',
  'dev.memory_lock.up_write',
] as const;

/**
 * `vfio_pci_dma_buf_cleanup()` of the series that adds mmap() to dma-bufs. A page fault reads
 * `priv->vdev` without memory_lock, so that clearing it is a step of its own.
 *
 * @param buffers - how many buffers can be on the device's list
 */
export function cleanupOfSeries(buffers: number) {
  return setup({
    types: {
      context: {} as { b: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: { more: ({ context }) => context.b < buffers - 1 },
    actions: {
      next: assign({ b: ({ context }) => context.b + 1 }),
      fromFirst: assign({ b: 0 }),
    },
  }).createMachine({
    id: 'cleanup_of_series',
    description: 'vfio_pci_dma_buf_cleanup(): buf[b] is the b-th buffer on vdev->dmabufs',
    meta: {
      labels,
      source:
        'vfio_pci_dma_buf_cleanup, v7.3; with dmabuf_lock around the walk and WRITE_ONCE(priv->vdev, NULL) as of series v6',
      index: { b: buffers },
    },
    context: { b: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.cleanup:begin': 'lock' } },
      lock: { on: { 'dev.memory_lock.down_write': 'revoke' } },
      revoke: { on: { 'dev.move(true):begin': 'revoking' } },
      revoking: { on: { 'dev.move(true):end': 'lock_list' } },
      lock_list: { on: { 'dev.dmabuf_lock.down_write': 'walk' } },
      walk: { on: { 'buf[b].listed:true': 'get', 'buf[b].listed:false': 'next' } },
      get: {
        on: { 'buf[b].get_file_active:true': 'del', 'buf[b].get_file_active:false': 'next' },
      },
      del: { on: { 'buf[b].list_del': 'clear' } },
      clear: { on: { 'buf[b].vdev.clear': 'put' } },
      put: { on: { 'dev.put_registration': 'put_file' } },
      put_file: { on: { 'buf[b].fput': 'next' } },
      next: {
        always: [
          { guard: 'more', target: 'walk', actions: 'next', meta: { unused: buffers < 2 } },
          { target: 'unlock_list', actions: 'fromFirst' },
        ],
      },
      unlock_list: { on: { 'dev.dmabuf_lock.up_write': 'unlock' } },
      unlock: { on: { 'dev.memory_lock.up_write': 'done' } },
      done: { on: { 'dev.cleanup:end': 'idle' } },
    },
  });
}
