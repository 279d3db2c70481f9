import { setup } from 'xstate';
import { disableRings, enableRing } from './igb-rings.ts';

export const labels = [
  'drv.pool_disable:begin',
  'pool.at_qid:true',
  'pool.at_qid:false',
  'dev.running:true',
  'dev.running:false',
  ...disableRings.labels,
  'pool.dma_unmap',
  'rx.vmalloc:ok',
  'rx.vmalloc:-ENOMEM',
  ...enableRing('pages').labels,
  'drv.pool_disable:ok',
  'drv.pool_disable:-EINVAL',
  'drv.pool_disable:-ENOMEM',
] as const;

/** Takes the pool from a queue of igb; while the device is down it unmaps, and no more. */
export function igbPoolDisable() {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'igb_xsk_pool_disable',
    description: 'igb_xsk_pool_disable(), drivers/net/ethernet/intel/igb/igb_xsk.c',
    meta: { labels, source: 'igb_xsk_pool_disable, igb_xsk.c:148, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'drv.pool_disable:begin': 'find' } },
      find: { on: { 'pool.at_qid:true': 'running', 'pool.at_qid:false': 'return_EINVAL' } },
      running: { on: { 'dev.running:true': 'channel_off', 'dev.running:false': 'unmap_down' } },
      unmap_down: { on: { 'pool.dma_unmap': 'return' } },
      ...disableRings.states('unmap'),
      unmap: { on: { 'pool.dma_unmap': 'alloc' } },
      alloc: {
        meta: { source: 'igb_realloc_rx_buffer_info, igb_xsk.c:10, v7.3' },
        on: { 'rx.vmalloc:ok': 'rx_pool', 'rx.vmalloc:-ENOMEM': 'return_ENOMEM' },
      },
      ...enableRing('pages').states('return'),
      return: { on: { 'drv.pool_disable:ok': 'idle' } },
      return_EINVAL: { on: { 'drv.pool_disable:-EINVAL': 'idle' } },
      return_ENOMEM: { on: { 'drv.pool_disable:-ENOMEM': 'idle' } },
    },
  });
}
