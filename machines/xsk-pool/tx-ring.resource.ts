import { setup } from 'xstate';

export const labels = ['push', 'done:none', 'done:some', 'drain:none', 'drain:some'] as const;

/** The frames of a pool that wait to be sent: the hardware reads them where the pool has them mapped. */
export function txRing() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'tx_ring',
    description: 'frames of the pool in the ring of a transmit queue',
    meta: { labels, source: 'emac_xsk_xmit_zc, emac_tx_complete_packets, icssg_common.c, v7.3' },
    initial: 'empty',
    states: {
      empty: {
        tags: ['quiescent'],
        on: { push: 'frames', 'done:none': 'empty', 'drain:none': 'empty' },
      },
      frames: {
        tags: ['quiescent'],
        on: {
          push: 'frames',
          'done:none': 'frames',
          'done:some': 'empty',
          'drain:some': 'empty',
        },
      },
    },
  });
}
