import { setup } from 'xstate';

export const labels = [
  'rx.destroy:begin',
  'rx.channel_tdown:ok',
  'rx.channel_tdown:timeout',
  'rx.napi_disable',
  'rx.xsk_pool:set',
  'rx.xsk_pool:null',
  'rx.drain(xsk)',
  'rx.drain(pages)',
  'rx.xdp_rxq.unreg',
  'rx.channel_disable',
  'rx.destroy:end',
] as const;

/** Takes the receive queue down: a teardown that is not acknowledged is printed, and no error. */
export function pruethDestroyRxq() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'prueth_destroy_rxq',
    description: 'prueth_destroy_rxq(), drivers/net/ethernet/ti/icssg/icssg_prueth.c',
    meta: { labels, source: 'prueth_destroy_rxq, icssg_prueth.c:924, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'rx.destroy:begin': 'tear_down' } },
      tear_down: {
        description: 'wait_for_completion_timeout(&emac->tdown_complete, 1 s)',
        on: { 'rx.channel_tdown:ok': 'napi', 'rx.channel_tdown:timeout': 'napi' },
      },
      napi: { on: { 'rx.napi_disable': 'cleanup' } },
      cleanup: {
        description:
          'prueth_rx_cleanup() asks the pointer, and not the descriptor, what a buffer is',
        meta: { source: 'prueth_rx_cleanup, icssg_common.c:1452, v7.3' },
        on: { 'rx.xsk_pool:set': 'free_frames', 'rx.xsk_pool:null': 'free_pages' },
      },
      free_frames: { on: { 'rx.drain(xsk)': 'unregister' } },
      free_pages: { on: { 'rx.drain(pages)': 'unregister' } },
      unregister: { on: { 'rx.xdp_rxq.unreg': 'disable' } },
      disable: { on: { 'rx.channel_disable': 'end' } },
      end: { on: { 'rx.destroy:end': 'idle' } },
    },
  });
}
