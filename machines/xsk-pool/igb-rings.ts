/** igb_txrx_ring_disable(): both rings of a queue, and the NAPI context that they share. */
export const disableRings = {
  labels: [
    'rx.channel_disable',
    'rx.napi_disable',
    'tx.drain:none',
    'tx.drain:some',
    'tx.pool_used',
    'rx.xsk_pool:set',
    'rx.xsk_pool:null',
    'rx.drain(xsk)',
    'rx.drain(pages)',
  ],
  states: (then: string) => ({
    channel_off: {
      description: 'igb_txrx_ring_disable(): TXDCTL and RXDCTL are 0',
      meta: { source: 'igb_txrx_ring_disable, igb_xsk.c:35, v7.3' },
      on: { 'rx.channel_disable': 'napi_off' },
    },
    napi_off: { on: { 'rx.napi_disable': 'tx_clean' } },
    tx_clean: { on: { 'tx.drain:none': 'rx_clean', 'tx.drain:some': 'tx_complete' } },
    tx_complete: {
      meta: { source: 'igb_clean_tx_ring, igb_main.c:4996, v7.3' },
      on: { 'tx.pool_used': 'rx_clean' },
    },
    rx_clean: {
      meta: { source: 'igb_clean_rx_ring, igb_main.c:5066, v7.3' },
      on: { 'rx.xsk_pool:set': 'free_frames', 'rx.xsk_pool:null': 'free_pages' },
    },
    free_frames: { on: { 'rx.drain(xsk)': then } },
    free_pages: { on: { 'rx.drain(pages)': then } },
  }),
};

/** igb_txrx_ring_enable() with these buffers, from the pointer to the NAPI context. */
export const enableRing = (model: 'xsk' | 'pages') => {
  const verb = model === 'xsk' ? 'set' : 'clear';
  const filled = model === 'xsk' ? ['some', 'none'] : ['ok', '-ENOMEM'];
  return {
    labels: [
      `rx.xsk_pool.${verb}`,
      `tx.xsk_pool.${verb}`,
      `rx.xdp_rxq.reg(${model}):ok`,
      'rx.channel_enable:ok',
      ...filled.map((outcome) => `rx.fill(${model}):${outcome}`),
      'rx.napi_enable',
    ],
    states: (then: string) => ({
      rx_pool: {
        description:
          'ring->xsk_pool = igb_xsk_pool(): the pool of the queue, where it has pool->dev',
        meta: { source: 'igb_configure_rx_ring, igb_main.c:4790, v7.3' },
        on: { [`rx.xsk_pool.${verb}`]: 'tx_pool' },
      },
      tx_pool: { on: { [`tx.xsk_pool.${verb}`]: 'register' } },
      register: { on: { [`rx.xdp_rxq.reg(${model}):ok`]: 'channel_on' } },
      channel_on: { on: { 'rx.channel_enable:ok': 'fill' } },
      fill: {
        description: 'as many as there are: the next poll tries again',
        on: Object.fromEntries(
          filled.map((outcome) => [`rx.fill(${model}):${outcome}`, 'napi_on']),
        ),
      },
      napi_on: { on: { 'rx.napi_enable': then } },
    }),
  };
};
