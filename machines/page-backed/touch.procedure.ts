import { setup } from 'xstate';
import { FAULT, faultLabels, faultStates } from './page-fault.ts';

const labelsOf = (page: number) =>
  [
    'vma.touch:begin',
    'mm.mmap_lock.down_read',
    'vma.find:ok',
    'vma.find:none',
    `page[${page}].pte:present`,
    `page[${page}].pte:none`,
    ...faultLabels(page),
    'mm.mmap_lock.up_read',
    'vma.touch:ok',
    'vma.touch:SIGBUS',
    'vma.touch:SIGSEGV',
  ] as const;

/** A CPU access to the first page of a mapping: the PTE is there, or the fault handler is asked. */
export function pageTouch(page: number) {
  const labels = labelsOf(page);
  return setup({ types: { events: {} as { type: string } } }).createMachine({
    id: 'page_touch',
    description: 'a CPU access to a mapping of a page-backed dma-buf',
    meta: { labels, source: FAULT },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'vma.touch:begin': 'lock' } },
      lock: { on: { 'mm.mmap_lock.down_read': 'find' } },
      find: { on: { 'vma.find:ok': 'walk', 'vma.find:none': 'unlock_segv' } },
      walk: {
        on: { [`page[${page}].pte:present`]: 'unlock', [`page[${page}].pte:none`]: 'fault' },
      },
      fault: faultStates({ machine: '#page_touch', page, then: 'unlock', sigbus: 'unlock_bus' }),
      unlock: { on: { 'mm.mmap_lock.up_read': 'return' } },
      return: { on: { 'vma.touch:ok': 'idle' } },
      unlock_bus: { on: { 'mm.mmap_lock.up_read': 'return_bus' } },
      return_bus: { on: { 'vma.touch:SIGBUS': 'idle' } },
      unlock_segv: { on: { 'mm.mmap_lock.up_read': 'return_segv' } },
      return_segv: { on: { 'vma.touch:SIGSEGV': 'idle' } },
    },
  });
}
