import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'dev.move(true):begin',
  'dev.move(true):end',
  'dev.move(false):begin',
  'dev.move(false):end',
  'buf[b].listed:true',
  'buf[b].listed:false',
  'buf[b].get_file_active:true',
  'buf[b].get_file_active:false',
  'buf[b].fput',
  'buf[b].revoked:true',
  'buf[b].revoked:false',
  'buf[b].resv.lock',
  'buf[b].resv.unlock',
  'buf[b].resv.wait(BOOKKEEP)',
  'buf[b].revoked.set',
  'buf[b].revoked.clear',
  'buf[b].invalidate_mappings:begin',
  'buf[b].invalidate_mappings:end',
  'buf[b].kref.put:more',
  'buf[b].kref.put:last',
  'buf[b].comp.wait',
  'buf[b].kref.init',
  'buf[b].comp.reinit',
] as const;

/**
 * `vfio_pci_dma_buf_move()`, called with memory_lock held for writing: revokes every buffer on
 * the device's list and waits until nobody can reach it any more, or gives access back. An entry
 * whose file is on its way out is left to release().
 *
 * @param buffers - how many buffers can be on the device's list
 */
export const move = madeOnce(function move(buffers: number) {
  return setup({
    types: {
      context: {} as { b: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      any: () => buffers > 0,
      more: ({ context }) => context.b < buffers - 1,
    },
    actions: {
      next: assign({ b: ({ context }) => context.b + 1 }),
      fromFirst: assign({ b: 0 }),
    },
  }).createMachine({
    id: 'move',
    description: 'vfio_pci_dma_buf_move(): buf[b] is the b-th buffer on vdev->dmabufs',
    meta: {
      labels,
      c: inC(buffers),
      source: 'vfio_pci_dma_buf_move, drivers/vfio/pci/vfio_pci_dmabuf.c, v7.3',
      index: { b: buffers },
      unreachable: buffers > 0 ? [] : ['revoke', 'restore'],
    },
    context: { b: 0 },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: {
          'dev.move(true):begin': [
            { guard: 'any', target: 'revoke', meta: { unused: buffers < 1 } },
            { target: 'revoked_all', meta: { unused: buffers > 0 } },
          ],
          'dev.move(false):begin': [
            { guard: 'any', target: 'restore', meta: { unused: buffers < 1 } },
            { target: 'restored_all', meta: { unused: buffers > 0 } },
          ],
        },
      },
      revoke: {
        description: 'for each buffer on the list that is not revoked yet',
        meta: { source: 'vfio_pci_dma_buf_move(revoked = true), v7.3' },
        initial: 'walk',
        states: {
          walk: { on: { 'buf[b].listed:true': 'get', 'buf[b].listed:false': 'next' } },
          get: {
            on: { 'buf[b].get_file_active:true': 'test', 'buf[b].get_file_active:false': 'next' },
          },
          test: { on: { 'buf[b].revoked:false': 'lock', 'buf[b].revoked:true': 'put_file' } },
          lock: { on: { 'buf[b].resv.lock': 'flag' } },
          flag: {
            on: { 'buf[b].revoked.set': { target: 'notify', meta: { commits: 'buf[b].revoke' } } },
          },
          notify: { on: { 'buf[b].invalidate_mappings:begin': 'notifying' } },
          notifying: { on: { 'buf[b].invalidate_mappings:end': 'drain' } },
          drain: {
            initial: 'wait_fences',
            states: {
              wait_fences: { on: { 'buf[b].resv.wait(BOOKKEEP)': 'unlock' } },
              unlock: { on: { 'buf[b].resv.unlock': 'put' } },
              put: {
                description: 'drops the 1 that stands for the exporter; the last mapping completes',
                on: { 'buf[b].kref.put:more': 'wait_unmap', 'buf[b].kref.put:last': 'wait_unmap' },
              },
              wait_unmap: {
                on: {
                  'buf[b].comp.wait': { target: 'rearm', meta: { commits: 'buf[b].drained' } },
                },
              },
              rearm: { on: { 'buf[b].kref.init': 'rearm_completion' } },
              rearm_completion: { on: { 'buf[b].comp.reinit': '#move.revoke.put_file' } },
            },
          },
          put_file: { on: { 'buf[b].fput': 'next' } },
          next: {
            always: [
              { guard: 'more', target: 'walk', actions: 'next', meta: { unused: buffers < 2 } },
              { target: '#move.revoked_all', actions: 'fromFirst' },
            ],
          },
        },
      },
      revoked_all: { on: { 'dev.move(true):end': 'idle' } },
      restore: {
        description: 'for each revoked buffer on the list',
        tags: ['gives_access_back'],
        initial: 'walk',
        states: {
          walk: { on: { 'buf[b].listed:true': 'get', 'buf[b].listed:false': 'next' } },
          get: {
            on: { 'buf[b].get_file_active:true': 'test', 'buf[b].get_file_active:false': 'next' },
          },
          test: { on: { 'buf[b].revoked:true': 'give_back', 'buf[b].revoked:false': 'put_file' } },
          give_back: {
            description: 'importers hear of it first, then map works again',
            meta: { source: 'vfio_pci_dma_buf_move(revoked = false), v7.3' },
            initial: 'lock',
            states: {
              lock: { on: { 'buf[b].resv.lock': 'notify' } },
              notify: { on: { 'buf[b].invalidate_mappings:begin': 'notifying' } },
              notifying: { on: { 'buf[b].invalidate_mappings:end': 'wait_fences' } },
              wait_fences: { on: { 'buf[b].resv.wait(BOOKKEEP)': 'unlock_notified' } },
              unlock_notified: { on: { 'buf[b].resv.unlock': 'lock_again' } },
              lock_again: { on: { 'buf[b].resv.lock': 'flag' } },
              flag: {
                on: {
                  'buf[b].revoked.clear': {
                    target: 'unlock',
                    meta: { commits: 'buf[b].unrevoke' },
                  },
                },
              },
              unlock: { on: { 'buf[b].resv.unlock': '#move.restore.put_file' } },
            },
          },
          put_file: { on: { 'buf[b].fput': 'next' } },
          next: {
            always: [
              { guard: 'more', target: 'walk', actions: 'next', meta: { unused: buffers < 2 } },
              { target: '#move.restored_all', actions: 'fromFirst' },
            ],
          },
        },
      },
      restored_all: { tags: ['gives_access_back'], on: { 'dev.move(false):end': 'idle' } },
    },
  });
});

/** What its C is, for the comparison. */
function inC(buffers: number) {
  return {
    function: 'vfio_pci_dma_buf_move',
    file: 'drivers/vfio/pci/vfio_pci_dmabuf.c',
    entries: [
      { begins: 'dev.move(true):begin', parameters: { vdev: '@dev', revoked: 'true' } },
      { begins: 'dev.move(false):begin', parameters: { vdev: '@dev', revoked: 'false' } },
    ],
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
