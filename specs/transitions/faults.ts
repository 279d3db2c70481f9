import type { Fault } from '../../src/faults/fault.ts';
import { SRIOV_FIX } from '../revisions/sources.ts';

/** Defects that what changes one function had in posted and in released versions. */
export const transitionFaults: readonly Fault[] = [
  {
    id: 'P1',
    title: 'a function level reset revokes a second time instead of giving access back',
    machine: 'function_reset',
    change: { revision: '7.3+P1' },
    base: '7.3',
    system: 'transitions',
    scope: { owners: 1, importers: 0, cpus: 0 },
    expected: ['enabled-means-live', 'refinement'],
    source:
      'Alex Williamson on v1 10/10, 2025-08-06, <20250806162455.350f73a4.alex.williamson@redhat.com>: "@revoked true -> true seems wrong"',
  },
  {
    id: 'P22',
    title: 'VFIO_DEVICE_RESET calls importers back before it has powered the device up',
    machine: 'device_reset',
    change: { revision: '7.3+P22' },
    base: '7.3',
    system: 'transitions',
    scope: { owners: 1, importers: 1, cpus: 0 },
    expected: ['called-back-in-d0'],
    source:
      'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v4 00/10, 2026-07-01, <20260701171245.90111-1-matt@ozlabs.org>: v2 "Moved ... back after D0 transition"; it shows in D1 and D2, because in D3hot nothing is live',
  },
  {
    id: 'M18',
    title: 'the VFs of a device are probed under its memory_lock',
    machine: 'sriov_configure',
    change: { revision: '7.3+M18' },
    base: '7.3',
    system: 'sriov',
    scope: { importers: 0, cpus: 0 },
    expected: ['lock-order'],
    source: `${SRIOV_FIX}: the probe of a VF takes dev_set->lock, under which an open or a close of a device waits for memory_lock; lockdep reported it on 7.0`,
  },
  {
    id: 'page-fault-reads-again',
    title: 'a page fault takes memory_lock for reading a second time',
    machine: 'page_fault',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'low_power', event: 'dev.pm_runtime_engaged:false' },
          target: 'lock',
        },
      ],
    },
    base: '7.3',
    system: 'page-faults',
    scope: { owners: 1, importers: 0, cpus: 1 },
    expected: ['deadlock', 'lock-balance'],
    source: 'derived: rwsem_down_read_slowpath, v7.3: a reader queues behind a writer that waits',
  },
];
