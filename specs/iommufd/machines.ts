import type { MachineEntry } from 'xstate-check';
import { accessPin } from '../../machines/iommufd/access-pin.procedure.ts';
import { ioasUnmap } from '../../machines/iommufd/ioas-unmap.procedure.ts';
import { iommuEntries } from '../../machines/iommufd/iommu-entries.resource.ts';
import { iommufdMapping } from '../../machines/iommufd/iommufd-mapping.contract.ts';
import { ioptPages } from '../../machines/iommufd/iopt-pages.resource.ts';
import { mapFile } from '../../machines/iommufd/map-file.procedure.ts';
import { releasePages } from '../../machines/iommufd/release-pages.procedure.ts';
import { revokeNotify } from '../../machines/iommufd/revoke-notify.procedure.ts';
import { entry } from '../shared/entry.ts';

/** iommufd as an importer, as of the newest released kernel. */
export const machines: readonly MachineEntry[] = [
  entry('contract', iommufdMapping('one')),
  entry('contract', iommufdMapping('several')),
  entry('procedure', mapFile('one')),
  entry('procedure', revokeNotify()),
  entry('procedure', ioasUnmap()),
  entry('procedure', releasePages()),
  entry('procedure', accessPin()),
  entry('resource', ioptPages()),
  entry('resource', iommuEntries()),
];
