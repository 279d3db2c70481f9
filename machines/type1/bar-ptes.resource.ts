import { setup } from 'xstate';

export const labels = [
  'insert_pfn',
  'zap_bars',
  'follow_pfnmap:ok',
  'follow_pfnmap:-EINVAL',
] as const;

/** The PTE of a mapped BAR, and what reads the PFN out of it. */
export function barPtes() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'bar_ptes',
    description:
      'the PTE of a mapped BAR: vmf_insert_pfn(), vfio_pci_zap_bars(), follow_pfnmap_start()',
    meta: {
      labels,
      source: 'vfio_pci_zap_bars, vfio_pci_mmap_huge_fault, v7.3; follow_pfnmap_start, v7.3',
    },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: { insert_pfn: 'present', zap_bars: 'none', 'follow_pfnmap:-EINVAL': 'none' },
      },
      present: {
        tags: ['quiescent'],
        on: { insert_pfn: 'present', zap_bars: 'none', 'follow_pfnmap:ok': 'present' },
      },
    },
  });
}
