import { assign, setup } from 'xstate';

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
  'buf[b].resv.wait(KERNEL)',
  'buf[b].revoked.set',
  'buf[b].revoked.clear',
  'buf[b].invalidate_mappings:begin',
  'buf[b].invalidate_mappings:end',
  'buf[b].kref.put:more',
  'buf[b].kref.put:last',
  'buf[b].comp.wait',
  'buf[b].comp.wait_timeout:done',
  'buf[b].comp.wait_timeout:timeout',
  'buf[b].kref.init',
  'buf[b].comp.reinit',
] as const;

export interface MoveVariation {
  /**
   * What revoke waits for after it has told the importers:
   * - `unmap`: their fences, then their mappings (7.1 and later);
   * - `unmap_one_second`: the same, but it warns and goes on after a second (revoke series v5);
   * - `fences`: their fences alone (revoke series v3, v4);
   * - `nothing` (6.19, 7.0).
   */
  readonly drain: 'unmap' | 'unmap_one_second' | 'fences' | 'nothing';
  /** Which fences it waits for: all of them (since v4 of the revoke series), or the kernel's own. */
  readonly fences: 'BOOKKEEP' | 'KERNEL';
  /**
   * When the kref and the completion are armed again after a drain:
   * - `after_drain`: at the end of the revoke (7.1-rc and later);
   * - `before_flag`: when access comes back, before `revoked` is cleared (revoke series v6, v7);
   * - `after_flag`: when access comes back, after `revoked` was cleared and dma_resv dropped
   *   (revoke series v5).
   */
  readonly rearm: 'after_drain' | 'before_flag' | 'after_flag';
  /**
   * How importers hear that access came back:
   * - `notify_then_flag`: before `revoked` is cleared, in a section of its own (7.1 to 7.3);
   * - `flag_then_notify`: after it was cleared, in the same section (6.19, 7.0, which wait for
   *   nothing; with the waits of 7.1, `flag-before-notify`);
   * - `flag_only`: not at all (series that adds mmap, v4 and later).
   */
  readonly restore: 'notify_then_flag' | 'flag_then_notify' | 'flag_only';
}

/**
 * `vfio_pci_dma_buf_move()`, called with memory_lock held for writing: revokes every buffer on
 * the device's list and waits until nobody can reach it any more, or gives access back.
 *
 * @param buffers - how many buffers can be on the device's list
 */
export function move(buffers: number, variation: MoveVariation) {
  const last = buffers - 1;
  const counts = variation.drain === 'unmap' || variation.drain === 'unmap_one_second';
  const wait = `buf[b].resv.wait(${variation.fences})` as const;
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

  const walk = machine.createStateConfig({
    on: { 'buf[b].listed:true': 'get', 'buf[b].listed:false': 'next' },
  });

  /** An entry whose file is on its way out is left to release(). */
  const get = machine.createStateConfig({
    on: { 'buf[b].get_file_active:true': 'test', 'buf[b].get_file_active:false': 'next' },
  });

  const putFile = machine.createStateConfig({ on: { 'buf[b].fput': 'next' } });

  const unmapped = {
    target: variation.rearm === 'after_drain' ? 'rearm' : '#move.revoke.put_file',
    meta: { commits: 'buf[b].drained' },
  } as const;

  /** What happens between the notification and the end of a revoke. */
  const drain = machine.createStateConfig({
    initial: variation.drain === 'nothing' ? 'unlock' : 'wait_fences',
    states: {
      ...(variation.drain !== 'nothing' && { wait_fences: { on: { [wait]: 'unlock' } } }),
      unlock: {
        on: {
          'buf[b].resv.unlock': counts
            ? 'put'
            : { target: '#move.revoke.put_file', meta: { commits: 'buf[b].drained' } },
        },
      },
      ...(counts && {
        put: {
          description: 'drops the 1 that stands for the exporter; the last mapping completes',
          on: { 'buf[b].kref.put:more': 'wait_unmap', 'buf[b].kref.put:last': 'wait_unmap' },
        },
        wait_unmap: {
          on: {
            ...(variation.drain === 'unmap'
              ? { 'buf[b].comp.wait': unmapped }
              : {
                  'buf[b].comp.wait_timeout:done': unmapped,
                  'buf[b].comp.wait_timeout:timeout': {
                    ...unmapped,
                    description: 'WARN, and on',
                  },
                }),
          },
        },
      }),
      ...(counts &&
        variation.rearm === 'after_drain' && {
          rearm: { on: { 'buf[b].kref.init': 'rearm_completion' } },
          rearm_completion: { on: { 'buf[b].comp.reinit': '#move.revoke.put_file' } },
        }),
    },
  });

  const revokeOne = machine.createStateConfig({
    description: 'for each buffer on the list that is not revoked yet',
    meta: { source: 'vfio_pci_dma_buf_move(revoked = true), v7.3' },
    initial: 'walk',
    states: {
      walk,
      get,
      test: { on: { 'buf[b].revoked:false': 'lock', 'buf[b].revoked:true': 'put_file' } },
      lock: { on: { 'buf[b].resv.lock': 'flag' } },
      flag: {
        on: { 'buf[b].revoked.set': { target: 'notify', meta: { commits: 'buf[b].revoke' } } },
      },
      notify: { on: { 'buf[b].invalidate_mappings:begin': 'notifying' } },
      notifying: { on: { 'buf[b].invalidate_mappings:end': 'drain' } },
      drain,
      put_file: putFile,
      next: {
        always: [
          { guard: 'more', target: 'walk', actions: 'next', ...onlyFirst },
          { target: '#move.revoked_all', actions: 'fromFirst' },
        ],
      },
    },
  });

  const restoreOne = machine.createStateConfig({
    description: 'for each revoked buffer on the list',
    tags: ['gives_access_back'],
    initial: 'walk',
    states: {
      walk,
      get,
      test: { on: { 'buf[b].revoked:true': 'give_back', 'buf[b].revoked:false': 'put_file' } },
      give_back: {
        notify_then_flag: notifyThenFlag(),
        flag_then_notify: flagThenNotify(),
        flag_only: flagOnly(),
      }[variation.restore],
      put_file: putFile,
      next: {
        always: [
          { guard: 'more', target: 'walk', actions: 'next', ...onlyFirst },
          { target: '#move.restored_all', actions: 'fromFirst' },
        ],
      },
    },
  });

  function notifyThenFlag() {
    const { rearm } = variation;
    return machine.createStateConfig({
      description: 'importers hear of it first, then map works again',
      meta: { source: 'vfio_pci_dma_buf_move(revoked = false), v7.3' },
      initial: 'lock',
      states: {
        lock: { on: { 'buf[b].resv.lock': 'notify' } },
        notify: { on: { 'buf[b].invalidate_mappings:begin': 'notifying' } },
        notifying: { on: { 'buf[b].invalidate_mappings:end': 'wait_fences' } },
        wait_fences: { on: { [wait]: 'unlock_notified' } },
        unlock_notified: {
          on: { 'buf[b].resv.unlock': counts && rearm === 'before_flag' ? 'rearm' : 'lock_again' },
        },
        ...(counts &&
          rearm !== 'after_drain' && {
            rearm: { on: { 'buf[b].kref.init': 'rearm_completion' } },
            rearm_completion: {
              on: {
                'buf[b].comp.reinit':
                  rearm === 'before_flag' ? 'lock_again' : '#move.restore.put_file',
              },
            },
          }),
        lock_again: { on: { 'buf[b].resv.lock': 'flag' } },
        flag: {
          on: {
            'buf[b].revoked.clear': { target: 'unlock', meta: { commits: 'buf[b].unrevoke' } },
          },
        },
        unlock: {
          on: {
            'buf[b].resv.unlock':
              counts && rearm === 'after_flag' ? 'rearm' : '#move.restore.put_file',
          },
        },
      },
    });
  }

  function flagThenNotify() {
    const waits = variation.drain !== 'nothing';
    return machine.createStateConfig({
      description: 'map works again, then importers hear of it, in one section',
      meta: { source: 'vfio_pci_dma_buf_move(revoked = false), v6.19' },
      initial: 'lock',
      states: {
        lock: { on: { 'buf[b].resv.lock': 'flag' } },
        flag: {
          on: {
            'buf[b].revoked.clear': { target: 'notify', meta: { commits: 'buf[b].unrevoke' } },
          },
        },
        notify: { on: { 'buf[b].invalidate_mappings:begin': 'notifying' } },
        notifying: {
          on: { 'buf[b].invalidate_mappings:end': waits ? 'wait_fences' : 'unlock' },
        },
        ...(waits && { wait_fences: { on: { [wait]: 'unlock' } } }),
        unlock: { on: { 'buf[b].resv.unlock': '#move.restore.put_file' } },
      },
    });
  }

  function flagOnly() {
    return machine.createStateConfig({
      description: 'map works again, and nobody hears of it',
      meta: { source: 'Matt Evans, "vfio/pci: Add mmap() for DMABUFs", v4, 2026-07-01' },
      initial: 'lock',
      states: {
        lock: { on: { 'buf[b].resv.lock': 'flag' } },
        flag: {
          on: {
            'buf[b].revoked.clear': { target: 'unlock', meta: { commits: 'buf[b].unrevoke' } },
          },
        },
        unlock: { on: { 'buf[b].resv.unlock': '#move.restore.put_file' } },
      },
    });
  }

  return machine.createMachine({
    id: 'move',
    description: 'vfio_pci_dma_buf_move(): buf[b] is the b-th buffer on vdev->dmabufs',
    meta: {
      labels,
      c: {
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
      },
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
      restored_all: {
        tags: ['gives_access_back'],
        on: { 'dev.move(false):end': 'idle' },
      },
    },
  });
}

function unusedLabels({ drain, fences, restore }: MoveVariation): string[] {
  const counts = drain === 'unmap' || drain === 'unmap_one_second';
  const waits = drain !== 'nothing' || restore === 'notify_then_flag';
  return [
    ...(waits && fences === 'BOOKKEEP' ? [] : ['buf[b].resv.wait(BOOKKEEP)']),
    ...(waits && fences === 'KERNEL' ? [] : ['buf[b].resv.wait(KERNEL)']),
    ...(counts
      ? []
      : ['buf[b].kref.put:more', 'buf[b].kref.put:last', 'buf[b].kref.init', 'buf[b].comp.reinit']),
    ...(drain === 'unmap' ? [] : ['buf[b].comp.wait']),
    ...(drain === 'unmap_one_second'
      ? []
      : ['buf[b].comp.wait_timeout:done', 'buf[b].comp.wait_timeout:timeout']),
  ];
}
