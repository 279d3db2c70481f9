import type { Fault } from '../../src/faults/fault.ts';

/** Defects that hot reset had in posted versions of the series. */
export const hotResetFaults: readonly Fault[] = [
  {
    id: 'P4',
    title: 'the loop that gives access back clobbers the iterator of the loop that unlocks',
    machine: 'hot_reset',
    change: { revision: 'v6' },
    base: '7.3',
    system: 'hot-reset',
    scope: { devices: 2, buffers: 0, importers: 0 },
    expected: ['lock-balance', 'write-returns'],
    source: 'Alex Williamson on v6 10/11, 2025-11-02, <20251102080137.209aa567@shazbot.org>',
  },
  {
    id: 'P5',
    title: 'access is given back on devices whose memory_lock was never taken',
    machine: 'hot_reset',
    change: { revision: 'v6' },
    base: '7.3',
    system: 'hot-reset',
    scope: { devices: 2, buffers: 1, importers: 0 },
    expected: ['move-needs-memory-lock'],
    source: 'Alex Williamson on v6 10/11, 2025-11-02, <20251102101158.6d2c36c6@shazbot.org>',
  },
];
