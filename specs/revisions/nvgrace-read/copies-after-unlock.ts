import type { WhatIf } from '../design.ts';

/** nvgrace_gpu_read_mem() lets go of memory_lock before it copies. */
export const copiesAfterUnlock: WhatIf = {
  title:
    'nvgrace_gpu_read_mem() that copies to the user after it has let go of memory_lock: mends what O16 and O17 break',
  at: ['nvgraceRead'],
  steps: {
    nvgrace_read: { meta: { c: undefined } },
    'nvgrace_read.lock': { on: { 'dev.memory_lock.down_read': 'unlock' } },
    'nvgrace_read.unlock': { on: { 'dev.memory_lock.up_read': 'copy' } },
    'nvgrace_read.copy.touch': { on: { 'mm.user_page:present': '#nvgrace_read.return' } },
    'nvgrace_read.copy.faulted': { on: { 'mm.mmap_lock.up_read': '#nvgrace_read.return' } },
    'nvgrace_read.copy.sigbus': { on: { 'mm.mmap_lock.up_read': '#nvgrace_read.return_fault' } },
    'nvgrace_read.unlock_fault': null,
  },
  source:
    'derived: nvgrace_gpu_read_mem() as vfio_pci_core_do_io_rw() does it, which lets go before it copies',
};
