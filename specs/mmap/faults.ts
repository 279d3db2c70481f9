import type { Fault } from 'xstate-check';

const ALONE = { mmaps: 0, reads: 0, writers: 0, revokers: 0, closers: 0 };

/** Defects of posted versions of the series that adds mmap() to dma-bufs, and of what it avoids. */
export const faults: readonly Fault[] = [
  {
    id: 'P23',
    title: 'a page fault takes the memory_lock of a device that nothing holds',
    machine: 'dma_buf_fault',
    change: { revision: 'mmap-v8+P23' },
    base: 'mmap-v8',
    system: 'bar-mmap',
    scope: { ...ALONE, faults: 1, closers: 1 },
    expected: ['device-alive'],
    source:
      'Matt Evans, "vfio/pci: Support mmap() of a DMABUF" RFC 3/7, 2026-02-26, <20260226202211.929005-4-mattev@meta.com>; v1 "Fixed a lot of races, particularly faults racing with DMABUF cleanup"',
  },
  {
    id: 'P24',
    title: 'an mmap() that exports waits for memory_lock with mmap_lock held',
    machine: 'bar_mmap',
    change: { revision: 'mmap-v5' },
    base: 'mmap-v8',
    system: 'bar-mmap',
    scope: { ...ALONE, faults: 0, mmaps: 1, reads: 1 },
    expected: ['deadlock', 'lock-order', 'rest'],
    source:
      'opsound/vfio-dmabuf-lab, nvgrace-v5: Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v5, 2026-07-15, deadlocks',
  },
  {
    id: 'mmap-memory-enabled',
    title: 'a buffer takes its status from the device, which changes without dmabuf_lock',
    machine: 'bar_mmap',
    change: { revision: 'mmap-v8+memory-enabled' },
    base: 'mmap-v8',
    system: 'bar-mmap',
    scope: { ...ALONE, faults: 0, mmaps: 1, writers: 1 },
    expected: ['disabled-means-revoked(buf[1])'],
    source:
      'derived: what bars_revoked is for, "a new buffer either joins before the transition and is updated by it, or joins afterwards and inherits its result" (comment in the series, as of v6)',
  },
  {
    id: 'mmap-status-not-read-again',
    title: 'a page fault does not read the status again under the locks',
    machine: 'dma_buf_fault',
    change: { patches: [{ kind: 'skip', step: { node: 'insert.test', event: 'buf.status:OK' } }] },
    base: 'mmap-v8',
    system: 'bar-mmap',
    scope: { ...ALONE, faults: 1, revokers: 1 },
    expected: ['revoked-means-unmapped(buf[0])'],
    source:
      'derived from v2 7/9, 2026-05-27, <20260527102319.100128-8-mattev@meta.com>: "Revocation status must be re-read, under memory_lock"',
  },
  {
    id: 'mmap-revived',
    title: 'a buffer that was revoked for good comes back with the device',
    machine: 'set_status',
    change: {
      patches: [
        {
          kind: 'retarget',
          step: { node: 'give.test', event: 'buf.status:PERM_REVOKED' },
          target: 'lock',
        },
      ],
    },
    base: 'mmap-v8',
    system: 'bar-mmap',
    scope: { ...ALONE, faults: 0, writers: 1, revokers: 1 },
    expected: ['no-misuse'],
    source:
      'derived from v2 8/9, 2026-05-27, <20260527102319.100128-9-mattev@meta.com>: PERM_REVOKED returns early',
  },
  {
    id: 'reads-again',
    title:
      'a read copies to user space under memory_lock, and its page fault reads memory_lock again',
    machine: 'nvgrace_read',
    change: { revision: '7.3' },
    base: 'copies-after-unlock',
    system: 'nvgrace-read',
    scope: { into_bar: 1, faults: 0, writers: 1, unmappers: 0 },
    expected: ['deadlock', 'lock-balance', 'lock-order', 'rest'],
    source: 'nvgrace_gpu_read_mem, vfio_pci_mmap_huge_fault, rwsem_down_read_slowpath, v7.3',
  },
  {
    id: 'reads-in-both-orders',
    title: 'two read memory_lock and mmap_lock, one inside the other, each in its own order',
    machine: 'nvgrace_read',
    change: { revision: '7.3' },
    base: 'copies-after-unlock',
    system: 'nvgrace-read',
    scope: { into_bar: 0, faults: 1, writers: 1, unmappers: 1 },
    expected: ['deadlock', 'lock-order', 'rest'],
    source: 'nvgrace_gpu_read_mem, vfio_pci_mmap_huge_fault, rwsem_down_read_slowpath, v7.3',
  },
  {
    id: 'mmap-fault-keeps-device',
    title: 'a page fault keeps the registration that it took',
    machine: 'dma_buf_fault',
    change: {
      patches: [
        { kind: 'skip', step: { node: 'insert.leave.put', event: 'dev.put_registration' } },
      ],
    },
    base: 'mmap-v8',
    system: 'bar-mmap',
    scope: { ...ALONE, faults: 1, closers: 1 },
    expected: ['references-put'],
    source:
      'derived from v2 7/9, 2026-05-27, <20260527102319.100128-8-mattev@meta.com>, without vfio_device_put_registration()',
  },
];
