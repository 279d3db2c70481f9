import type { Fault } from 'xstate-check';

/** Defects that type1, and what takes its place, could have beside the known one. */
export const faults: readonly Fault[] = [
  {
    id: 'type1-lock-kept',
    title: 'a MAP_DMA that gets SIGBUS for a PFN returns with iommu->lock held',
    machine: 'type1_do_map',
    change: {
      patches: [
        { kind: 'skip', step: { node: 'unlock_EFAULT', event: 'iommu.lock.mutex_unlock' } },
      ],
    },
    base: '7.3',
    system: 'type1-map',
    scope: { devices: 1 },
    expected: ['lock-balance', 'returns(unmap_dma)'],
    source: 'derived: vfio_dma_do_map, v7.3: out_unlock',
  },
  {
    id: 'type1-freed-mapped',
    title: 'an UNMAP_DMA frees its vfio_dma and leaves the entry in the IOMMU',
    machine: 'type1_do_unmap',
    change: { patches: [{ kind: 'skip', step: { node: 'unmap', event: 'dma.iommu_unmap' } }] },
    base: '7.3',
    system: 'type1-map',
    scope: { devices: 1 },
    expected: ['no-misuse'],
    source: 'derived: vfio_remove_dma, v7.3: vfio_unmap_unpin() first',
  },
  {
    id: 'type1-mm-kept',
    title: 'a MAP_DMA whose PTE was zapped again returns with mmap_lock held',
    machine: 'vaddr_get_pfns',
    change: {
      patches: [{ kind: 'skip', step: { node: 'unlock_none', event: 'mm.mmap_lock.up_read' } }],
    },
    base: '7.3',
    system: 'type1-map',
    scope: { devices: 1 },
    expected: ['lock-balance'],
    source: 'derived: vaddr_get_pfns, v7.3: done: mmap_read_unlock()',
  },
  {
    id: 'revoke-keeps-entry',
    title: 'an import of iommufd keeps its entry when the buffer is revoked, as type1 does',
    machine: 'iommufd_mapping',
    change: {
      patches: [{ kind: 'retarget', step: { node: 'mapped', event: 'revoke' }, target: 'mapped' }],
    },
    base: '7.3',
    system: 'iommufd-lifetime',
    scope: { devices: 1 },
    expected: ['next-owner-alone', 'nothing-through-reset', 'off-means-unreachable'],
    source: 'derived: iopt_revoke_notify, v7.3, without its unmap',
  },
];
