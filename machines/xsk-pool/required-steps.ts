type States = Readonly<Record<string, object>>;

/** Stops the queue: what the hardware may write to is freed when the channel is disabled, and not before. */
export const stopQueue = {
  labels: [
    'rx.channel_tdown:ok',
    'rx.channel_tdown:timeout',
    'rx.napi_disable',
    'rx.channel_disable',
  ],
  states: (prefix: string, then: string): States => ({
    [`${prefix}_tear_down`]: {
      on: {
        'rx.channel_tdown:ok': `${prefix}_napi_off`,
        'rx.channel_tdown:timeout': `${prefix}_napi_off`,
      },
    },
    [`${prefix}_napi_off`]: { on: { 'rx.napi_disable': `${prefix}_channel_off` } },
    [`${prefix}_channel_off`]: { on: { 'rx.channel_disable': then } },
  }),
};

/** Stops the other direction, and gives the pool what it sent. */
export const stopSending = {
  labels: ['tx.napi_disable', 'tx.drain:none', 'tx.drain:some', 'tx.pool_used'],
  states: (prefix: string, then: string): States => ({
    [`${prefix}_tx_off`]: { on: { 'tx.napi_disable': `${prefix}_tx_drain` } },
    [`${prefix}_tx_drain`]: { on: { 'tx.drain:none': then, 'tx.drain:some': `${prefix}_tx_done` } },
    [`${prefix}_tx_done`]: { on: { 'tx.pool_used': then } },
  }),
};
