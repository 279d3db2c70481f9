import type { Fault } from 'xstate-check';
import { anew } from '../change-machines.ts';
import { withDefect } from '../shared/with-defect.ts';

const ALONE = { others: 0 };

const cut = ['cut', 'end#live', 'attach:ok', 'attach:-EOPNOTSUPP#not_p2p'];
const maps = ['map:ok', 'map:-EINVAL', 'map:-EADDRINUSE', 'map:-ENOMEM'];
const files = ['map_file:ok', 'map_file:-EOPNOTSUPP', 'attach:-EOPNOTSUPP#not_revocable'];

/** What a storage target, the driver of its NIC, or the kernel could get wrong. */
export const spdkFaults: readonly Fault[] = [
  {
    id: 'D-07',
    title: 'a device is reset when one of its buffers has been revoked, whatever the other one is',
    machine: 'buffer',
    change: anew({
      live: {
        on: {
          revoke: 'draining',
          ...Object.fromEntries([...cut, ...maps, ...files].map((label) => [label, 'live'])),
          'release#listed': 'released',
        },
      },
    }),
    base: '7.3',
    system: 'spdk',
    scope: ALONE,
    expected: ['doorbell-dead-in-reset', 'both-cut-together'],
    source:
      'derived: vfio_pci_dma_buf_move, v7.3 revokes every buffer of the list and then returns',
  },
  {
    id: 'D-03',
    title: 'a target takes its regions for good after a reset, because the buffers are live again',
    machine: 'spdk_target',
    change: anew({
      'reset.called': {
        on: { 'dev[0].device_reset:ok': 'return', 'dev[0].device_reset:failed': 'return' },
      },
      'reset.return': { on: { 'target.reset:ok': '#serving' } },
      'reset.deregister': 'gone',
      'reset.deregistering': 'gone',
      registering_again: 'gone',
    }),
    base: '7.3',
    system: 'spdk',
    scope: ALONE,
    expected: ['serving-means-reachable'],
    source: 'derived: ib_umem_dmabuf_map_pages, v7.3: a umem that was revoked stays so',
  },
  {
    id: 'key-not-revoked',
    title: 'a driver gives the mapping up when it is told, and leaves the key of the region valid',
    machine: 'region_revocable',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'callback', event: 'att.unmap#callback' },
          target: 'valid',
        },
      ],
    },
    base: '7.3',
    system: 'spdk',
    scope: ALONE,
    expected: ['reach-means-mapped'],
    source: 'derived: irdma_umem_dmabuf_revoke, v7.3: irdma_hwdereg_mr(), which takes the key away',
  },
  {
    id: 'odp-dies',
    title: 'a region with page faults answers the first access after a revoke with an error',
    machine: 'region_odp',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'faulted', event: 'write:begin' },
          target: 'written.refused',
        },
      ],
    },
    base: '7.3',
    system: 'spdk-odp',
    scope: ALONE,
    expected: ['odp-comes-back'],
    source: 'derived: pagefault_dmabuf_mr, v7.3: ib_umem_dmabuf_map_pages() at every fault',
  },
  withDefect('7.3+M2', {
    id: 'M2-spdk',
    defect: 'M2',
    title: 'a region that cannot be told to let go is registered on a doorbell',
    machine: 'attachment_no_callback',
    system: 'spdk-pinned',
    scope: ALONE,
    expected: ['only-revocable-regions'],
  }),
];
