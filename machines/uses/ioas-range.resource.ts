import { setup } from 'xstate';

export const labels = [
  'map_file:ok',
  'map_file:-ENODEV',
  'map_file:-EEXIST',
  'ioas_unmap:ok',
  'ioas_unmap:-ENOENT',
] as const;

/**
 * The range of an IOAS in which a VMM has a region. What is mapped there keeps it, dead or alive, until
 * it is unmapped. MAP_FILE attaches first: of a buffer that is revoked it answers -ENODEV, also where
 * the range is taken, which nobody here tries.
 */
export function ioasRange() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'ioas_range',
    description: 'a range of IOVAs: free, or taken by an area',
    meta: { labels, source: 'iopt_check_iova, iommufd_ioas_unmap, v7.3' },
    initial: 'free',
    states: {
      free: {
        tags: ['quiescent'],
        on: {
          'map_file:ok': 'taken',
          'map_file:-ENODEV': 'free',
          'ioas_unmap:-ENOENT': {
            target: 'free',
            meta: { source: 'iommufd_ioas_unmap, v7.3: nothing was unmapped' },
          },
        },
      },
      taken: {
        tags: ['quiescent'],
        on: {
          'ioas_unmap:ok': 'free',
          'map_file:-EEXIST': { target: 'refused', meta: { source: 'iopt_check_iova, v7.3' } },
        },
      },
      refused: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'MAP_FILE answers -EEXIST: what was mapped there was never unmapped' },
        on: { 'ioas_unmap:ok': 'free', 'map_file:-EEXIST': 'refused' },
      },
    },
  });
}
