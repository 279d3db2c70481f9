// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = [
  'vma.mmap:ok',
  'vma.mmap:refused',
  'vma.munmap',
  'vma.fault:ok#decoding',
  'vma.fault:SIGBUS#decoding',
  'vma.fault:SIGBUS#off',
  'bar.register:admitted',
  'dev.begin',
  'dev.close:begin',
  'dev.open:ok',
  'type1.map_dma:ok#no_page',
  'type1.map_dma:ok#page',
  'type1.map_dma:-EFAULT#page',
] as const;

const MMAP = 'vfio_pci_core_mmap, v7.3: VM_PFNMAP, no lock, nothing recorded';
const FAULT = 'vfio_pci_mmap_huge_fault, v7.3: memory_lock for reading, then vmf_insert_pfn*()';
const SIGBUS =
  'vfio_pci_vmf_insert_pfn, v7.3: SIGBUS if pm_runtime_engaged or !__vfio_pci_memory_enabled()';
const ZAP = 'vfio_pci_zap_bars, v7.3: unmap_mapping_range(), the VMA stays';
const FILE = 'vfio_device_fops_release, v7.3: the VMA holds the device file, so close waits for it';
const TYPE1 = 'follow_fault_pfn, v7.3: the PFN is read out of the PTE of the VMA';
export const REGISTER =
  'derived: mmap() records nothing, so that registration cannot see the VMA, only zap the BAR';

/**
 * One mapping of a BAR in a process: there or not, and with PTEs or without. It outlives every
 * zap, and the next access faults again. The RFC does nothing about one that is there when the BAR
 * is registered.
 */
export const barVma = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'bar_vma',
  description: 'mmap() of a BAR through the device fd',
  meta: { labels, source: MMAP },
  initial: 'none',
  states: {
    none: {
      tags: ['quiescent'],
      meta: { source: MMAP, shows: { pte: 'false' } },
      on: {
        'vma.mmap:ok': to('mapped', MMAP),
        'vma.mmap:refused': { target: 'none', meta: { source: MMAP, answer: 'refused' } },
        'bar.register:admitted': to('none', REGISTER),
        'dev.begin': to('none', ZAP),
        'dev.close:begin': to('no_file', FILE),
      },
    },
    mapped: {
      description: 'no PTEs: the next access faults',
      meta: { source: FAULT, shows: { pte: 'false' } },
      on: {
        'vma.fault:ok#decoding': to('present', FAULT),
        'vma.fault:SIGBUS#decoding': to('mapped', REGISTER),
        'vma.fault:SIGBUS#off': to('mapped', SIGBUS),
        'vma.munmap': to('none', MMAP),
        'bar.register:admitted': to('mapped', REGISTER),
        'dev.begin': to('mapped', ZAP),
      },
    },
    present: {
      description: 'PFNMAP PTEs: the CPU reaches the BAR without asking anybody',
      meta: { source: FAULT, shows: { pte: 'true' } },
      on: {
        'vma.munmap': to('none', MMAP),
        'bar.register:admitted': to('present', REGISTER),
        'type1.map_dma:ok#no_page': to('present', TYPE1),
        'type1.map_dma:ok#page': to('present', TYPE1),
        'type1.map_dma:-EFAULT#page': to('present', TYPE1),
        'dev.begin': to('mapped', ZAP),
      },
    },
    no_file: {
      description: 'the device is closed, there is nothing to map',
      tags: ['quiescent'],
      meta: { source: FILE },
      on: { 'dev.open:ok': to('none', FILE), 'dev.begin': to('no_file', ZAP) },
    },
  },
});

function to(target: string, source: string) {
  return { target, meta: { source } };
}
