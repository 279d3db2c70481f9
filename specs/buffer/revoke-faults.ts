import type { Fault } from '../../src/faults/fault.ts';
import { anew } from '../change-machines.ts';

/** Defects that revoke, un-revoke and close had in posted or released versions. */
export const revokeFaults: readonly Fault[] = [
  {
    id: 'M4',
    title: 'revoke notifies the importers and does not wait for them',
    machine: 'move',
    change: { revision: '7.3+M4' },
    base: '7.3',
    system: 'revoke',
    scope: { importers: 2, closers: 0 },
    expected: ['disabled-means-unmapped', 'refinement'],
    source:
      '1a8a5227f229 ("vfio: Wait for dma-buf invalidation to complete"), v7.1, which added the waits; drawn as 7.3 without them',
  },
  {
    id: 'M6',
    title: 'close drains a buffer that is revoked already',
    machine: 'close',
    change: { revision: '7.1-rc' },
    base: '7.1',
    system: 'revoke',
    scope: { importers: 0, closers: 1 },
    expected: ['close-returns', 'no-misuse'],
    source:
      'Alex Williamson, "vfio/pci: fix dma-buf kref underflow after revoke", 2026-05-07, <20260507143548.1018405-1-alex.williamson@nvidia.com>',
  },
  {
    id: 'P21',
    title: 'access comes back before the kref is armed again',
    machine: 'move',
    change: { revision: '7.3+P21' },
    base: '7.3',
    system: 'revoke',
    scope: { importers: 1, closers: 0 },
    expected: ['no-misuse'],
    source:
      'Leon Romanovsky, "vfio: Wait for dma-buf invalidation to complete" v5 4/8, 2026-01-24; mended in v6',
  },
  {
    id: 'M5',
    title: 'close disables the device before it cleans its buffers up',
    machine: 'close',
    change: { revision: '7.3+M5' },
    base: '7.3',
    system: 'revoke',
    scope: { importers: 1, closers: 1 },
    expected: ['disabled-means-unmapped'],
    source: 'd97708701434, CVE-2026-53322, v7.1',
  },
  {
    id: 'flag-unlocked',
    title: 'access comes back without dma_resv',
    machine: 'move',
    change: anew({
      'restore.give_back.unlock_notified': { on: { 'buf[b].resv.unlock': 'flag' } },
      'restore.give_back.lock_again': 'gone',
      'restore.give_back.flag': {
        on: {
          'buf[b].revoked.clear': {
            target: '#move.restore.put_file',
            meta: { commits: 'buf[b].unrevoke' },
          },
        },
      },
      'restore.give_back.unlock': 'gone',
    }),
    base: '7.3',
    system: 'revoke',
    scope: { importers: 1, closers: 0 },
    expected: ['revoked-needs-resv'],
    source: 'derived: vfio_pci_dma_buf_move(revoked = false), v7.3, which takes dma_resv for it',
  },
];
