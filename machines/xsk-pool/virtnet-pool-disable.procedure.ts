import { setup } from 'xstate';

const ERRNOS = ['-ENOENT', '-EBUSY'] as const;

export const labels = [
  'drv.pool_disable:begin',
  'rx.unbind_pool:begin',
  'rx.unbind_pool:ok',
  'rx.unbind_pool:-ENOENT',
  'rx.unbind_pool:-EBUSY',
  'tx.unbind_pool:begin',
  'tx.unbind_pool:ok',
  'tx.unbind_pool:-ENOENT',
  'tx.unbind_pool:-EBUSY',
  'pool.dma_unmap',
  'drv.pool_disable:ok',
  'drv.pool_disable:-ENOENT',
  'drv.pool_disable:-EBUSY',
] as const;

/**
 * Takes the pool from a pair of queues: unmaps it whatever became of the two. The C ors the two answers
 * (`err |=`); of those that can meet the bits are those of the receive queue's, where it has one.
 */
export function virtnetPoolDisable() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'virtnet_xsk_pool_disable',
    description: 'virtnet_xsk_pool_disable(), drivers/net/virtio_net.c',
    meta: { labels, source: 'virtnet_xsk_pool_disable, virtio_net.c:5986, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'drv.pool_disable:begin': 'rx' } },
      rx: { on: { 'rx.unbind_pool:begin': 'rx_going' } },
      rx_going: {
        on: {
          'rx.unbind_pool:ok': 'tx_ok',
          'rx.unbind_pool:-ENOENT': 'tx_ENOENT',
          'rx.unbind_pool:-EBUSY': 'tx_EBUSY',
        },
      },
      tx_ok: { on: { 'tx.unbind_pool:begin': 'tx_going_ok' } },
      tx_going_ok: {
        on: {
          'tx.unbind_pool:ok': 'unmap_ok',
          'tx.unbind_pool:-ENOENT': 'unmap_ENOENT',
          'tx.unbind_pool:-EBUSY': 'unmap_EBUSY',
        },
      },
      unmap_ok: { on: { 'pool.dma_unmap': 'return_ok' } },
      return_ok: { on: { 'drv.pool_disable:ok': 'idle' } },
      ...Object.fromEntries(ERRNOS.flatMap((errno) => afterError(errno))),
    },
  });
}

function afterError(errno: (typeof ERRNOS)[number]) {
  const name = errno.slice(1);
  const unmap = `unmap_${name}`;
  return [
    [`tx_${name}`, { on: { 'tx.unbind_pool:begin': `tx_going_${name}` } }] as const,
    [
      `tx_going_${name}`,
      {
        on: {
          'tx.unbind_pool:ok': unmap,
          'tx.unbind_pool:-ENOENT': unmap,
          'tx.unbind_pool:-EBUSY': unmap,
        },
      },
    ] as const,
    [unmap, { on: { 'pool.dma_unmap': `return_${name}` } }] as const,
    [`return_${name}`, { on: { [`drv.pool_disable:${errno}`]: 'idle' } }] as const,
  ];
}
