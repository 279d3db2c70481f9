import { setup } from 'xstate';

const labelsOf = (use: string, poll: string) => [
  `${poll}:begin`,
  `${poll}:end`,
  'tx.done:none',
  'tx.done:some',
  'tx.xsk_pool:set',
  'tx.xsk_pool:null',
  use,
  'tx.push',
];

/**
 * A poll of the transmit queue: what was sent goes back to the pool, and what waits there is sent.
 *
 * @param use - how the pool is used after the test of the pointer: by a second read of it
 * (`tx.xsk_pool.use`), or by what the first read gave (`tx.pool_used`)
 * @param poll - of which NAPI context it is
 */
export function txPoll(use: 'tx.xsk_pool.use' | 'tx.pool_used', poll: 'tx.poll' | 'rx.poll') {
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'tx_poll',
    description: 'emac_tx_complete_packets(), igb_clean_tx_irq(), virtnet_poll_tx()',
    meta: {
      labels: labelsOf(use, poll),
      source: 'emac_tx_complete_packets, icssg_common.c:206, v7.3; igb_clean_tx_irq, v7.3',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { [`${poll}:begin`]: 'reap' } },
      reap: { on: { 'tx.done:none': 'test', 'tx.done:some': 'test_done' } },
      test_done: {
        description: 'without a pool the completion is lost',
        on: { 'tx.xsk_pool:set': 'complete', 'tx.xsk_pool:null': 'end' },
      },
      complete: { on: { [use]: 'send' } },
      test: { on: { 'tx.xsk_pool:set': 'send', 'tx.xsk_pool:null': 'end' } },
      send: { on: { [use]: 'push' } },
      push: { on: { 'tx.push': 'end' } },
      end: { on: { [`${poll}:end`]: 'idle' } },
    },
  });
}
