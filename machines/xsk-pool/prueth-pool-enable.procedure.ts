import { setup } from 'xstate';

export const labels = [
  'drv.pool_enable:begin',
  'pool.dma_map:ok',
  'pool.dma_map:-ENOMEM',
  'dev.running:true',
  'dev.running:false',
  'emac.port(DISABLE):ok',
  'emac.port(DISABLE):-ETIMEDOUT',
  'rx.destroy:begin',
  'rx.destroy:end',
  'emac.xsk_qid.set',
  'rx.xsk_pool.set',
  'tx.xsk_pool.set',
  'rx.create:begin',
  'rx.create:ok',
  'rx.create:-ENOMEM',
  'rx.create:-EINVAL',
  'emac.port(FORWARD):ok',
  'emac.port(FORWARD):-ETIMEDOUT',
  'drv.pool_enable:ok',
  'drv.pool_enable:-ENOMEM',
  'drv.pool_enable:-ETIMEDOUT',
  'drv.pool_enable:-EINVAL',
] as const;

/**
 * Gives a queue of ICSSG a pool, line by line: each error returns from where it is. The arguments that are
 * refused before anything is done are left out, and so is the wake-up at the end, which tests what was just
 * set.
 */
export function pruethPoolEnable() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'prueth_xsk_pool_enable',
    description: 'prueth_xsk_pool_enable(), drivers/net/ethernet/ti/icssg/icssg_prueth.c',
    meta: { labels, source: 'prueth_xsk_pool_enable, icssg_prueth.c:1467, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'drv.pool_enable:begin': 'map' } },
      map: { on: { 'pool.dma_map:ok': 'running', 'pool.dma_map:-ENOMEM': 'return_ENOMEM' } },
      running: { on: { 'dev.running:true': 'port_off', 'dev.running:false': 'qid' } },
      port_off: {
        on: {
          'emac.port(DISABLE):ok': 'destroy',
          'emac.port(DISABLE):-ETIMEDOUT': 'return_ETIMEDOUT',
        },
      },
      destroy: { on: { 'rx.destroy:begin': 'destroying' } },
      destroying: { on: { 'rx.destroy:end': 'qid' } },
      qid: { on: { 'emac.xsk_qid.set': 'rx_pool' } },
      rx_pool: {
        meta: { source: 'prueth_set_xsk_pool, icssg_prueth.c:883, v7.3' },
        on: { 'rx.xsk_pool.set': 'tx_pool' },
      },
      tx_pool: { on: { 'tx.xsk_pool.set': 'running_still' } },
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
      return: { on: { 'drv.pool_enable:ok': 'idle' } },
      return_ENOMEM: { on: { 'drv.pool_enable:-ENOMEM': 'idle' } },
      return_ETIMEDOUT: { on: { 'drv.pool_enable:-ETIMEDOUT': 'idle' } },
      return_EINVAL: { on: { 'drv.pool_enable:-EINVAL': 'idle' } },
    },
  });
}
