import { setup } from 'xstate';

const ERRNOS = ['-ENOMEM', '-ENOENT', '-EBUSY'] as const;

export const labels = [
  'drv.pool_enable:begin',
  'rx.kvzalloc:ok',
  'rx.kvzalloc:-ENOMEM',
  'pool.dma_map:ok',
  'pool.dma_map:-ENOMEM',
  'pool.dma_unmap',
  'rx.bind_pool:begin',
  'rx.bind_pool:ok',
  'rx.bind_pool:-ENOMEM',
  'rx.bind_pool:-ENOENT',
  'rx.bind_pool:-EBUSY',
  'tx.bind_pool:begin',
  'tx.bind_pool:ok',
  'tx.bind_pool:-ENOENT',
  'tx.bind_pool:-EBUSY',
  'rx.unbind_pool:begin',
  'rx.unbind_pool:ok',
  'rx.unbind_pool:-ENOENT',
  'rx.unbind_pool:-EBUSY',
  'drv.pool_enable:ok',
  ...ERRNOS.map((errno) => `drv.pool_enable:${errno}`),
] as const;

/** Gives a pair of queues of virtio-net a pool: each error goes back over what was done. */
export function virtnetPoolEnable() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'virtnet_xsk_pool_enable',
    description: 'virtnet_xsk_pool_enable(), drivers/net/virtio_net.c',
    meta: { labels, source: 'virtnet_xsk_pool_enable, virtio_net.c:5902, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'drv.pool_enable:begin': 'alloc' } },
      alloc: {
        description: 'rq->xsk_buffs, and the mapping of the header of all packets',
        on: { 'rx.kvzalloc:ok': 'map', 'rx.kvzalloc:-ENOMEM': 'return_ENOMEM' },
      },
      map: { on: { 'pool.dma_map:ok': 'rx', 'pool.dma_map:-ENOMEM': 'return_ENOMEM' } },
      rx: { on: { 'rx.bind_pool:begin': 'rx_binding' } },
      rx_binding: {
        on: {
          'rx.bind_pool:ok': 'tx',
          ...Object.fromEntries(
            ERRNOS.map((errno) => [`rx.bind_pool:${errno}`, `unmap_${errno.slice(1)}`]),
          ),
        },
      },
      tx: { on: { 'tx.bind_pool:begin': 'tx_binding' } },
      tx_binding: {
        on: {
          'tx.bind_pool:ok': 'return',
          'tx.bind_pool:-ENOENT': 'rx_back_ENOENT',
          'tx.bind_pool:-EBUSY': 'rx_back_EBUSY',
        },
      },
      return: { on: { 'drv.pool_enable:ok': 'idle' } },
      ...Object.fromEntries(ERRNOS.flatMap((errno) => backFrom(errno))),
    },
  });
}

function backFrom(errno: (typeof ERRNOS)[number]) {
  const name = errno.slice(1);
  const back = `unmap_${name}`;
  return [
    ...(name === 'ENOMEM'
      ? []
      : [
          [`rx_back_${name}`, { on: { 'rx.unbind_pool:begin': `rx_going_${name}` } }] as const,
          [
            `rx_going_${name}`,
            {
              on: {
                'rx.unbind_pool:ok': back,
                'rx.unbind_pool:-ENOENT': back,
                'rx.unbind_pool:-EBUSY': back,
              },
            },
          ] as const,
        ]),
    [back, { on: { 'pool.dma_unmap': `return_${name}` } }] as const,
    [`return_${name}`, { on: { [`drv.pool_enable:${errno}`]: 'idle' } }] as const,
  ];
}
