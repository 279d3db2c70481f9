import type { Fault } from 'xstate-check';

/** What the export of a buffer must not leave out while a hot reset may run. */
export const hotResetExportFaults: readonly Fault[] = [
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
