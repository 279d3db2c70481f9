import { assign, setup } from 'xstate';

export const labels = [
  'dev.move(true):begin',
  'dev.move(true):end',
  'dev.move(false):begin',
  'dev.move(false):end',
  'buf[b].get_file_active:true',
  'buf[b].get_file_active:false',
  'buf[b].fput',
  'buf[b].revoked:true',
  'buf[b].revoked:false',
  'buf[b].resv.lock',
  'buf[b].resv.unlock',
  'buf[b].resv.wait',
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

export interface MoveVariation {
  /**
   * When the kref and the completion are armed again after a drain:
   * - `after_drain`: at the end of the revoke (7.1-rc and later);
   * - `before_flag`: when access comes back, before `revoked` is cleared (revoke series v6, v7);
   * - `after_flag`: when access comes back, after `revoked` was cleared and dma_resv dropped
   *   (revoke series v5).
   */
  readonly rearm: 'after_drain' | 'before_flag' | 'after_flag';
  /** Whether revoke waits for fences and mappings (7.1 and later), or only notifies (6.19, 7.0). */
  readonly drain: 'waits' | 'notifies';
}

/**
 * `vfio_pci_dma_buf_move()`, called with memory_lock held for writing: revokes every buffer on
 * the device's list and waits until nobody can reach it any more, or gives access back.
 *
 * @param buffers - how many buffers are on the device's list
 */
export function move(buffers: number, variation: MoveVariation) {
  const last = buffers - 1;
  /** There is no second buffer to go on to. */
  const onlyFirst = buffers < 2 && { meta: { unused: true } };
  const machine = setup({
    types: {
      context: {} as { b: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: { more: ({ context }) => context.b < last },
    actions: {
      next: assign({ b: ({ context }) => context.b + 1 }),
      fromFirst: assign({ b: 0 }),
    },
  });

  /** An entry whose file is on its way out is left to release(). */
  const get = machine.createStateConfig({
    on: { 'buf[b].get_file_active:true': 'test', 'buf[b].get_file_active:false': 'next' },
  });

  const revokeOne = machine.createStateConfig({
    description: 'for each buffer on the list that is not revoked yet',
    meta: { source: 'vfio_pci_dma_buf_move(revoked = true), v7.3' },
    initial: 'get',
    states: {
      get,
      test: { on: { 'buf[b].revoked:false': 'lock', 'buf[b].revoked:true': 'put_file' } },
      lock: { on: { 'buf[b].resv.lock': 'flag' } },
      flag: {
        on: { 'buf[b].revoked.set': { target: 'notify', meta: { commits: 'buf[b].revoke' } } },
      },
      notify: { on: { 'buf[b].invalidate_mappings:begin': 'notifying' } },
      notifying: {
        on: {
          'buf[b].invalidate_mappings:end': variation.drain === 'waits' ? 'wait_fences' : 'unlock',
        },
      },
      ...(variation.drain === 'waits' && {
        wait_fences: { on: { 'buf[b].resv.wait': 'unlock' } },
      }),
      unlock: {
        on: {
          'buf[b].resv.unlock':
            variation.drain === 'waits'
              ? 'put'
              : { target: 'put_file', meta: { commits: 'buf[b].drained' } },
        },
      },
      ...(variation.drain === 'waits' && {
        put: {
          description: 'drops the 1 that stands for the exporter; the last mapping completes',
          on: { 'buf[b].kref.put:more': 'drain', 'buf[b].kref.put:last': 'drain' },
        },
        drain: {
          on: {
            'buf[b].comp.wait': {
              target: variation.rearm === 'after_drain' ? 'rearm' : 'put_file',
              meta: { commits: 'buf[b].drained' },
            },
          },
        },
      }),
      ...(variation.rearm === 'after_drain' &&
        variation.drain === 'waits' && {
          rearm: { on: { 'buf[b].kref.init': 'rearm_completion' } },
          rearm_completion: { on: { 'buf[b].comp.reinit': 'put_file' } },
        }),
      put_file: { on: { 'buf[b].fput': 'next' } },
      next: {
        always: [
          { guard: 'more', target: 'get', actions: 'next', ...onlyFirst },
          { target: '#move.revoked_all', actions: 'fromFirst' },
        ],
      },
    },
  });

  const restoreOne = machine.createStateConfig({
    description: 'for each revoked buffer: importers hear of it first, then map works again',
    meta: { source: 'vfio_pci_dma_buf_move(revoked = false), v7.3' },
    initial: 'get',
    states: {
      get,
      test: { on: { 'buf[b].revoked:true': 'lock', 'buf[b].revoked:false': 'put_file' } },
      lock: { on: { 'buf[b].resv.lock': 'notify' } },
      notify: { on: { 'buf[b].invalidate_mappings:begin': 'notifying' } },
      notifying: { on: { 'buf[b].invalidate_mappings:end': 'wait_fences' } },
      wait_fences: { on: { 'buf[b].resv.wait': 'unlock_notified' } },
      unlock_notified: {
        on: {
          'buf[b].resv.unlock': variation.rearm === 'before_flag' ? 'rearm' : 'lock_again',
        },
      },
      ...(variation.rearm !== 'after_drain' && {
        rearm: { on: { 'buf[b].kref.init': 'rearm_completion' } },
        rearm_completion: {
          on: {
            'buf[b].comp.reinit': variation.rearm === 'before_flag' ? 'lock_again' : 'put_file',
          },
        },
      }),
      lock_again: { on: { 'buf[b].resv.lock': 'flag' } },
      flag: {
        on: { 'buf[b].revoked.clear': { target: 'unlock', meta: { commits: 'buf[b].unrevoke' } } },
      },
      unlock: {
        on: { 'buf[b].resv.unlock': variation.rearm === 'after_flag' ? 'rearm' : 'put_file' },
      },
      put_file: { on: { 'buf[b].fput': 'next' } },
      next: {
        always: [
          { guard: 'more', target: 'get', actions: 'next', ...onlyFirst },
          { target: '#move.restored_all', actions: 'fromFirst' },
        ],
      },
    },
  });

  return machine.createMachine({
    id: 'move',
    description: 'vfio_pci_dma_buf_move(): buf[b] is the b-th buffer on vdev->dmabufs',
    meta: {
      labels,
      source: 'vfio_pci_dma_buf_move, drivers/vfio/pci/vfio_pci_dmabuf.c, v7.3',
      index: { b: buffers },
      unused: buffers > 0 ? unusedLabels(variation) : [],
    },
    context: { b: 0 },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: {
          'dev.move(true):begin': buffers > 0 ? 'revoke' : 'revoked_all',
          'dev.move(false):begin': buffers > 0 ? 'restore' : 'restored_all',
        },
      },
      ...(buffers > 0 && { revoke: revokeOne, restore: restoreOne }),
      revoked_all: { on: { 'dev.move(true):end': 'idle' } },
      restored_all: { on: { 'dev.move(false):end': 'idle' } },
    },
  });
}

function unusedLabels(variation: MoveVariation): string[] {
  if (variation.drain === 'waits') return [];
  return [
    'buf[b].kref.put:more',
    'buf[b].kref.put:last',
    'buf[b].comp.wait',
    'buf[b].kref.init',
    'buf[b].comp.reinit',
  ];
}
