import type { NotModelled } from 'xstate-check';

/** What a driver can get wrong that swaps the pool of a queue: faults have these ids, or the list below. */
export const poolDefects: readonly string[] = Array.from(
  { length: 25 },
  (_, i) => `C-${String(i + 1).padStart(2, '0')}`,
);

const ICSSG = 'drivers/net/ethernet/ti/icssg, v7.3';

/** Those of them that are no fault here, and why. */
export const poolNotModelled: readonly NotModelled[] = [
  {
    id: 'C-12',
    title: 'ndo_stop() completes a frame of a pool that was taken away',
    reason:
      'it breaks the rule that C-11 breaks, in the same system by a longer run (no-null-pool): the machine of ndo_stop() has the step',
    source: `prueth_tx_cleanup, ${ICSSG}`,
  },
  {
    id: 'C-14',
    title: 'the marker of a teardown that timed out ends the wait of the next one',
    reason:
      'one completion for both directions and all teardowns: which of them a marker is of is not drawn, only whether it has come',
    source: `prueth_destroy_rxq, prueth_destroy_txq, ${ICSSG}`,
  },
  {
    id: 'C-15',
    title: 'a poll pushes buffers to a channel that is torn down',
    reason: 'they are drained with the others afterwards, so that no rule can see it',
    source: `emac_rx_packet_zc, ${ICSSG}`,
  },
  {
    id: 'C-16',
    title: 'an empty fill queue is a success, and the channel is on with no buffer',
    reason:
      'drawn, and no rule is against it: zero copy begins with a wake-up by user space, whose fill queue it is',
    source: `prueth_prepare_rx_chan, ${ICSSG}`,
  },
  {
    id: 'C-17',
    title: 'a push that fails leaks a descriptor',
    reason: 'descriptors are not counted: a ring is empty or has buffers',
    source: `prueth_dma_rx_push_mapped_zc, ${ICSSG}`,
  },
  {
    id: 'C-18',
    title: 'a link that comes up opens the port in the middle of a swap',
    reason: 'the link is up while the device is: emac_adjust_link() runs with open and stop alone',
    source: `emac_adjust_link, ${ICSSG}`,
  },
  {
    id: 'C-19',
    title: 'irq_disabled is set before the interrupt is disabled',
    reason: 'the interrupt itself is not drawn: a poll begins when NAPI is enabled',
    source: 'Siddharth Vadapalli, 2026-02-20; prueth_rx_irq and the transmit handler, v7.3',
  },
  {
    id: 'C-20',
    title: 'a frame that XDP_TX sends from a pool is sent as a page of the page pool',
    reason: 'XDP programs are not drawn',
    source: '<20260625063121.24746-1-devnexen@gmail.com>',
  },
  {
    id: 'C-21',
    title: 'XDP_DROP does not recycle the page',
    reason: 'XDP programs are not drawn',
    source: '<20260311095441.1691636-1-m-malladi@ti.com>',
  },
  {
    id: 'C-23',
    title: 'a wake-up fails after everything succeeded, and its error is returned',
    reason:
      'prueth_xsk_wakeup() tests what was just set, under rtnl; igb_xsk_wakeup() fails with __IGB_DOWN, which is not drawn',
    source: `prueth_xsk_pool_enable, ${ICSSG}; igb_xsk_pool_enable, v7.3`,
  },
];
