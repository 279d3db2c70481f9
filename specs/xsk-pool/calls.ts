import { type Call, call } from 'xstate-check';
import { CORE, ICSSG, IGB, JAKUB, VIRTIO } from './sources.ts';

const SOCKET = 'net/xdp/xsk.c, v7.3';
const NETDEV = 'net/core/dev.c, v7.3';
const ERRNOS = ['-ENOMEM', '-ETIMEDOUT', '-EINVAL', '-ENOENT', '-EBUSY'];

const user: readonly Call[] = [
  call('sk.bind(ZEROCOPY)', 'xsk_bind', {
    caller: 'user',
    outcomes: ['zero_copy', ...ERRNOS],
    spans: true,
    written: 'bind(xsk, queue, XDP_ZEROCOPY)',
    source: `xsk_bind, ${SOCKET}`,
  }),
  call('sk.bind(auto)', 'xsk_bind', {
    caller: 'user',
    outcomes: ['zero_copy', 'copy', '-EBUSY'],
    spans: true,
    written: 'bind(xsk, queue)',
    source: `xsk_bind, ${SOCKET}`,
  }),
  call('sk.close', 'xp_release_deferred', {
    caller: 'user',
    outcomes: ['end'],
    spans: true,
    written: 'close(xsk), xp_release_deferred(pool)',
    source: `xsk_release, ${SOCKET}; xp_put_pool, ${CORE}`,
  }),
  call('dev.open', 'dev_open_close', {
    caller: 'user',
    outcomes: ['ok', '-ENOMEM', '-EINVAL'],
    spans: true,
    written: 'ip link set dev up',
    source: `__dev_open, ${NETDEV}`,
  }),
  call('dev.stop', 'dev_open_close', {
    caller: 'user',
    spans: true,
    written: 'ip link set dev down',
    source: `__dev_close_many, ${NETDEV}`,
  }),
];

const core: readonly Call[] = [
  call('rtnl.mutex_lock', 'mutex', {
    blocks: 'lock',
    written: 'rtnl_lock()',
    source: 'net/core/rtnetlink.c, v7.3',
  }),
  call('rtnl.mutex_unlock', 'mutex', {
    written: 'rtnl_unlock()',
    source: 'net/core/rtnetlink.c, v7.3',
  }),
  call('dev.running', 'netdev', {
    outcomes: ['true', 'false'],
    written: { true: 'netif_running(dev)', false: '!netif_running(dev)' },
    source: NETDEV,
  }),
  call('running.set', 'netdev', {
    written: 'set_bit(__LINK_STATE_START)',
    source: `__dev_open, ${NETDEV}`,
  }),
  call('running.clear', 'netdev', {
    written: 'clear_bit(__LINK_STATE_START)',
    source: `__dev_close_many, ${NETDEV}`,
  }),
  call('drv.pool_enable', 'driver', {
    outcomes: ['ok', ...ERRNOS],
    spans: true,
    written: 'ndo_bpf(XDP_SETUP_XSK_POOL, pool)',
    source: `xp_assign_dev, ${CORE}`,
  }),
  call('drv.pool_disable', 'driver', {
    outcomes: ['ok', ...ERRNOS],
    spans: true,
    written: 'ndo_bpf(XDP_SETUP_XSK_POOL, NULL)',
    source: `xp_disable_drv_zc, ${CORE}`,
  }),
  call('drv.open', 'driver', {
    outcomes: ['ok', '-ENOMEM', '-EINVAL'],
    spans: true,
    written: 'ndo_open(dev)',
    source: `__dev_open, ${NETDEV}`,
  }),
  call('drv.stop', 'driver', {
    outcomes: ['end'],
    spans: true,
    written: 'ndo_stop(dev)',
    source: `__dev_close_many, ${NETDEV}`,
  }),
];

const pool: readonly Call[] = [
  call('pool.at_qid', 'pool', {
    outcomes: ['true', 'false'],
    written: {
      true: 'xsk_get_pool_from_qid(queue) = pool',
      false: 'xsk_get_pool_from_qid(queue) = NULL',
    },
    source: CORE,
  }),
  call('pool.reg_at_qid', 'pool', {
    written: 'xsk_reg_pool_at_qid(pool, queue)',
    source: `xp_assign_dev, ${CORE}`,
  }),
  call('pool.clear_at_qid', 'pool', {
    written: 'xsk_clear_pool_at_qid(queue)',
    source: `xp_assign_dev, xp_clear_dev, ${CORE}`,
  }),
  call('pool.zc', 'pool', {
    outcomes: ['true', 'false'],
    written: { true: 'umem->zc', false: '!umem->zc' },
    source: `xp_disable_drv_zc, ${CORE}`,
  }),
  call('zc.set', 'pool', { written: 'umem->zc = true', source: `xp_assign_dev, ${CORE}` }),
  call('pool.warn', 'pool', {
    written: 'WARN(1, "Failed to disable zero-copy!")',
    source: `xp_disable_drv_zc, ${CORE}`,
  }),
  call('pool.destroy', 'pool', { written: 'xp_destroy(pool)', source: CORE }),
  call('pool.dma_map', 'pool_dma', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'xsk_pool_dma_map(pool)',
    source: `xp_dma_map, ${CORE}`,
  }),
  call('pool.dma_unmap', 'pool_dma', {
    written: 'xsk_pool_dma_unmap(pool)',
    source: `xp_dma_unmap, ${CORE}`,
  }),
  call('pool.dev', 'pool_dma', {
    outcomes: ['true', 'false'],
    written: { true: 'pool->dev', false: '!pool->dev' },
    source: `igb_xsk_pool, ${IGB}`,
  }),
];

const POINTERS = 'rx_chn->xsk_pool and its like, v7.3';

/** The two directions of a queue have the same calls. */
const ofBoth = (queue: 'rx' | 'tx'): readonly Call[] => [
  call(`${queue}.xsk_pool`, 'pointer', {
    outcomes: ['set', 'null'],
    written: { set: `${queue}->xsk_pool is set`, null: `${queue}->xsk_pool is NULL` },
    source: POINTERS,
  }),
  call(`${queue}.xsk_pool.set`, 'pointer', {
    written: `${queue}->xsk_pool = the pool of the queue`,
    source: POINTERS,
  }),
  call(`${queue}.xsk_pool.clear`, 'pointer', {
    written: `${queue}->xsk_pool = NULL`,
    source: POINTERS,
  }),
  call(`${queue}.xsk_pool.use`, 'pointer', {
    written: `${queue}->xsk_pool is read again, and used`,
    source: `emac_tx_complete_packets, ${ICSSG}`,
  }),
  call(`${queue}.napi_enable`, 'napi', {
    written: `napi_enable(${queue})`,
    source: `napi_enable_locked, ${NETDEV}`,
  }),
  // NAPI_STATE_DISABLE keeps the next poll out: who waits gets it, as a lock.
  call(`${queue}.napi_disable`, 'napi', {
    blocks: 'lock',
    written: `napi_disable(${queue})`,
    source: `napi_disable_locked, ${NETDEV}`,
  }),
  call(`${queue}.poll`, 'softirq', {
    caller: 'interrupt',
    outcomes: ['end'],
    spans: true,
    written: `a poll of ${queue}`,
    source: `__napi_poll, ${NETDEV}`,
  }),
  call(`${queue}.vq_disable`, 'channel', {
    outcomes: ['ok', '-ENOENT'],
    written: `virtqueue_reset(${queue}): disabled`,
    source: 'vp_modern_disable_vq_and_reset, v7.3',
  }),
  // Of one that is not reset there is nothing to enable: that it comes back may always fail.
  call(`${queue}.vq_enable`, 'channel', {
    outcomes: ['ok', '-EBUSY'],
    environment: ['ok'],
    written: `virtqueue_reset(${queue}): enabled again`,
    source: 'vp_modern_enable_vq_after_reset, v7.3',
  }),
  ...(['bind_pool', 'unbind_pool'] as const).map((name) =>
    call(`${queue}.${name}`, queue === 'rx' ? 'rq_bind' : 'sq_bind', {
      outcomes: ['ok', '-ENOMEM', '-ENOENT', '-EBUSY'],
      spans: true,
      written: `virtnet_${queue === 'rx' ? 'rq' : 'sq'}_bind_xsk_pool(${name === 'bind_pool' ? 'pool' : 'NULL'})`,
      source: VIRTIO,
    }),
  ),
];

const queue: readonly Call[] = [
  call('rx.fill(xsk)', 'ring', {
    outcomes: ['some', 'none'],
    environment: ['none'],
    written: 'xsk_buff_alloc(pool) for the ring',
    source: `prueth_rx_alloc_zc, ${ICSSG}`,
  }),
  call('rx.fill(pages)', 'ring', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: {
      ok: 'the ring is filled with pages',
      '-ENOMEM': 'there is no page to fill the ring',
    },
    source: `prueth_prepare_rx_chan, ${ICSSG}`,
  }),
  call('rx.fill(kept)', 'ring', {
    written: 'the ring is filled with the pages that were kept',
    source: `${JAKUB}: "avoid freeing the memory"; derived`,
  }),
  call('rx.keep_pages', 'memory', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'pages for the time after the pool are allocated',
    source: `${JAKUB}: "pre-allocate"; derived`,
  }),
  call('rx.drain(xsk)', 'ring', {
    written: 'the buffers in the ring are freed as frames of the pool',
    source: `prueth_rx_cleanup, ${ICSSG}; igb_clean_rx_ring_zc, ${IGB}`,
  }),
  call('rx.drain(pages)', 'ring', {
    written: 'the buffers in the ring are freed as pages',
    source: `prueth_rx_cleanup, ${ICSSG}; igb_clean_rx_ring, ${IGB}`,
  }),
  call('rx.channel_enable', 'channel', {
    outcomes: ['ok', '-EINVAL'],
    environment: ['-EINVAL'],
    written: 'the receive channel is enabled',
    source: `k3_udma_glue_enable_rx_chn, v7.3; igb_configure_rx_ring, ${IGB}`,
  }),
  // A channel that is off has no teardown to acknowledge: that one is answered may always fail.
  call('rx.channel_tdown', 'channel', {
    outcomes: ['ok', 'timeout'],
    environment: ['ok'],
    written: {
      ok: 'the receive channel is torn down',
      timeout: 'the receive channel is not torn down within 1 s',
    },
    source: `prueth_destroy_rxq, ${ICSSG}`,
  }),
  call('rx.channel_disable', 'channel', {
    written: 'the receive channel is disabled',
    source: `k3_udma_glue_disable_rx_chn, v7.3; igb_txrx_ring_disable, ${IGB}`,
  }),
  ...(['pages', 'xsk'] as const).map((model) =>
    call(`reg(${model})`, 'mem_model', {
      outcomes: ['ok', '-ENOMEM'],
      environment: ['-ENOMEM'],
      written: `xdp_rxq_info_reg_mem_model(${model === 'xsk' ? 'MEM_TYPE_XSK_BUFF_POOL' : 'pages'})`,
      source: 'net/core/xdp.c, v7.3',
    }),
  ),
  call('unreg', 'mem_model', {
    written: 'xdp_rxq_info_unreg()',
    source: 'net/core/xdp.c, v7.3',
  }),
  call('rx.destroy', 'destroy_rxq', {
    outcomes: ['end'],
    spans: true,
    written: 'prueth_destroy_rxq(emac)',
    source: ICSSG,
  }),
  call('rx.create', 'create_rxq', {
    outcomes: ['ok', '-ENOMEM', '-EINVAL'],
    spans: true,
    written: 'prueth_create_rxq(emac)',
    source: ICSSG,
  }),
  call('rx.vmalloc', 'memory', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'vmalloc(rx_buffer_info)',
    source: `igb_realloc_rx_buffer_info, ${IGB}`,
  }),
  call('rx.kvzalloc', 'memory', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'kvzalloc(rq->xsk_buffs)',
    source: `virtnet_xsk_pool_enable, ${VIRTIO}`,
  }),
  call('tx.done', 'tx_ring', {
    outcomes: ['none', 'some'],
    environment: ['some'],
    written: { none: 'no frame of the pool was sent', some: 'a frame of the pool was sent' },
    source: `emac_tx_complete_packets, ${ICSSG}`,
  }),
  call('tx.drain', 'tx_ring', {
    outcomes: ['none', 'some'],
    written: {
      none: 'the transmit ring is empty',
      some: 'frames of the pool leave the transmit ring',
    },
    source: `prueth_tx_cleanup, ${ICSSG}; igb_clean_tx_ring, ${IGB}`,
  }),
  call('tx.push', 'tx_ring', {
    written: 'a frame of the pool is sent',
    source: `emac_xsk_xmit_zc, ${ICSSG}; igb_xmit_zc, ${IGB}`,
  }),
  call('tx.pool_used', 'pool', {
    written: 'xsk_tx_completed(pool), xsk_tx_peek_desc(pool)',
    source: 'include/net/xdp_sock_drv.h, v7.3',
  }),
];

const emac: readonly Call[] = [
  ...(['DISABLE', 'FORWARD'] as const).map((command) =>
    call(`port(${command})`, 'port', {
      outcomes: ['ok', '-ETIMEDOUT'],
      environment: ['-ETIMEDOUT'],
      written: `icssg_set_port_state(ICSSG_EMAC_PORT_${command})`,
      source: 'icssg_set_port_state, icssg_config.c, v7.3',
    }),
  ),
  call('emac.xsk_qid', 'qid', {
    outcomes: ['match', '-EINVAL'],
    written: { match: 'emac->xsk_qid is the queue', '-EINVAL': 'emac->xsk_qid is -EINVAL' },
    source: `prueth_xsk_pool_disable, ${ICSSG}`,
  }),
  call('xsk_qid.set', 'qid', {
    written: 'emac->xsk_qid = queue',
    source: `prueth_xsk_pool_enable, ${ICSSG}`,
  }),
  call('xsk_qid.clear', 'qid', { written: 'emac->xsk_qid = -EINVAL', source: ICSSG }),
];

/** All calls and steps of a pool that comes to a queue and goes. */
export const poolCalls: readonly Call[] = [
  ...user,
  ...core,
  ...pool,
  ...ofBoth('rx'),
  ...ofBoth('tx'),
  ...queue,
  ...emac,
];
