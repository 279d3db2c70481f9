import { setup } from 'xstate';
import { stopQueue, stopSending } from './required-steps.ts';

export const labels = [
  'drv.open:begin',
  'rx.xsk_pool:set',
  'rx.xsk_pool:null',
  'rx.keep_pages:ok',
  'rx.keep_pages:-ENOMEM',
  'rx.fill(xsk):some',
  'rx.fill(xsk):none',
  'rx.fill(pages):ok',
  'rx.fill(pages):-ENOMEM',
  'rx.xdp_rxq.reg(pages):ok',
  'rx.xdp_rxq.reg(pages):-ENOMEM',
  'rx.xdp_rxq.unreg',
  'rx.channel_enable:ok',
  'rx.channel_enable:-EINVAL',
  'rx.napi_enable',
  'tx.napi_enable',
  'emac.port(FORWARD):ok',
  'drv.open:ok',
  'drv.open:-ENOMEM',
  'drv.open:-EINVAL',
  'drv.stop:begin',
  'emac.port(DISABLE):ok',
  ...stopSending.labels,
  ...stopQueue.labels,
  'rx.drain(xsk)',
  'rx.drain(pages)',
  'drv.stop:end',
] as const;

/** Up with the pool that the queue has, and with pages for the time after it. */
export function requiredOpenStop() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'required_open_stop',
    description: 'ndo_open() and ndo_stop() that keep the pool of the queue',
    meta: { labels, source: 'derived: emac_ndo_open, icssg_prueth.c, v7.3, keeping emac->xsk_qid' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'drv.open:begin': 'test', 'drv.stop:begin': 'port_off' } },
      test: { on: { 'rx.xsk_pool:set': 'xsk', 'rx.xsk_pool:null': 'pages' } },
      xsk: {
        initial: 'keep',
        states: {
          keep: {
            on: {
              'rx.keep_pages:ok': 'fill',
              'rx.keep_pages:-ENOMEM': '#required_open_stop.return_ENOMEM',
            },
          },
          fill: { on: { 'rx.fill(xsk):some': 'register', 'rx.fill(xsk):none': 'register' } },
          ...switchesOn('xsk'),
        },
      },
      pages: {
        initial: 'fill',
        states: {
          fill: {
            on: {
              'rx.fill(pages):ok': 'register',
              'rx.fill(pages):-ENOMEM': '#required_open_stop.return_ENOMEM',
            },
          },
          ...switchesOn('pages'),
        },
      },
      napi_on: { on: { 'rx.napi_enable': 'tx_on' } },
      tx_on: { on: { 'tx.napi_enable': 'port_on' } },
      port_on: { on: { 'emac.port(FORWARD):ok': 'return' } },
      return: { on: { 'drv.open:ok': 'idle' } },
      return_ENOMEM: { on: { 'drv.open:-ENOMEM': 'idle' } },
      return_EINVAL: { on: { 'drv.open:-EINVAL': 'idle' } },
      port_off: { on: { 'emac.port(DISABLE):ok': 'stop_tx_off' } },
      ...stopSending.states('stop', 'stop_tear_down'),
      ...stopQueue.states('stop', 'which'),
      which: { on: { 'rx.xsk_pool:set': 'free_frames', 'rx.xsk_pool:null': 'free_pages' } },
      free_frames: { on: { 'rx.drain(xsk)': 'unregister' } },
      free_pages: { on: { 'rx.drain(pages)': 'unregister' } },
      unregister: { on: { 'rx.xdp_rxq.unreg': 'end' } },
      end: { on: { 'drv.stop:end': 'idle' } },
    },
  });
}

function switchesOn(model: 'xsk' | 'pages') {
  return {
    register: {
      on: {
        'rx.xdp_rxq.reg(pages):ok': 'enable',
        'rx.xdp_rxq.reg(pages):-ENOMEM': 'drain_ENOMEM',
      },
    },
    enable: {
      on: {
        'rx.channel_enable:ok': '#required_open_stop.napi_on',
        'rx.channel_enable:-EINVAL': 'unregister',
      },
    },
    unregister: { on: { 'rx.xdp_rxq.unreg': 'drain_EINVAL' } },
    drain_ENOMEM: { on: { [`rx.drain(${model})`]: '#required_open_stop.return_ENOMEM' } },
    drain_EINVAL: { on: { [`rx.drain(${model})`]: '#required_open_stop.return_EINVAL' } },
  };
}
