import type { Finding } from 'xstate-check';

/** What is broken in the newest released kernel where memory_lock is held and user memory touched. */
export const findings: readonly Finding[] = [
  {
    id: 'O16',
    system: 'nvgrace-read',
    revision: '7.3',
    property: 'deadlock',
    claim:
      'nvgrace_gpu_read_mem() copies to user space with memory_lock held for reading. Where the user ' +
      'reads into a mapping of a BAR of the same device, the page fault takes memory_lock for reading ' +
      'again, behind a config write, a reset or a close that has queued in between: both wait for ever ' +
      '(nvgrace_gpu_write_mem() likewise)',
    source:
      'nvgrace_gpu_read_mem, vfio_pci_mmap_huge_fault, rwsem_down_read_slowpath, v7.3: read in the source, not tried on hardware',
    derived: true,
  },
  {
    id: 'O17',
    system: 'nvgrace-read',
    revision: '7.3',
    scope: { into_bar: 0, faults: 1, writers: 1, unmappers: 1 },
    property: 'deadlock',
    claim:
      'also where the user reads into plain memory: the copy takes mmap_lock inside memory_lock, a page ' +
      'fault in a BAR memory_lock inside mmap_lock (or the lock of the VMA), both for reading; with a ' +
      'writer queued for each, an munmap() and a config write, all four wait for ever',
    source:
      'nvgrace_gpu_read_mem, vfio_pci_mmap_huge_fault, v7.3: read in the source, not tried on hardware',
    derived: true,
  },
  {
    id: 'O17-mmap',
    system: 'bar-mmap',
    revision: 'mmap-v8',
    property: 'deadlock',
    claim:
      'the series that adds mmap() to dma-bufs keeps it: an mmap() no longer waits for memory_lock, and ' +
      'still queues for mmap_lock between a page fault that holds it and a read whose copy needs it, while ' +
      'a config write queues between the two for memory_lock',
    source:
      'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v8, 2026-10-06, <20261006193643.76330-1-matt@ozlabs.org>; nvgrace_gpu_read_mem, v7.3',
    derived: true,
  },
];
