import { setup } from 'xstate';

export const labels = [
  'rx.create:begin',
  'rx.xsk_pool:set',
  'rx.xsk_pool:null',
  'rx.fill(xsk):some',
  'rx.fill(xsk):none',
  'rx.fill(pages):ok',
  'rx.fill(pages):-ENOMEM',
  'rx.drain(xsk)',
  'rx.drain(pages)',
  'rx.channel_enable:ok',
  'rx.channel_enable:-EINVAL',
  'rx.xdp_rxq.reg(xsk):ok',
  'rx.xdp_rxq.reg(xsk):-ENOMEM',
  'rx.xdp_rxq.reg(pages):ok',
  'rx.xdp_rxq.reg(pages):-ENOMEM',
  'rx.napi_enable',
  'rx.create:ok',
  'rx.create:-ENOMEM',
  'rx.create:-EINVAL',
] as const;

/** Fills the receive queue and switches it on. An empty fill queue of a pool is no error. */
export function pruethCreateRxq() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'prueth_create_rxq',
    description: 'prueth_create_rxq(), prueth_prepare_rx_chan(), drivers/net/ethernet/ti/icssg',
    meta: {
      labels,
      source: 'prueth_create_rxq, icssg_prueth.c:981; prueth_prepare_rx_chan, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'rx.create:begin': 'test' } },
      test: { on: { 'rx.xsk_pool:set': 'xsk', 'rx.xsk_pool:null': 'pages' } },
      xsk: {
        initial: 'fill',
        states: {
          fill: { on: { 'rx.fill(xsk):some': 'enable', 'rx.fill(xsk):none': 'recycle' } },
          recycle: {
            description: 'prueth_rx_alloc_zc() = 0 is what prueth_prepare_rx_chan() returns',
            on: { 'rx.drain(xsk)': 'enable' },
          },
          ...queueStates('xsk'),
        },
      },
      pages: {
        initial: 'fill',
        states: {
          fill: { on: { 'rx.fill(pages):ok': 'enable', 'rx.fill(pages):-ENOMEM': 'drain_ENOMEM' } },
          ...queueStates('pages'),
        },
      },
      napi: { on: { 'rx.napi_enable': 'return' } },
      return: { on: { 'rx.create:ok': 'idle' } },
      return_ENOMEM: { on: { 'rx.create:-ENOMEM': 'idle' } },
      return_EINVAL: { on: { 'rx.create:-EINVAL': 'idle' } },
    },
  });
}

/** Behind the fill: prueth_reset_rx_chan(..., false) empties the rings and leaves the channel as it is. */
function queueStates(model: 'xsk' | 'pages') {
  return {
    enable: {
      meta: { source: 'k3_udma_glue_enable_rx_chn, k3-udma-glue.c, v7.3' },
      on: { 'rx.channel_enable:ok': 'register', 'rx.channel_enable:-EINVAL': 'drain_EINVAL' },
    },
    register: {
      meta: { source: 'prueth_create_xdp_rxqs, icssg_prueth.c:598, v7.3' },
      on: {
        [`rx.xdp_rxq.reg(${model}):ok`]: '#prueth_create_rxq.napi',
        [`rx.xdp_rxq.reg(${model}):-ENOMEM`]: 'drain_ENOMEM',
      },
    },
    drain_ENOMEM: { on: { [`rx.drain(${model})`]: '#prueth_create_rxq.return_ENOMEM' } },
    drain_EINVAL: { on: { [`rx.drain(${model})`]: '#prueth_create_rxq.return_EINVAL' } },
  };
}
