// Truth: what the rules ask for; nobody has code of it.
import { setup } from 'xstate';

export const labels = [
  'vma.mmap_bar:begin',
  'bar.registered:false',
  'bar.registered:true',
  'vma.mmap_bar:ok',
  'vma.mmap_bar:refused',
  'vma.touch:begin',
  'dev.memory_lock.down_read',
  'dev.insert_pfn',
  'dev.memory_lock.up_read',
  'vma.touch:ok',
  'vma.touch:SIGBUS',
  'vma.munmap_bar',
] as const;

const MMAP = 'vfio_pci_core_mmap, v7.3: takes no memory_lock';
const FAULT = 'vfio_pci_mmap_huge_fault, v7.3: memory_lock for reading around vmf_insert_pfn*()';
const RULE = 'derived: the VMA may be older than the registration, so the fault tests again';

/**
 * A process maps the BAR, with a test whether it is registered, and touches the mapping; the fault
 * handler looks at the BAR again.
 */
export const mmapAndTouch = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'mmap_and_touch',
  description: 'mmap() of the BAR through the device fd, and an access that faults',
  meta: { labels, source: MMAP },
  initial: 'unmapped',
  states: {
    unmapped: { tags: ['quiescent'], on: { 'vma.mmap_bar:begin': 'test' } },
    test: {
      meta: { source: MMAP },
      on: { 'bar.registered:false': 'return', 'bar.registered:true': 'refuse' },
    },
    return: { on: { 'vma.mmap_bar:ok': 'mapped' } },
    refuse: { on: { 'vma.mmap_bar:refused': 'unmapped' } },
    mapped: {
      tags: ['quiescent'],
      on: { 'vma.touch:begin': 'fault', 'vma.munmap_bar': 'unmapped' },
    },
    fault: {
      meta: { source: FAULT },
      initial: 'lock',
      states: {
        lock: { on: { 'dev.memory_lock.down_read': 'test' } },
        test: {
          meta: { source: RULE },
          on: { 'bar.registered:false': 'insert', 'bar.registered:true': 'unlock_sigbus' },
        },
        unlock_sigbus: { on: { 'dev.memory_lock.up_read': 'sigbus' } },
        sigbus: { on: { 'vma.touch:SIGBUS': '#mmap_and_touch.mapped' } },
        insert: { on: { 'dev.insert_pfn': 'unlock' } },
        unlock: { on: { 'dev.memory_lock.up_read': 'done' } },
        done: { on: { 'vma.touch:ok': '#mmap_and_touch.mapped' } },
      },
    },
  },
});
