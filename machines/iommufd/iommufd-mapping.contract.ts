import { setup } from 'xstate';

export const labels = [
  'map_file:ok',
  'map_file:-ENODEV',
  'map_file:-EOPNOTSUPP',
  'revoke',
  'drained',
  'ioas_unmap:ok',
  'release',
] as const;

/** Whether the buffer was exported from one range of the BAR, which iommufd can map, or several. */
export type Ranges = 'one' | 'several';

/**
 * iommufd's import of a buffer (IOMMU_IOAS_MAP_FILE). It never makes an sg_table: it copies the
 * physical range and takes its IOMMU entries down inside the callback. A revoke is final for this
 * mapping; after access came back the user has to map anew.
 */
export function iommufdMapping(ranges: Ranges = 'one') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: ranges === 'one' ? 'iommufd_mapping' : 'iommufd_mapping_several_ranges',
    description: 'struct iopt_pages of a VFIO dma-buf: mapped, dead once revoked',
    meta: {
      labels,
      unused: ranges === 'one' ? ['map_file:-EOPNOTSUPP'] : ['map_file:ok', 'ioas_unmap:ok'],
      unreachable: ranges === 'one' ? [] : ['mapped', 'dead'],
      source: 'iopt_map_dmabuf, iopt_revoke_notify, drivers/iommu/iommufd/pages.c, v7.1 and later',
    },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        meta: { shows: { state: 'detached' }, source: 'iopt_map_dmabuf, v7.3' },
        on: {
          ...(ranges === 'one' && { 'map_file:ok': 'mapped' }),
          'map_file:-ENODEV': { target: 'none', meta: { source: 'vfio_pci_dma_buf_attach, v7.3' } },
          ...(ranges === 'several' && {
            'map_file:-EOPNOTSUPP': {
              target: 'none',
              meta: { source: 'vfio_pci_dma_buf_iommufd_map, v7.3: nr_ranges is not 1' },
            },
          }),
          revoke: 'none',
          drained: 'none',
          release: 'none',
        },
      },
      mapped: {
        tags: ['quiescent'],
        meta: { shows: { state: 'mapped' }, source: 'vfio_pci_dma_buf_iommufd_map, v7.3' },
        on: {
          revoke: { target: 'dead', meta: { source: 'iopt_revoke_notify, v7.3: phys.len = 0' } },
          drained: 'mapped',
          'ioas_unmap:ok': 'none',
        },
      },
      dead: {
        description: 'its IOMMU entries are gone and never come back',
        tags: ['quiescent'],
        meta: { shows: { state: 'attached' }, source: 'iopt_dmabuf_revoked, v7.3' },
        on: { revoke: 'dead', drained: 'dead', 'ioas_unmap:ok': 'none' },
      },
    },
  });
}
