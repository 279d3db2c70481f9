import { assign, setup } from 'xstate';

export const labels = [
  'dev.cleanup:begin',
  'dev.cleanup:end',
  'dev.memory_lock.down_write',
  'dev.memory_lock.up_write',
  'dev.move(true):begin',
  'dev.move(true):end',
  'buf[b].listed:true',
  'buf[b].listed:false',
  'buf[b].get_file_active:true',
  'buf[b].get_file_active:false',
  'buf[b].list_del',
  'buf[b].put_registration',
  'buf[b].fput',
] as const;

/**
 * `vfio_pci_dma_buf_cleanup()`, the last thing that happens to the buffers of a device that is
 * closed: revoked, off the list, and no registration of the device held any more. A buffer whose
 * file is on its way out is left to release().
 *
 * @param buffers - how many buffers can be on the device's list
 */
export function cleanup(buffers: number) {
  return setup({
    types: {
      context: {} as { b: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      none: () => buffers === 0,
      more: ({ context }) => context.b < buffers - 1,
    },
    actions: {
      next: assign({ b: ({ context }) => context.b + 1 }),
      fromFirst: assign({ b: 0 }),
    },
  }).createMachine({
    id: 'cleanup',
    description: 'vfio_pci_dma_buf_cleanup(): buf[b] is the b-th buffer on vdev->dmabufs',
    meta: {
      labels,
      c: inC(buffers),
      source: 'vfio_pci_dma_buf_cleanup, drivers/vfio/pci/vfio_pci_dmabuf.c, v7.3',
      index: { b: buffers },
    },
    context: { b: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.cleanup:begin': 'lock' } },
      lock: {
        on: {
          'dev.memory_lock.down_write': { target: 'drain', meta: { commits: 'dev.begin' } },
        },
      },
      drain: {
        meta: {
          source: 'vfio_pci_dma_buf_cleanup, c64a647c84f3: calls vfio_pci_dma_buf_move(true)',
        },
        initial: 'revoke',
        states: {
          revoke: { on: { 'dev.move(true):begin': 'revoking' } },
          revoking: { on: { 'dev.move(true):end': '#cleanup.unlink' } },
        },
      },
      unlink: {
        description: 'for each buffer: off the list, vdev = NULL, the registration dropped',
        meta: { source: 'vfio_pci_dma_buf_cleanup, v7.3' },
        always: { guard: 'none', target: 'unlock', meta: { unused: buffers > 0 } },
        initial: 'walk',
        states: {
          walk: { on: { 'buf[b].listed:true': 'get', 'buf[b].listed:false': 'next' } },
          get: {
            on: { 'buf[b].get_file_active:true': 'del', 'buf[b].get_file_active:false': 'next' },
          },
          del: {
            on: { 'buf[b].list_del': { target: 'put', meta: { commits: 'buf[b].cleanup' } } },
          },
          put: { on: { 'buf[b].put_registration': 'put_file' } },
          put_file: { on: { 'buf[b].fput': 'next' } },
          next: {
            always: [
              { guard: 'more', target: 'walk', actions: 'next', meta: { unused: buffers < 2 } },
              { target: '#cleanup.unlock', actions: 'fromFirst' },
            ],
          },
        },
      },
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'done', meta: { commits: 'dev.end' } } },
      },
      done: { on: { 'dev.cleanup:end': 'idle' } },
    },
  });
}

/** What its C is, for the comparison. */
function inC(buffers: number) {
  return {
    function: 'vfio_pci_dma_buf_cleanup',
    file: 'drivers/vfio/pci/vfio_pci_dmabuf.c',
    entries: [{ begins: 'dev.cleanup:begin', parameters: { vdev: '@dev' } }],
    // The same reference by an older name.
    rows: [{ c: 'dma_buf_put($buf)', label: '{buf}.fput' }],
    lists: [
      {
        head: '&$dev->dmabufs',
        of: 'buf',
        size: buffers,
        link: 'dmabufs_elm',
        asks: '{buf}.listed',
      },
    ],
  };
}
