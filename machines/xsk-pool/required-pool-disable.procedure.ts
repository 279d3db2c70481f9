import { setup } from 'xstate';
import { stopQueue, stopSending } from './required-steps.ts';

export const labels = [
  'drv.pool_disable:begin',
  'dev.running:true',
  'dev.running:false',
  'dev.running.clear',
  'emac.port(DISABLE):ok',
  'emac.port(DISABLE):-ETIMEDOUT',
  'emac.port(FORWARD):ok',
  'emac.port(FORWARD):-ETIMEDOUT',
  ...stopQueue.labels,
  ...stopSending.labels,
  'tx.napi_enable',
  'rx.drain(xsk)',
  'rx.drain(pages)',
  'pool.dma_unmap',
  'emac.xsk_qid.clear',
  'rx.xsk_pool.clear',
  'tx.xsk_pool.clear',
  'rx.xsk_rxq.unreg',
  'rx.xdp_rxq.unreg',
  'rx.fill(kept)',
  'rx.channel_enable:ok',
  'rx.channel_enable:-EINVAL',
  'rx.napi_enable',
  'drv.pool_disable:ok',
] as const;

/** The way back, which has to succeed: the pool is freed in any case. A port that does not shut is no reason to stop. */
export function requiredPoolDisable() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'required_pool_disable',
    description:
      'a queue without its pool, in the order that the review of the ICSSG series asked for',
    meta: {
      labels,
      source:
        'derived: Paolo Abeni on v4 of the series, 2025-10-28, as required_pool_enable; xp_clear_dev, v7.3, frees the pool whatever the answer is',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'drv.pool_disable:begin': 'running' } },
      running: { on: { 'dev.running:true': 'port_off', 'dev.running:false': 'forget_down' } },
      ...forgets('down', 'return'),
      port_off: {
        on: {
          'emac.port(DISABLE):ok': 'stop_tear_down',
          'emac.port(DISABLE):-ETIMEDOUT': 'stop_tear_down',
        },
      },
      ...stopQueue.states('stop', 'stop_tx_off'),
      ...stopSending.states('stop', 'drain'),
      drain: { on: { 'rx.drain(xsk)': 'forget_up' } },
      ...forgets('up', 'fill'),
      fill: { on: { 'rx.fill(kept)': 'channel_on' } },
      channel_on: {
        on: { 'rx.channel_enable:ok': 'napi_on', 'rx.channel_enable:-EINVAL': 'close' },
      },
      napi_on: { on: { 'rx.napi_enable': 'port_on' } },
      port_on: {
        on: {
          'emac.port(FORWARD):ok': 'tx_on',
          'emac.port(FORWARD):-ETIMEDOUT': 'again_tear_down',
        },
      },
      tx_on: { on: { 'tx.napi_enable': 'return' } },
      ...stopQueue.states('again', 'close'),
      close: {
        description: 'dev_close(): nobody takes the device for one that works',
        on: { 'dev.running.clear': 'close_drain' },
      },
      close_drain: { on: { 'rx.drain(pages)': 'close_unregister' } },
      close_unregister: { on: { 'rx.xdp_rxq.unreg': 'return' } },
      return: { on: { 'drv.pool_disable:ok': 'idle' } },
    },
  });
}

function forgets(when: string, then: string) {
  return {
    [`forget_${when}`]: { on: { 'emac.xsk_qid.clear': `rx_${when}` } },
    [`rx_${when}`]: { on: { 'rx.xsk_pool.clear': `tx_${when}` } },
    [`tx_${when}`]: { on: { 'tx.xsk_pool.clear': `unregister_${when}` } },
    [`unregister_${when}`]: { on: { 'rx.xsk_rxq.unreg': `unmap_${when}` } },
    [`unmap_${when}`]: { on: { 'pool.dma_unmap': then } },
  };
}
