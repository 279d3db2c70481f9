import type { Fault } from 'xstate-check';

/** Two devices of which one is open, and no buffer. */
const ALONE = { devices: 2, unopened: 1, buffers: 0, importers: 0 };

/** Defects that hot reset had in posted versions of the series, or could have. */
export const faults: readonly Fault[] = [
  {
    id: 'P2',
    title: 'buffers are revoked in the loop that powers up, not where the BARs are zapped',
    machine: 'hot_reset',
    change: { revision: '7.3+P2' },
    base: '7.3',
    system: 'hot-reset',
    scope: { devices: 2, unopened: 0, buffers: 1, importers: 0 },
    expected: ['cut-together'],
    source:
      'Alex Williamson on v1 10/10, 2025-08-06, <20250806162455.350f73a4.alex.williamson@redhat.com>',
  },
  {
    id: 'P4',
    title: 'the loop that gives access back clobbers the iterator of the loop that unlocks',
    machine: 'hot_reset',
    change: { revision: 'v6' },
    base: 'v7',
    system: 'hot-reset',
    scope: { devices: 2, unopened: 0, buffers: 0, importers: 0 },
    expected: ['write-returns', 'lock-balance'],
    source: 'Alex Williamson on v6 10/11, 2025-11-02, <20251102080137.209aa567@shazbot.org>',
  },
  {
    id: 'P5',
    title: 'access is given back on devices whose memory_lock was never taken',
    machine: 'hot_reset',
    change: { revision: 'v6' },
    base: 'v7',
    system: 'hot-reset',
    scope: { devices: 2, unopened: 0, buffers: 0, importers: 0 },
    expected: ['move-needs-memory-lock', 'unrevoke-needs-enabled(dev[1])'],
    source:
      'derived from the diff to v6 that Leon Romanovsky posted on 2025-11-02: the forward loop runs over the whole set',
  },
  {
    id: 'P3',
    title: 'a hot reset that fails before the bus is reset leaves buffers revoked',
    machine: 'hot_reset',
    change: { revision: '7.3+P3' },
    base: '7.3',
    system: 'hot-reset',
    scope: { devices: 2, unopened: 0, buffers: 1, importers: 0 },
    expected: ['enabled-means-live(buf[0])', 'refinement'],
    source:
      'Leon Romanovsky, v9 00/11 of 2025-11-20: v6 "Moved vfio_pci_dma_buf_move() in err_undo block"',
  },
  {
    id: 'P6',
    title: 'the vconfig of a device that is not open is read',
    machine: 'hot_reset',
    change: { revision: 'v9' },
    base: '6.19',
    system: 'hot-reset',
    scope: { devices: 2, unopened: 1, buffers: 0, importers: 0 },
    expected: ['no-misuse'],
    source: 'Alex Williamson on v9, 2025-11-20, <20251120170413.050ccbb5.alex@shazbot.org>',
  },
  {
    id: 'reset-keeps-awake',
    title: 'a hot reset leaves every device of the set awake for good',
    machine: 'hot_reset',
    change: {
      patches: [{ kind: 'skip', step: { node: 'put_all', event: 'dev[i].pm_runtime_put' } }],
    },
    base: '7.3',
    system: 'hot-reset',
    scope: ALONE,
    expected: ['references-put'],
    source: 'derived: vfio_pci_dev_set_hot_reset, v7.3, without its pm_runtime_put()',
  },
  {
    id: 'reset-only-said',
    title: 'a hot reset that met a busy device answers ok',
    machine: 'hot_reset',
    change: {
      patches: [{ kind: 'drop_guard', step: { node: 'return', event: 'bus.hot_reset:ok' } }],
    },
    base: '7.3',
    system: 'hot-reset',
    scope: ALONE,
    expected: ['ok-means-done'],
    source: 'derived: vfio_pci_dev_set_hot_reset, v7.3, without ret = -EBUSY',
  },
  {
    id: 'reset-not-owned',
    title: 'a hot reset takes a device that its caller does not own',
    machine: 'hot_reset',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'take.own', event: 'dev[i].owned:false' },
          target: 'lock',
        },
      ],
    },
    base: '7.3',
    system: 'hot-reset',
    scope: ALONE,
    expected: ['asked-before-done'],
    source: 'derived: vfio_pci_dev_set_hot_reset, v7.3: "Otherwise, reset is not allowed."',
  },
  {
    id: 'hot-reset-export-unlocked',
    title: 'export puts a buffer on the list without memory_lock',
    machine: 'feature_dma_buf',
    change: {
      patches: [
        { kind: 'skip', step: { node: 'publish.lock', event: 'dev.memory_lock.down_write' } },
        { kind: 'skip', step: { node: 'publish.unlock', event: 'dev.memory_lock.up_write' } },
      ],
    },
    base: '7.3',
    system: 'hot-reset-export',
    scope: { fds: 1 },
    expected: ['reset-means-revoked(buf[0])'],
    source:
      'derived from v9 00/11, 2025-11-20, <20251120-dmabuf-vfio-v9-0-d7f71607f371@nvidia.com>: v2 "Fixed possible race between dmabuf states and revoke"; drawn as 7.3 without the lock',
  },
];
