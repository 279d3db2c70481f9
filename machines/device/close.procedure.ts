import { setup } from 'xstate';

export const labels = [
  'dev.close:begin',
  'dev_set.lock.mutex_lock',
  'dev.memory_lock.down_write',
  'dev.move(true):begin',
  'dev.move(true):end',
  'buf.resv.lock',
  'buf.revoked.set',
  'buf.invalidate_mappings:begin',
  'buf.invalidate_mappings:end',
  'buf.resv.wait',
  'buf.resv.unlock',
  'buf.kref.put:more',
  'buf.kref.put:last',
  'buf.comp.wait',
  'buf.get_file_active:true',
  'buf.get_file_active:false',
  'buf.list_del',
  'buf.fput',
  'dev.memory_lock.up_write',
  'dev.core_disable',
  'dev_set.lock.mutex_unlock',
  'dev.close:ok',
] as const;

export interface CloseVariation {
  /**
   * How the buffers are drained: `by_move`, which does nothing for one that is revoked already
   * (since 7.1-rc), `inline` whatever its state (before), or by `notify` alone (6.19, 7.0).
   */
  readonly drain: 'by_move' | 'inline' | 'notify';
}

/**
 * The last close of a device with one buffer on its list: vfio_pci_dma_buf_cleanup(), then
 * vfio_pci_core_disable(), whose own memory_lock section finds the list empty and is not drawn.
 */
export function close(variation: CloseVariation) {
  const machine = setup({ types: { events: {} as { type: (typeof labels)[number] } } });
  const inline = variation.drain !== 'by_move';

  const drainByMove = machine.createStateConfig({
    meta: { source: 'vfio_pci_dma_buf_cleanup, c64a647c84f3: calls vfio_pci_dma_buf_move(true)' },
    initial: 'revoke',
    states: {
      revoke: { on: { 'dev.move(true):begin': 'revoking' } },
      revoking: { on: { 'dev.move(true):end': '#close.unlink' } },
    },
  });

  const drainInline = machine.createStateConfig({
    meta: { source: 'vfio_pci_dma_buf_cleanup before c64a647c84f3: off the list, then drained' },
    initial: 'get',
    states: {
      get: {
        on: { 'buf.get_file_active:true': 'lock', 'buf.get_file_active:false': '#close.unlock' },
      },
      lock: { on: { 'buf.resv.lock': 'del' } },
      del: { on: { 'buf.list_del': 'flag' } },
      flag: { on: { 'buf.revoked.set': { target: 'notify', meta: { commits: 'buf.revoke' } } } },
      notify: { on: { 'buf.invalidate_mappings:begin': 'notifying' } },
      notifying: {
        on: {
          'buf.invalidate_mappings:end': variation.drain === 'inline' ? 'wait_fences' : 'unlock',
        },
      },
      ...(variation.drain === 'inline' && {
        wait_fences: { on: { 'buf.resv.wait': 'unlock' } },
        put: { on: { 'buf.kref.put:more': 'drain', 'buf.kref.put:last': 'drain' } },
        drain: {
          on: { 'buf.comp.wait': { target: 'put_file', meta: { commits: 'buf.drained' } } },
        },
      }),
      unlock: {
        on: {
          'buf.resv.unlock':
            variation.drain === 'inline'
              ? 'put'
              : { target: 'put_file', meta: { commits: 'buf.drained' } },
        },
      },
      put_file: {
        description: 'the device has nothing more to do with the buffer',
        on: { 'buf.fput': { target: '#close.unlock', meta: { commits: 'buf.cleanup' } } },
      },
    },
  });

  const unlink = machine.createStateConfig({
    description: 'takes the buffer off the list; one whose file is on its way out is left alone',
    meta: { source: 'vfio_pci_dma_buf_cleanup, v7.3' },
    initial: 'get',
    states: {
      get: {
        on: { 'buf.get_file_active:true': 'del', 'buf.get_file_active:false': '#close.unlock' },
      },
      del: { on: { 'buf.list_del': { target: 'put', meta: { commits: 'buf.cleanup' } } } },
      put: { on: { 'buf.fput': '#close.unlock' } },
    },
  });

  return machine.createMachine({
    id: 'close',
    description: 'vfio_pci_core_close_device(): buffers first, then the device',
    meta: {
      labels,
      source: 'vfio_pci_core_close_device, vfio_pci_dma_buf_cleanup, v7.3',
      unused: unusedLabels(variation),
    },
    initial: 'open',
    states: {
      open: { tags: ['quiescent'], on: { 'dev.close:begin': 'lock_set' } },
      lock_set: { on: { 'dev_set.lock.mutex_lock': 'lock' } },
      lock: {
        on: {
          'dev.memory_lock.down_write': { target: 'drain', meta: { commits: 'dev.begin' } },
        },
      },
      drain: inline ? drainInline : drainByMove,
      ...(!inline && { unlink }),
      unlock: {
        on: { 'dev.memory_lock.up_write': { target: 'disable', meta: { commits: 'dev.end' } } },
      },
      disable: {
        meta: { source: 'vfio_pci_core_close_device, v7.3: cleanup() before core_disable()' },
        on: { 'dev.core_disable': { target: 'unlock_set', meta: { commits: 'dev.disable' } } },
      },
      unlock_set: { on: { 'dev_set.lock.mutex_unlock': 'return' } },
      return: { on: { 'dev.close:ok': 'closed' } },
      closed: { tags: ['quiescent'] },
    },
  });
}

function unusedLabels({ drain }: CloseVariation): string[] {
  const move = ['dev.move(true):begin', 'dev.move(true):end'];
  const waits = ['buf.resv.wait', 'buf.kref.put:more', 'buf.kref.put:last', 'buf.comp.wait'];
  const inline = [
    'buf.resv.lock',
    'buf.revoked.set',
    'buf.invalidate_mappings:begin',
    'buf.invalidate_mappings:end',
    'buf.resv.unlock',
    ...waits,
  ];
  if (drain === 'by_move') return inline;
  return drain === 'inline' ? move : [...move, ...waits];
}
