import { setup } from 'xstate';

export const labels = [
  'drv.pool_disable:begin',
  'emac.xsk_qid:match',
  'emac.xsk_qid:-EINVAL',
  'pool.at_qid:true',
  'pool.at_qid:false',
  'dev.running:true',
  'dev.running:false',
  'emac.port(DISABLE):ok',
  'emac.port(DISABLE):-ETIMEDOUT',
  'rx.destroy:begin',
  'rx.destroy:end',
  'pool.dma_unmap',
  'emac.xsk_qid.clear',
  'rx.xsk_pool.clear',
  'tx.xsk_pool.clear',
  'rx.create:begin',
  'rx.create:ok',
  'rx.create:-ENOMEM',
  'rx.create:-EINVAL',
  'emac.port(FORWARD):ok',
  'emac.port(FORWARD):-ETIMEDOUT',
  'drv.pool_disable:ok',
  'drv.pool_disable:-ENOMEM',
  'drv.pool_disable:-ETIMEDOUT',
  'drv.pool_disable:-EINVAL',
] as const;

/** Takes the pool from a queue of ICSSG; of another queue than it believes it has one for, -EINVAL. */
export function pruethPoolDisable() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'prueth_xsk_pool_disable',
    description: 'prueth_xsk_pool_disable(), drivers/net/ethernet/ti/icssg/icssg_prueth.c',
    meta: { labels, source: 'prueth_xsk_pool_disable, icssg_prueth.c:1520, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'drv.pool_disable:begin': 'qid' } },
      qid: { on: { 'emac.xsk_qid:match': 'find', 'emac.xsk_qid:-EINVAL': 'return_EINVAL' } },
      find: { on: { 'pool.at_qid:true': 'running', 'pool.at_qid:false': 'return_EINVAL' } },
      running: { on: { 'dev.running:true': 'port_off', 'dev.running:false': 'unmap' } },
      port_off: {
        on: {
          'emac.port(DISABLE):ok': 'destroy',
          'emac.port(DISABLE):-ETIMEDOUT': 'return_ETIMEDOUT',
        },
      },
      destroy: { on: { 'rx.destroy:begin': 'destroying' } },
      destroying: { on: { 'rx.destroy:end': 'unmap' } },
      unmap: { on: { 'pool.dma_unmap': 'forget' } },
      forget: { on: { 'emac.xsk_qid.clear': 'rx_pool' } },
      rx_pool: {
        meta: { source: 'prueth_set_xsk_pool, icssg_prueth.c:883, v7.3' },
        on: { 'rx.xsk_pool.clear': 'tx_pool' },
      },
      tx_pool: { on: { 'tx.xsk_pool.clear': 'running_still' } },
      running_still: { on: { 'dev.running:true': 'create', 'dev.running:false': 'return' } },
      create: { on: { 'rx.create:begin': 'creating' } },
      creating: {
        on: {
          'rx.create:ok': 'port_on',
          'rx.create:-ENOMEM': 'return_ENOMEM',
          'rx.create:-EINVAL': 'return_EINVAL',
        },
      },
      port_on: {
        on: { 'emac.port(FORWARD):ok': 'return', 'emac.port(FORWARD):-ETIMEDOUT': 'undo' },
      },
      undo: { on: { 'rx.destroy:begin': 'undoing' } },
      undoing: { on: { 'rx.destroy:end': 'return_ETIMEDOUT' } },
      return: { on: { 'drv.pool_disable:ok': 'idle' } },
      return_ENOMEM: { on: { 'drv.pool_disable:-ENOMEM': 'idle' } },
      return_ETIMEDOUT: { on: { 'drv.pool_disable:-ETIMEDOUT': 'idle' } },
      return_EINVAL: { on: { 'drv.pool_disable:-EINVAL': 'idle' } },
    },
  });
}
