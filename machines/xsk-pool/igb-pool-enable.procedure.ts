import { setup } from 'xstate';
import { disableRings, enableRing } from './igb-rings.ts';

export const labels = [
  'drv.pool_enable:begin',
  'pool.dma_map:ok',
  'pool.dma_map:-ENOMEM',
  'pool.dma_unmap',
  'dev.running:true',
  'dev.running:false',
  ...disableRings.labels,
  'rx.vmalloc:ok',
  'rx.vmalloc:-ENOMEM',
  ...enableRing('xsk').labels,
  'drv.pool_enable:ok',
  'drv.pool_enable:-ENOMEM',
] as const;

/**
 * Gives a queue of igb a pool: the rings are disabled before there is memory for the new ones. An XDP program
 * is attached; igb_xsk_wakeup() at the end tests what was just set, and __IGB_DOWN.
 */
export function igbPoolEnable() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'igb_xsk_pool_enable',
    description: 'igb_xsk_pool_enable(), drivers/net/ethernet/intel/igb/igb_xsk.c',
    meta: { labels, source: 'igb_xsk_pool_enable, igb_xsk.c:105, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'drv.pool_enable:begin': 'map' } },
      map: { on: { 'pool.dma_map:ok': 'running', 'pool.dma_map:-ENOMEM': 'return_ENOMEM' } },
      running: { on: { 'dev.running:true': 'channel_off', 'dev.running:false': 'return' } },
      ...disableRings.states('alloc'),
      alloc: {
        meta: { source: 'igb_realloc_rx_buffer_info, igb_xsk.c:10, v7.3' },
        on: { 'rx.vmalloc:ok': 'rx_pool', 'rx.vmalloc:-ENOMEM': 'unmap' },
      },
      ...enableRing('xsk').states('return'),
      unmap: {
        description: 'the rings stay disabled',
        on: { 'pool.dma_unmap': 'return_ENOMEM' },
      },
      return: { on: { 'drv.pool_enable:ok': 'idle' } },
      return_ENOMEM: { on: { 'drv.pool_enable:-ENOMEM': 'idle' } },
    },
  });
}
