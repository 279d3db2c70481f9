import { setup } from 'xstate';

export const labels = ['insert_pfn', 'unmap_mapping_range'] as const;

/** The CPU mappings of one buffer: PTEs in any VMA of its file, or none. */
export function bufferMapping() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'buffer_mapping',
    description: 'PTEs of dmabuf->file->f_mapping',
    meta: {
      labels,
      source:
        'Matt Evans, "vfio/pci: Convert BAR mmap() to use a DMABUF" v2 4/9, 2026-05-27: unmap_mapping_range() of the buffer',
    },
    initial: 'unmapped',
    states: {
      unmapped: { on: { insert_pfn: 'mapped', unmap_mapping_range: 'unmapped' } },
      mapped: { on: { insert_pfn: 'mapped', unmap_mapping_range: 'unmapped' } },
    },
  });
}
