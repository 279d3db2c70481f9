import { setup } from 'xstate';
import { stopQueue, stopSending } from './required-steps.ts';

const REQUIRED =
  'derived: Paolo Abeni on v4 of the series, 2025-10-28, "stop the H/W from processing incoming packets; spool all the pending packets; attach/detach the xsk_pool; refill the ring; re-enable the H/W"';

export const labels = [
  'drv.pool_enable:begin',
  'pool.dma_map:ok',
  'pool.dma_map:-ENOMEM',
  'rx.xsk_rxq.reg(xsk):ok',
  'rx.xsk_rxq.reg(xsk):-ENOMEM',
  'rx.xsk_rxq.unreg',
  'dev.running:true',
  'dev.running:false',
  'dev.running.clear',
  'emac.port(DISABLE):ok',
  'emac.port(DISABLE):-ETIMEDOUT',
  'emac.port(FORWARD):ok',
  'emac.port(FORWARD):-ETIMEDOUT',
  ...stopQueue.labels,
  ...stopSending.labels,
  'rx.drain(pages)',
  'rx.drain(xsk)',
  'emac.xsk_qid.set',
  'emac.xsk_qid.clear',
  'rx.xsk_pool.set',
  'rx.xsk_pool.clear',
  'tx.xsk_pool.set',
  'tx.xsk_pool.clear',
  'rx.fill(xsk):some',
  'rx.fill(xsk):none',
  'rx.channel_enable:ok',
  'rx.channel_enable:-EINVAL',
  'rx.napi_enable',
  'rx.xdp_rxq.unreg',
  'pool.dma_unmap',
  'drv.pool_enable:ok',
  'drv.pool_enable:-ENOMEM',
  'drv.pool_enable:-ETIMEDOUT',
  'drv.pool_enable:-EINVAL',
] as const;

/**
 * The swap as the review asked for it: what can fail is done first, the pages are kept and not freed, and
 * where the hardware does not come back the device is down, as everybody can see.
 */
export function requiredPoolEnable() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'required_pool_enable',
    description: 'a pool for a queue, in the order that the review of the ICSSG series asked for',
    meta: { labels, source: REQUIRED },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'drv.pool_enable:begin': 'map' } },
      map: { on: { 'pool.dma_map:ok': 'register', 'pool.dma_map:-ENOMEM': 'return_ENOMEM' } },
      register: {
        on: { 'rx.xsk_rxq.reg(xsk):ok': 'running', 'rx.xsk_rxq.reg(xsk):-ENOMEM': 'unmap_ENOMEM' },
      },
      unmap_ENOMEM: { on: { 'pool.dma_unmap': 'return_ENOMEM' } },
      running: { on: { 'dev.running:true': 'port_off', 'dev.running:false': 'down_qid' } },
      down_qid: { on: { 'emac.xsk_qid.set': 'down_rx' } },
      down_rx: { on: { 'rx.xsk_pool.set': 'down_tx' } },
      down_tx: { on: { 'tx.xsk_pool.set': 'return' } },
      port_off: {
        on: {
          'emac.port(DISABLE):ok': 'stop_tear_down',
          'emac.port(DISABLE):-ETIMEDOUT': 'unregister_ETIMEDOUT',
        },
      },
      unregister_ETIMEDOUT: { on: { 'rx.xsk_rxq.unreg': 'unmap_ETIMEDOUT' } },
      unmap_ETIMEDOUT: { on: { 'pool.dma_unmap': 'return_ETIMEDOUT' } },
      ...stopQueue.states('stop', 'keep'),
      keep: { description: 'with the old model', on: { 'rx.drain(pages)': 'qid' } },
      qid: { on: { 'emac.xsk_qid.set': 'rx_pool' } },
      rx_pool: { on: { 'rx.xsk_pool.set': 'tx_pool' } },
      tx_pool: { on: { 'tx.xsk_pool.set': 'fill' } },
      fill: { on: { 'rx.fill(xsk):some': 'channel_on', 'rx.fill(xsk):none': 'channel_on' } },
      channel_on: {
        on: { 'rx.channel_enable:ok': 'napi_on', 'rx.channel_enable:-EINVAL': 'fail_EINVAL' },
      },
      napi_on: { on: { 'rx.napi_enable': 'port_on' } },
      port_on: {
        on: {
          'emac.port(FORWARD):ok': 'return',
          'emac.port(FORWARD):-ETIMEDOUT': 'again_tear_down',
        },
      },
      ...stopQueue.states('again', 'fail_ETIMEDOUT'),
      return: { on: { 'drv.pool_enable:ok': 'idle' } },
      return_ENOMEM: { on: { 'drv.pool_enable:-ENOMEM': 'idle' } },
      return_ETIMEDOUT: { on: { 'drv.pool_enable:-ETIMEDOUT': 'idle' } },
      return_EINVAL: { on: { 'drv.pool_enable:-EINVAL': 'idle' } },
      ...closes('EINVAL'),
      ...closes('ETIMEDOUT'),
    },
  });
}

/** The device goes down, and nothing of the pool stays. */
function closes(errno: string) {
  return {
    [`fail_${errno}`]: {
      description: 'dev_close(): nobody takes the device for one that works',
      on: { 'dev.running.clear': `${errno}_tx_off` },
    },
    ...stopSending.states(errno, `${errno}_drain`),
    [`${errno}_drain`]: { on: { 'rx.drain(xsk)': `${errno}_unregister` } },
    [`${errno}_unregister`]: { on: { 'rx.xsk_rxq.unreg': `${errno}_unregister_pages` } },
    [`${errno}_unregister_pages`]: { on: { 'rx.xdp_rxq.unreg': `${errno}_qid` } },
    [`${errno}_qid`]: { on: { 'emac.xsk_qid.clear': `${errno}_rx` } },
    [`${errno}_rx`]: { on: { 'rx.xsk_pool.clear': `${errno}_tx` } },
    [`${errno}_tx`]: { on: { 'tx.xsk_pool.clear': `${errno}_unmap` } },
    [`${errno}_unmap`]: { on: { 'pool.dma_unmap': `return_${errno}` } },
  };
}
