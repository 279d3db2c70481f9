import { setup } from 'xstate';

export const labels = [
  'drv.open:begin',
  'emac.xsk_qid.clear',
  'rx.create:begin',
  'rx.create:ok',
  'rx.create:-ENOMEM',
  'rx.create:-EINVAL',
  'tx.napi_enable',
  'emac.port(FORWARD):ok',
  'drv.open:ok',
  'drv.open:-ENOMEM',
  'drv.open:-EINVAL',
  'drv.stop:begin',
  'emac.port(DISABLE):ok',
  'tx.napi_disable',
  'tx.drain:none',
  'tx.drain:some',
  'tx.xsk_pool.use',
  'rx.destroy:begin',
  'rx.destroy:end',
  'tx.xsk_pool.clear',
  'drv.stop:end',
] as const;

/**
 * ndo_open() and ndo_stop() of ICSSG, as far as they touch the queue. The link comes up with phy_start() and
 * goes with phy_stop(), at once here; other requests of ndo_open() that may fail do so before the queue is
 * made, or leave it as it was.
 */
export function emacOpenStop() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'emac_ndo_open_stop',
    description: 'emac_ndo_open(), emac_ndo_stop(), drivers/net/ethernet/ti/icssg/icssg_prueth.c',
    meta: { labels, source: 'emac_ndo_open, emac_ndo_stop, icssg_prueth.c:1010-1180, v7.3' },
    initial: 'idle',
    states: {
      idle: {
        tags: ['quiescent'],
        on: { 'drv.open:begin': 'forget', 'drv.stop:begin': 'port_off' },
      },
      forget: {
        description: 'emac->xsk_qid = -EINVAL, whoever has a pool at the queue',
        on: { 'emac.xsk_qid.clear': 'create' },
      },
      create: { on: { 'rx.create:begin': 'creating' } },
      creating: {
        on: {
          'rx.create:ok': 'tx_on',
          'rx.create:-ENOMEM': 'return_ENOMEM',
          'rx.create:-EINVAL': 'return_EINVAL',
        },
      },
      tx_on: { on: { 'tx.napi_enable': 'port_on' } },
      port_on: {
        meta: { source: 'emac_adjust_link, icssg_prueth.c, v7.3' },
        on: { 'emac.port(FORWARD):ok': 'return' },
      },
      return: { on: { 'drv.open:ok': 'idle' } },
      return_ENOMEM: { on: { 'drv.open:-ENOMEM': 'idle' } },
      return_EINVAL: { on: { 'drv.open:-EINVAL': 'idle' } },
      port_off: { on: { 'emac.port(DISABLE):ok': 'tx_off' } },
      tx_off: {
        meta: { source: 'prueth_destroy_txq, icssg_prueth.c:898, v7.3' },
        on: { 'tx.napi_disable': 'tx_drain' },
      },
      tx_drain: { on: { 'tx.drain:none': 'destroy', 'tx.drain:some': 'tx_complete' } },
      tx_complete: {
        description: 'xsk_tx_completed(tx_chn->xsk_pool, 1), whether there is one or not',
        meta: { source: 'prueth_tx_cleanup, icssg_common.c:1383, v7.3' },
        on: { 'tx.xsk_pool.use': 'destroy' },
      },
      destroy: { on: { 'rx.destroy:begin': 'destroying' } },
      destroying: { on: { 'rx.destroy:end': 'tx_forget' } },
      tx_forget: {
        description: 'memset() of tx_chn; the pointer of rx_chn stays',
        meta: { source: 'prueth_cleanup_tx_chns, icssg_common.c:77, v7.3' },
        on: { 'tx.xsk_pool.clear': 'end' },
      },
      end: { on: { 'drv.stop:end': 'idle' } },
    },
  });
}
