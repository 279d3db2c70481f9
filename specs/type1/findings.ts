import type { Finding } from 'xstate-check';
import { FOLLOW_PFN, SEEN } from './sources.ts';

const KNOWN = `${FOLLOW_PFN}; follow_fault_pfn, v7.3`;

/** What VFIO type1 does by design, and a dma-buf mends: known, and no news to its maintainers. */
export const findings: readonly Finding[] = [
  {
    id: 'D-01',
    system: 'type1-lifetime',
    revision: '7.3',
    property: 'next-owner-alone',
    claim:
      'VFIO_IOMMU_MAP_DMA of a mapped BAR reads the PFN from the page table and keeps nothing: the entry outlives munmap(), the close of the device and its next open, and DMA of the container reaches the BAR of whoever opened it. It is the known lifetime problem of type1; with iommufd and a dma-buf the entry goes before the device is closed (iommufd-lifetime)',
    source: `${KNOWN}; ${SEEN}: the next owner's data was read`,
    derived: false,
  },
  {
    id: 'D-01-reset',
    system: 'type1-lifetime',
    revision: '7.3',
    property: 'nothing-through-reset',
    claim:
      'the same through VFIO_DEVICE_RESET: no entry goes, and none has to be made anew after it',
    source: `${KNOWN}; ${SEEN}`,
    derived: false,
  },
  {
    id: 'D-01-off',
    system: 'type1-lifetime',
    revision: '7.3',
    property: 'off-means-unreachable',
    claim:
      'the same while the owner has switched memory off, or has the device in D3hot: the CPU gets SIGBUS, and DMA of the container goes on to a BAR that does not answer',
    source: `${KNOWN}; ${SEEN}: no IOMMU fault, and 0 is read`,
    derived: false,
  },
  {
    id: 'D-01-map',
    system: 'type1-map',
    revision: '7.3',
    property: 'disabled-means-unreachable',
    claim:
      'the same down to the locks: zap and revoke of a write of PCI_COMMAND hold memory_lock, which type1 takes for a page fault only; the entry is also made after the zap, by a MAP_DMA that has read the PTE before it. iommufd keeps the rule of this name (iommufd)',
    source: KNOWN,
    derived: false,
  },
];
