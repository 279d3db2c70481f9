import type { Fault } from '../../src/faults/fault.ts';

/** Defects in what an importer may do. */
export const lifeFaults: readonly Fault[] = [
  {
    id: 'M2',
    title: 'an importer that cannot be told to stop may attach',
    machine: 'attachment_no_callback',
    change: { revision: '7.3+M2' },
    base: '7.3',
    system: 'dma-buf-life',
    scope: { devices: 1, buffers: 1, importers: 4 },
    expected: ['revoked-means-unmapped(buf[0])', 'refused(att[3])'],
    source:
      '61ceaf236115, v6.19: "vfio: Prevent from pinned DMABUF importers to attach to VFIO DMABUF", Leon Romanovsky, 2026-01-21',
  },
];
