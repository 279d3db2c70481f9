import { setup } from 'xstate';
import { disableRings, enableRing } from './igb-rings.ts';

const pages = enableRing('pages');
const xsk = enableRing('xsk');

export const labels = [
  'drv.open:begin',
  'rx.vmalloc:ok',
  'rx.vmalloc:-ENOMEM',
  'pool.at_qid:true',
  'pool.at_qid:false',
  'pool.dev:true',
  'pool.dev:false',
  ...new Set([...pages.labels, ...xsk.labels]),
  'drv.open:ok',
  'drv.open:-ENOMEM',
  'drv.stop:begin',
  ...disableRings.labels,
  'rx.xdp_rxq.unreg',
  'drv.stop:end',
] as const;

/**
 * igb_open() and igb_close() as far as they touch the queue. The pointers of the rings stay as they are while
 * the device is down: nobody reads them before igb_configure() writes them.
 */
export function igbOpenClose() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'igb_open_close',
    description: '__igb_open(), __igb_close(), drivers/net/ethernet/intel/igb/igb_main.c',
    meta: { labels, source: '__igb_open, igb_configure, igb_down, igb_main.c, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'drv.open:begin': 'alloc', 'drv.stop:begin': 'stop' } },
      alloc: {
        meta: { source: 'igb_setup_rx_resources, igb_main.c, v7.3' },
        on: { 'rx.vmalloc:ok': 'find', 'rx.vmalloc:-ENOMEM': 'return_ENOMEM' },
      },
      find: {
        meta: { source: 'igb_xsk_pool, igb_xsk.c:91, v7.3' },
        on: { 'pool.at_qid:true': 'mapped', 'pool.at_qid:false': 'pages' },
      },
      mapped: { on: { 'pool.dev:true': 'xsk', 'pool.dev:false': 'pages' } },
      xsk: { initial: 'rx_pool', states: xsk.states('#igb_open_close.return') },
      pages: { initial: 'rx_pool', states: pages.states('#igb_open_close.return') },
      return: { on: { 'drv.open:ok': 'idle' } },
      return_ENOMEM: { on: { 'drv.open:-ENOMEM': 'idle' } },
      stop: {
        initial: 'channel_off',
        states: {
          ...disableRings.states('unregister'),
          unregister: {
            meta: { source: 'igb_free_rx_resources, igb_main.c, v7.3' },
            on: { 'rx.xdp_rxq.unreg': '#igb_open_close.end' },
          },
        },
      },
      end: { on: { 'drv.stop:end': 'idle' } },
    },
  });
}
