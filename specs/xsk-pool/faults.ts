import type { Fault } from 'xstate-check';
import { ONE_QUEUE, SENDING } from './scopes.ts';

type Seeded = Pick<
  Fault,
  'id' | 'defect' | 'title' | 'machine' | 'change' | 'expected' | 'source'
> &
  Partial<Pick<Fault, 'scope'>>;

/** What the order that the review asked for is with one step of it wrong, or as a driver has it. */
const fault = ({ scope = ONE_QUEUE, ...rest }: Seeded): Fault => ({
  ...rest,
  base: 'required',
  system: 'pool-swap',
  scope,
});

const skip = (node: string, event: string): Fault['change'] => ({
  patches: [{ kind: 'skip', step: { node, event } }],
});
const retarget = (node: string, event: string, target: string): Fault['change'] => ({
  patches: [{ kind: 'retarget', step: { node, event }, target }],
});

/** Defects of drivers that swap the pool of a queue. */
export const faults: readonly Fault[] = [
  fault({
    id: 'C-01',
    title: 'the pool is switched before the old buffers are out of the rings',
    machine: 'required_pool_enable',
    change: skip('keep', 'rx.drain(pages)'),
    expected: ['one-model-in-ring'],
    source: 'derived: prueth_rx_cleanup, icssg_common.c, v7.3, frees by the pointer of the time',
  }),
  fault({
    id: 'C-02',
    title: 'an error behind the drain returns, and the device is still up',
    machine: 'required_pool_enable',
    change: retarget('channel_on', 'rx.channel_enable:-EINVAL', 'return_EINVAL'),
    expected: ['old-or-down', 'no-pointer-without-pool', 'returns(admin)'],
    source: 'Jakub Kicinski, 2025-09-03; prueth_xsk_pool_enable, v7.3',
  }),
  fault({
    id: 'C-02-memory',
    defect: 'C-02',
    title: 'the memory of a queue is freed before there is another',
    machine: 'prueth_create_rxq',
    change: { revision: 'icssg-7.3' },
    expected: ['new-before-old'],
    source: 'Jakub Kicinski, 2025-09-03; prueth_xsk_pool_disable, v7.3',
  }),
  fault({
    id: 'C-03',
    title: 'a queue that is torn down is torn down again, and waits for ever',
    machine: 'igb_open_close',
    change: { revision: 'igb-7.3' },
    expected: ['returns(admin)', 'returns(bind)', 'returns(release)', 'rest', 'deadlock'],
    source: 'napi_disable_locked, net/core/dev.c; igb_down, igb_main.c, v7.3',
  }),
  fault({
    id: 'C-04',
    title: 'the port does not open, the queue is destroyed, and the device is still up',
    machine: 'required_pool_enable',
    change: retarget('again_channel_off', 'rx.channel_disable', 'return_ETIMEDOUT'),
    expected: ['old-or-down', 'no-pointer-without-pool', 'returns(admin)'],
    source: 'prueth_xsk_pool_enable, icssg_prueth.c:1507, v7.3',
  }),
  fault({
    id: 'C-05',
    title: 'the port does not shut, and the pool stays mapped',
    machine: 'required_pool_enable',
    change: retarget('port_off', 'emac.port(DISABLE):-ETIMEDOUT', 'return_ETIMEDOUT'),
    expected: ['no-pool-freed-mapped'],
    source: 'prueth_xsk_pool_enable, icssg_prueth.c:1490, v7.3',
  }),
  fault({
    id: 'C-06',
    title: 'the pointer stays after an error, and the core goes on in copy mode',
    machine: 'required_pool_enable',
    change: skip('EINVAL_rx', 'rx.xsk_pool.clear'),
    expected: ['no-pointer-without-pool'],
    source: 'xp_assign_dev, xsk_buff_pool.c, v7.3: fallback to copy mode',
  }),
  fault({
    id: 'C-07',
    title: 'the pointer stays after an error, and the core frees the pool',
    machine: 'required_pool_enable',
    change: skip('ETIMEDOUT_rx', 'rx.xsk_pool.clear'),
    expected: ['no-pool-used-after-free'],
    source: 'xp_assign_dev, xsk_buff_pool.c, v7.3: xsk_clear_pool_at_qid()',
  }),
  fault({
    id: 'C-08',
    title: 'an ifup forgets which queue has a pool',
    machine: 'emac_ndo_open_stop',
    change: { revision: 'icssg-7.3' },
    expected: ['zero-copy-can-be-woken'],
    source: 'emac_ndo_open, icssg_prueth.c, v7.3: emac->xsk_qid = -EINVAL',
  }),
  fault({
    id: 'C-09',
    title: 'a bind while the device is down leaves the queue unknown for the ifup',
    machine: 'required_pool_enable',
    change: skip('down_qid', 'emac.xsk_qid.set'),
    expected: ['zero-copy-can-be-woken'],
    source: 'xsk_bind, net/xdp/xsk.c, v7.3: nobody asks for IFF_UP',
  }),
  fault({
    id: 'C-10',
    title: 'the pool goes while its frames are sent',
    machine: 'required_pool_disable',
    change: retarget('stop_channel_off', 'rx.channel_disable', 'drain'),
    scope: SENDING,
    expected: ['mapped-while-in-ring'],
    source: 'prueth_xsk_pool_disable, icssg_prueth.c, v7.3: destroys the receive queue alone',
  }),
  fault({
    id: 'C-11',
    title: 'a poll reads the pointer to the pool again after it has tested it',
    machine: 'tx_poll',
    change: { revision: 'icssg-7.3' },
    scope: SENDING,
    expected: ['no-null-pool'],
    source: 'emac_tx_complete_packets, icssg_common.c, v7.3',
  }),
  fault({
    id: 'C-13',
    title: 'the buffers are freed while the channel may still write',
    machine: 'required_pool_enable',
    change: skip('stop_channel_off', 'rx.channel_disable'),
    expected: ['no-buffer-freed-under-dma'],
    source: 'prueth_destroy_rxq, icssg_prueth.c, v7.3',
  }),
  fault({
    id: 'C-22',
    title: 'the pool is unmapped before its frames are out of the rings',
    machine: 'required_pool_disable',
    change: {
      patches: [
        {
          kind: 'swap',
          step: { node: 'drain', event: 'rx.drain(xsk)' },
          with: { node: 'unmap_up', event: 'pool.dma_unmap' },
        },
      ],
    },
    expected: ['mapped-while-in-ring'],
    source:
      'GoogleCloudPlatform/compute-virtual-ethernet-linux, pull request 96, 2026-08-10, of gve before it',
  }),
  fault({
    id: 'C-24',
    title: 'the memory model of the queue stays the old one',
    machine: 'required_pool_enable',
    change: retarget('map', 'pool.dma_map:ok', 'running'),
    expected: ['registered-model-is-that-of-the-ring(xsk)'],
    source: 'prueth_create_xdp_rxqs, icssg_prueth.c, v7.3: registered anew for each model',
  }),
  fault({
    id: 'C-24-pages',
    defect: 'C-24',
    title: 'no memory model is registered for pages',
    machine: 'required_open_stop',
    change: retarget('pages.fill', 'rx.fill(pages):ok', 'enable'),
    expected: ['registered-model-is-that-of-the-ring(pages)'],
    source: 'prueth_create_xdp_rxqs, icssg_prueth.c, v7.3',
  }),
  fault({
    id: 'C-25',
    title: 'the channel stays enabled where its memory model cannot be registered',
    machine: 'prueth_create_rxq',
    change: { revision: 'icssg-7.3' },
    expected: ['napi-with-channel'],
    source: 'prueth_create_rxq, icssg_prueth.c:981, v7.3',
  }),
  fault({
    id: 'xsk-rtnl-kept',
    title: 'a bind of a queue that has a pool returns with rtnl',
    machine: 'xsk_bind',
    change: skip('ZEROCOPY.busy', 'rtnl.mutex_unlock'),
    expected: ['lock-balance'],
    source: 'derived: xsk_bind, net/xdp/xsk.c, v7.3: out_release',
  }),
  fault({
    id: 'xsk-napi-not-disabled',
    title: 'a swap enables a NAPI that it has not disabled',
    machine: 'required_pool_enable',
    change: skip('stop_napi_off', 'rx.napi_disable'),
    expected: ['napi-enabled-once'],
    source: 'derived: napi_enable_locked, net/core/dev.c, v7.3: BUG_ON()',
  }),
];
