import { setup } from 'xstate';

export const labels = ['insert_pfn', 'zap_bars'] as const;

/** The PTEs of all mappings of the BAR: some, or none. */
export function ptes() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'ptes',
    description: 'PFNMAP PTEs of a BAR, which unmap_mapping_range() takes away',
    meta: { labels, source: 'vfio_pci_zap_bars, vfio_pci_mmap_huge_fault, v7.3' },
    initial: 'none',
    states: {
      none: { on: { insert_pfn: 'present', zap_bars: 'none' } },
      present: { on: { insert_pfn: 'present', zap_bars: 'none' } },
    },
  });
}
