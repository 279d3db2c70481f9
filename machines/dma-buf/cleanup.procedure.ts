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
  'buf[b].resv.lock',
  'buf[b].list_del',
  'buf[b].revoked.set',
  'buf[b].invalidate_mappings:begin',
  'buf[b].invalidate_mappings:end',
  'buf[b].resv.wait(BOOKKEEP)',
  'buf[b].resv.unlock',
  'buf[b].kref.put:more',
  'buf[b].kref.put:last',
  'buf[b].comp.wait',
  'buf[b].put_registration',
  'buf[b].fput',
] as const;

export interface CleanupVariation {
  /**
   * How the buffers are drained: `by_move`, which does nothing for one that is revoked already
   * (since 7.1-rc), `inline` whatever its state (before), or by `notify` alone (6.19, 7.0).
   */
  readonly drain: 'by_move' | 'inline' | 'notify';
}

/**
 * `vfio_pci_dma_buf_cleanup()`, the last thing that happens to the buffers of a device that is
 * closed: revoked, off the list, and no registration of the device held any more. A buffer whose
 * file is on its way out is left to release().
 *
 * @param buffers - how many buffers can be on the device's list
 */
export function cleanup(buffers: number, variation: CleanupVariation) {
  const last = buffers - 1;
  const byMove = variation.drain === 'by_move';
  const waits = variation.drain === 'inline';
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
  const next = machine.createStateConfig({
    always: [
      { guard: 'more', target: 'walk', actions: 'next', ...onlyFirst },
      { target: '#cleanup.unlock', actions: 'fromFirst' },
    ],
  });

  const revokeAll = machine.createStateConfig({
    meta: { source: 'vfio_pci_dma_buf_cleanup, c64a647c84f3: calls vfio_pci_dma_buf_move(true)' },
    initial: 'revoke',
    states: {
      revoke: { on: { 'dev.move(true):begin': 'revoking' } },
      revoking: { on: { 'dev.move(true):end': '#cleanup.unlink' } },
    },
  });

  const unlink = machine.createStateConfig({
    description: 'for each buffer: off the list, vdev = NULL, the registration dropped',
    meta: { source: 'vfio_pci_dma_buf_cleanup, v7.3' },
    initial: 'walk',
    states: {
      walk,
      get: {
        on: { 'buf[b].get_file_active:true': 'del', 'buf[b].get_file_active:false': 'next' },
      },
      del: {
        on: { 'buf[b].list_del': { target: 'put', meta: { commits: 'buf[b].cleanup' } } },
      },
      put: { on: { 'buf[b].put_registration': 'put_file' } },
      put_file: { on: { 'buf[b].fput': 'next' } },
      next,
    },
  });

  const drainAndUnlink = machine.createStateConfig({
    description: 'for each buffer: off the list and revoked, whether it was revoked before or not',
    meta: { source: 'vfio_pci_dma_buf_cleanup before c64a647c84f3, and v6.19' },
    initial: 'walk',
    states: {
      walk,
      get: {
        on: { 'buf[b].get_file_active:true': 'lock', 'buf[b].get_file_active:false': 'next' },
      },
      lock: { on: { 'buf[b].resv.lock': 'del' } },
      del: { on: { 'buf[b].list_del': 'flag' } },
      flag: {
        on: { 'buf[b].revoked.set': { target: 'notify', meta: { commits: 'buf[b].revoke' } } },
      },
      notify: { on: { 'buf[b].invalidate_mappings:begin': 'notifying' } },
      notifying: {
        on: { 'buf[b].invalidate_mappings:end': waits ? 'wait_fences' : 'unlock_resv' },
      },
      ...(waits && {
        wait_fences: { on: { 'buf[b].resv.wait(BOOKKEEP)': 'unlock_resv' } },
        drop: {
          on: { 'buf[b].kref.put:more': 'wait_unmap', 'buf[b].kref.put:last': 'wait_unmap' },
        },
        wait_unmap: {
          on: { 'buf[b].comp.wait': { target: 'put', meta: { commits: 'buf[b].drained' } } },
        },
      }),
      unlock_resv: {
        on: {
          'buf[b].resv.unlock': waits
            ? 'drop'
            : { target: 'put', meta: { commits: 'buf[b].drained' } },
        },
      },
      put: {
        description: 'the device has nothing more to do with the buffer',
        on: {
          'buf[b].put_registration': { target: 'put_file', meta: { commits: 'buf[b].cleanup' } },
        },
      },
      put_file: { on: { 'buf[b].fput': 'next' } },
      next,
    },
  });

  return machine.createMachine({
    id: 'cleanup',
    description: 'vfio_pci_dma_buf_cleanup(): buf[b] is the b-th buffer on vdev->dmabufs',
    meta: {
      labels,
      c: {
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
      },
      source: 'vfio_pci_dma_buf_cleanup, drivers/vfio/pci/vfio_pci_dmabuf.c, v7.3',
      index: { b: buffers },
      unused: buffers > 0 ? unusedLabels(variation) : [],
    },
    context: { b: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.cleanup:begin': 'lock' } },
      lock: {
        on: {
          'dev.memory_lock.down_write': {
            target: buffers > 0 ? 'drain' : byMove ? 'drain' : 'unlock',
            meta: { commits: 'dev.begin' },
          },
        },
      },
      ...((byMove || buffers > 0) && { drain: byMove ? revokeAll : drainAndUnlink }),
      ...(byMove && { unlink: buffers > 0 ? unlink : { always: 'unlock' } }),
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'done', meta: { commits: 'dev.end' } } },
      },
      done: { on: { 'dev.cleanup:end': 'idle' } },
    },
  });
}

function unusedLabels({ drain }: CleanupVariation): string[] {
  const move = ['dev.move(true):begin', 'dev.move(true):end'];
  const waits = [
    'buf[b].resv.wait(BOOKKEEP)',
    'buf[b].kref.put:more',
    'buf[b].kref.put:last',
    'buf[b].comp.wait',
  ];
  const inline = [
    'buf[b].resv.lock',
    'buf[b].revoked.set',
    'buf[b].invalidate_mappings:begin',
    'buf[b].invalidate_mappings:end',
    'buf[b].resv.unlock',
    ...waits,
  ];
  if (drain === 'by_move') return inline;
  return drain === 'inline' ? move : [...move, ...waits];
}
