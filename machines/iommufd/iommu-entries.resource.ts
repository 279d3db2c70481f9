import { setup } from 'xstate';

export const labels = ['iommu.map', 'iommu.map:-ENOMEM', 'iommu.unmap'] as const;

/** The entries of one area in the IOMMU domain: the BAR can be reached by DMA while there are any. */
export function iommuEntries() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'iommu_entries',
    description: 'iommu_map(), iommu_unmap() of one area, and its entry in pages->dmabuf.tracker',
    meta: { labels, source: 'iopt_area_fill_domains, iopt_area_unmap_domain_range, v7.1' },
    initial: 'unmapped',
    states: {
      unmapped: {
        tags: ['quiescent'],
        on: { 'iommu.map': 'mapped', 'iommu.map:-ENOMEM': 'unmapped', 'iommu.unmap': 'unmapped' },
      },
      mapped: {
        tags: ['quiescent'],
        on: { 'iommu.map': 'mapped', 'iommu.map:-ENOMEM': 'mapped', 'iommu.unmap': 'unmapped' },
      },
    },
  });
}
