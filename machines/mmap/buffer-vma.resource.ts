import { setup } from 'xstate';

export const labels = ['mmap:ok', 'touch:begin'] as const;

/** The mapping of a buffer in user space, which can be touched when it is there. */
export function bufferVma(initially: 'mapped' | 'unmapped') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'buffer_vma',
    description: 'struct vm_area_struct of a buffer',
    meta: { labels, source: 'derived: an access faults only where there is a VMA' },
    initial: initially,
    states: {
      unmapped: { tags: ['quiescent'], on: { 'mmap:ok': 'mapped' } },
      mapped: { tags: ['quiescent'], on: { 'mmap:ok': 'mapped', 'touch:begin': 'mapped' } },
    },
  });
}
