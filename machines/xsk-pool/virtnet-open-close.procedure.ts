import { setup } from 'xstate';

export const labels = [
  'drv.open:begin',
  'rx.xsk_pool:set',
  'rx.xsk_pool:null',
  'rx.fill(xsk):some',
  'rx.fill(xsk):none',
  'rx.fill(pages):ok',
  'rx.fill(pages):-ENOMEM',
  'rx.xdp_rxq.reg(pages):ok',
  'rx.xdp_rxq.reg(pages):-ENOMEM',
  'rx.napi_enable',
  'tx.napi_enable',
  'drv.open:ok',
  'drv.open:-ENOMEM',
  'drv.stop:begin',
  'tx.napi_disable',
  'rx.napi_disable',
  'rx.xdp_rxq.unreg',
  'drv.stop:end',
] as const;

/** ndo_open() and ndo_stop() of virtio-net: the buffers stay in the rings while the device is down. */
export function virtnetOpenClose() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'virtnet_open_close',
    description: 'virtnet_open(), virtnet_close(), drivers/net/virtio_net.c',
    meta: {
      labels,
      source: 'virtnet_open, virtnet_enable_queue_pair, virtnet_close, virtio_net.c, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'drv.open:begin': 'test', 'drv.stop:begin': 'tx_off' } },
      test: { on: { 'rx.xsk_pool:set': 'fill_frames', 'rx.xsk_pool:null': 'fill_pages' } },
      fill_frames: { on: { 'rx.fill(xsk):some': 'register', 'rx.fill(xsk):none': 'register' } },
      fill_pages: {
        on: { 'rx.fill(pages):ok': 'register', 'rx.fill(pages):-ENOMEM': 'register' },
      },
      register: {
        on: {
          'rx.xdp_rxq.reg(pages):ok': 'rx_on',
          'rx.xdp_rxq.reg(pages):-ENOMEM': 'return_ENOMEM',
        },
      },
      rx_on: { on: { 'rx.napi_enable': 'tx_on' } },
      tx_on: { on: { 'tx.napi_enable': 'return' } },
      return: { on: { 'drv.open:ok': 'idle' } },
      return_ENOMEM: { on: { 'drv.open:-ENOMEM': 'idle' } },
      tx_off: { on: { 'tx.napi_disable': 'rx_off' } },
      rx_off: { on: { 'rx.napi_disable': 'unregister' } },
      unregister: { on: { 'rx.xdp_rxq.unreg': 'end' } },
      end: { on: { 'drv.stop:end': 'idle' } },
    },
  });
}
