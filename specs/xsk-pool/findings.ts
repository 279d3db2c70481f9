import type { Finding } from 'xstate-check';
import { SENDING } from './scopes.ts';

const CORE = 'xp_assign_dev, xp_clear_dev, net/xdp/xsk_buff_pool.c, v7.3';
const ENABLE = 'prueth_xsk_pool_enable, icssg_prueth.c, v7.3';
const DISABLE = 'prueth_xsk_pool_disable, icssg_prueth.c, v7.3';
const OPEN = 'emac_ndo_open, prueth_xsk_pool_disable, icssg_prueth.c, v7.3';
const HANG = 'napi_disable_locked, net/core/dev.c, v7.3';

interface Read extends Pick<Finding, 'id' | 'property' | 'claim' | 'scope'> {
  readonly revision: string;
  /** The functions. */
  readonly of: string;
}

/** What was read in 7.3.4, and not run: no machine here has the hardware, or lets its memory run out. */
function read({ of, scope, ...rest }: Read): Finding {
  return {
    ...rest,
    system: 'pool-swap',
    ...(scope !== undefined && { scope }),
    source: `${of}; read, not run`,
    derived: true,
  };
}

const ofIcssg = (more: Omit<Read, 'revision'>) => read({ ...more, revision: 'icssg-7.3' });

const icssg: readonly Finding[] = [
  ofIcssg({
    id: 'F-C02',
    property: 'old-or-down',
    claim:
      'an error after prueth_destroy_rxq() returns from there: the device is up, its channel off and its port shut. With no flag the core answers 0 and copy mode. What Jakub Kicinski asked to avoid',
    of: `${ENABLE}; ${CORE}`,
  }),
  ofIcssg({
    id: 'F-C02-memory',
    property: 'new-before-old',
    claim:
      'the pages of the ring are freed before there are frames, and the frames before there are pages: where memory is short, a close of a socket leaves the queue without buffers',
    of: DISABLE,
  }),
  ofIcssg({
    id: 'F-C03-ifdown',
    property: 'returns(admin)',
    claim:
      'after such an error an ifdown destroys the queue a second time: napi_disable() of what is disabled never returns, and rtnl is held',
    of: `emac_ndo_stop, prueth_destroy_rxq, icssg_prueth.c, v7.3; ${HANG}`,
  }),
  ofIcssg({
    id: 'F-C03-bind',
    property: 'returns(bind)',
    claim: 'the same of the next bind(), where the first was with XDP_ZEROCOPY',
    of: `${ENABLE}; ${HANG}`,
  }),
  ofIcssg({
    id: 'F-C03-close',
    property: 'returns(release)',
    claim: 'the same of the work that a close() leaves behind',
    of: `${DISABLE}; ${HANG}`,
  }),
  ofIcssg({
    id: 'F-C03-rest',
    property: 'rest',
    claim: 'and from there nobody gets rtnl any more',
    of: HANG,
  }),
  ofIcssg({
    id: 'F-C03-deadlock',
    property: 'deadlock',
    claim:
      'in the end nothing moves: all wait for rtnl, and who has it for a NAPI that is disabled',
    of: HANG,
  }),
  ofIcssg({
    id: 'F-C05',
    property: 'no-pool-freed-mapped',
    claim:
      'where the port does not shut within 10 ms, the pool stays mapped for DMA, and the core frees it',
    of: ENABLE,
  }),
  ofIcssg({
    id: 'F-C06',
    property: 'no-pointer-without-pool',
    claim:
      'rx_chn->xsk_pool and tx_chn->xsk_pool stay where an error comes after they were set, or where an ifup has forgotten xsk_qid and disable answers -EINVAL: in copy mode the core never tells the driver that the pool goes',
    of: `${ENABLE}; ${CORE}`,
  }),
  ofIcssg({
    id: 'F-C07',
    property: 'no-pool-used-after-free',
    claim: 'and the next ifup fills its ring from the pool that was freed',
    of: 'emac_ndo_open, prueth_rx_alloc_zc, v7.3',
  }),
  ofIcssg({
    id: 'F-C08',
    property: 'zero-copy-can-be-woken',
    claim:
      'emac_ndo_open() sets xsk_qid to -EINVAL whoever has a pool at the queue: after an ifup the socket is in zero copy mode, and each wake-up answers -EINVAL',
    of: OPEN,
  }),
  ofIcssg({
    id: 'F-C10',
    scope: SENDING,
    property: 'mapped-while-in-ring',
    claim:
      'disable stops the receive queue alone: frames of the pool are sent, or wait to be, while it is unmapped',
    of: DISABLE,
  }),
  ofIcssg({
    id: 'F-C11',
    scope: SENDING,
    property: 'no-null-pool',
    claim:
      'emac_tx_complete_packets() reads tx_chn->xsk_pool again after it has tested it, and a disable may have set it to NULL in between; prueth_tx_cleanup() does not test it (C-12)',
    of: 'emac_tx_complete_packets, prueth_tx_cleanup, icssg_common.c, v7.3',
  }),
  ofIcssg({
    id: 'F-C13',
    property: 'no-buffer-freed-under-dma',
    claim:
      'a teardown that is not acknowledged within a second is printed, and the buffers are freed before the channel is disabled',
    of: 'prueth_destroy_rxq, icssg_prueth.c, v7.3',
  }),
  ofIcssg({
    id: 'F-C25',
    property: 'napi-with-channel',
    claim:
      'where xdp_rxq_info_reg_mem_model() fails, prueth_create_rxq() empties the rings and leaves the channel enabled',
    of: 'prueth_create_rxq, prueth_reset_rx_chan, v7.3',
  }),
];

const ofIgb = (more: Omit<Read, 'revision'>) => read({ ...more, revision: 'igb-7.3' });
const IGB = 'igb_xsk_pool_enable, igb_xsk_pool_disable, igb_xsk.c, v7.3';

const igb: readonly Finding[] = [
  ofIgb({
    id: 'F-C02-igb',
    property: 'old-or-down',
    claim:
      'igb disables both rings before vmalloc() of the new buffer information: where that fails, they stay disabled',
    of: IGB,
  }),
  ofIgb({
    id: 'F-C02-memory-igb',
    property: 'new-before-old',
    claim: 'the same, as the order: the old buffers are freed before the memory is there',
    of: IGB,
  }),
  ofIgb({
    id: 'F-C03-igb',
    property: 'returns(admin)',
    claim: 'and the next ifdown waits for ever in napi_disable(), with rtnl',
    of: `igb_down, igb_main.c, v7.3; ${HANG}`,
  }),
  ofIgb({
    id: 'F-C03-igb-bind',
    property: 'returns(bind)',
    claim: 'so does the next bind()',
    of: `${IGB}; ${HANG}`,
  }),
  ofIgb({
    id: 'F-C03-igb-close',
    property: 'returns(release)',
    claim: 'so does the work of a close()',
    of: `${IGB}; ${HANG}`,
  }),
  ofIgb({
    id: 'F-C03-igb-rest',
    property: 'rest',
    claim: 'and from there nobody gets rtnl any more',
    of: HANG,
  }),
  ofIgb({
    id: 'F-C03-igb-deadlock',
    property: 'deadlock',
    claim: 'in the end nothing moves',
    of: HANG,
  }),
  ofIgb({
    id: 'F-C07-igb',
    property: 'no-pointer-without-pool',
    claim:
      'where vmalloc() fails in disable, ring->xsk_pool stays, and the core frees the pool: igb_xsk_wakeup() takes it for one that is there',
    of: IGB,
  }),
];

const ofVirtio = (more: Omit<Read, 'revision'>) => read({ ...more, revision: 'virtio-net-7.3' });

const virtio: readonly Finding[] = [
  ofVirtio({
    id: 'F-C02-virtio',
    property: 'old-or-down',
    claim:
      'where the device does not take the queue back after its reset (-EBUSY), virtio-net goes on as if it had, and with no flag the core answers 0 and copy mode. It takes a device that fails; one without VIRTIO_F_RING_RESET answers -ENOENT before anything is given up, and the old queue runs on',
    of: 'virtnet_rq_bind_xsk_pool, virtio_net.c; virtqueue_reset, virtio_ring.c, v7.3',
  }),
  ofVirtio({
    id: 'F-C02-memory-virtio',
    property: 'new-before-old',
    claim:
      'the buffers of the ring are freed in its reset, before there are others: where memory is short, the queue is empty until a later refill',
    of: 'virtnet_rq_bind_xsk_pool, virtnet_rx_resume, virtio_net.c, v7.3',
  }),
];

/** What three drivers of 7.3 do. No driver that was read gets the new buffers before it gives up the old. */
export const findings: readonly Finding[] = [...icssg, ...igb, ...virtio];
