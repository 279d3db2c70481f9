import type { NotModelled } from 'xstate-check';

const series = (first: string, last: number) =>
  Array.from({ length: last }, (_, i) => `${first}${i + 1}`);

/**
 * Every known defect of the feature, by the ids that faults, findings and the list below use: `P`
 * found before it was merged, `M` after, `O` observed on v7.1 to v7.3; two that a review of the
 * mapping code found, and one of the series of 2024, have names; `D`: of users. P8 is M3, D-06 is M2.
 */
export const knownBugs: readonly string[] = [
  ...series('P', 24).filter((id) => id !== 'P8'),
  ...series('M', 18),
  ...series('O', 13),
  'map-offset',
  'map-nents',
  'entries-of-total',
  ...series('D-0', 7).filter((id) => id !== 'D-06'),
];

/** Known defects that are no matter of order, locks, counts or states, or not known well enough. */
export const notModelled: readonly NotModelled[] = [
  {
    id: 'P15',
    title: 'paddr is added up where it should be set',
    reason:
      'no answer depends on it as long as the array is zeroed: each entry is written once, so that the sum is what should have been set',
    source: 'Leon Romanovsky on v1, 2025-09-13, <20250913101933.GW341237@unreal>',
  },
  {
    id: 'M16',
    title: 'VFIO_DEVICE_RESET closes a cycle of locks that lockdep reports',
    reason:
      'the cycle is not known edge by edge: memory_lock to the mutex of the IOMMU group (pci_dev_reset_iommu_prepare) and mmap_lock to memory_lock (BAR fault) are read; by which functions the group mutex leads to cpu_hotplug_lock and that to mmap_lock is not',
    source: 'Vipin Sharma, 2026-08-21, <20260821193502.92431-1-vipinsh@google.com>',
  },
  {
    id: 'M17',
    title: 'a selftest of iommufd leaks a dma-buf',
    reason: 'a defect of a test, not of the kernel',
    source: 'dba4254e216d',
  },
  {
    id: 'O10',
    title: 'argsz of the export is compared with the header alone, the ranges are read past it',
    reason:
      'a matter of the argument table, which has it: specs/buffer/export-arguments.ts accepts an argsz that covers the header only',
    source: 'vfio_pci_core_feature_dma_buf, v7.3; seen on 7.2.13 and 7.3.4 in a virtual machine',
  },
];
