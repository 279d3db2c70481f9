import { IOMMUFD, importersFamily } from '../importers/importers.system.ts';

export const iommufdFamily = importersFamily(
  'iommufd',
  'IOAS_MAP_FILE and IOAS_UNMAP of a buffer while it is revoked and given back',
  { iommufd: 1 },
  { iommufd: 2 },
  ['attach', 'mapFile', 'releasePages', 'accessPin', 'unmapWork'],
  ['iommufd'],
  IOMMUFD,
);
