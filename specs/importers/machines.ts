import { attach } from '../../machines/importers/attach.procedure.ts';
import { attachedIova } from '../../machines/importers/attached-iova.procedure.ts';
import { attachmentObject } from '../../machines/importers/attachment.resource.ts';
import { attachmentHandle } from '../../machines/importers/attachment-handle.resource.ts';
import { deafCallback } from '../../machines/importers/deaf-callback.procedure.ts';
import { detach } from '../../machines/importers/detach.procedure.ts';
import { dmaAddress } from '../../machines/importers/dma-address.resource.ts';
import { dmaState } from '../../machines/importers/dma-state.resource.ts';
import { evictCallback } from '../../machines/importers/evict-callback.procedure.ts';
import { evicted } from '../../machines/importers/evicted.resource.ts';
import { fillSgEntry } from '../../machines/importers/fill-sg-entry.procedure.ts';
import { freeSgt } from '../../machines/importers/free-sgt.procedure.ts';
import { importerHardware } from '../../machines/importers/importer-hardware.procedure.ts';
import { invalidateListed } from '../../machines/importers/invalidate-listed.procedure.ts';
import { iova } from '../../machines/importers/iova.resource.ts';
import { iovaSlot } from '../../machines/importers/iova-slot.resource.ts';
import { bufferLength } from '../../machines/importers/length.resource.ts';
import { lockingUnmapWork } from '../../machines/importers/locking-unmap-work.procedure.ts';
import { mapAttachment } from '../../machines/importers/map-attachment.procedure.ts';
import { mappingHandle } from '../../machines/importers/mapping-handle.resource.ts';
import { physVec } from '../../machines/importers/phys-vec.resource.ts';
import { physVecToSgt } from '../../machines/importers/phys-vec-to-sgt.procedure.ts';
import { pin } from '../../machines/importers/pin.resource.ts';
import { remapCallback } from '../../machines/importers/remap-callback.procedure.ts';
import { remapWork } from '../../machines/importers/remap-work.procedure.ts';
import { sgTable } from '../../machines/importers/sg-table.resource.ts';
import { submitWork } from '../../machines/importers/submit-work.procedure.ts';
import { accessPin } from '../../machines/iommufd/access-pin.procedure.ts';
import { ioasUnmap } from '../../machines/iommufd/ioas-unmap.procedure.ts';
import { iommuEntries } from '../../machines/iommufd/iommu-entries.resource.ts';
import { ioptPages } from '../../machines/iommufd/iopt-pages.resource.ts';
import { mapFile } from '../../machines/iommufd/map-file.procedure.ts';

import { releasePages } from '../../machines/iommufd/release-pages.procedure.ts';
import { revokeNotify } from '../../machines/iommufd/revoke-notify.procedure.ts';
import { deregister } from '../../machines/rdma/deregister.procedure.ts';
import { memoryRegion } from '../../machines/rdma/memory-region.resource.ts';
import { register } from '../../machines/rdma/register.procedure.ts';
import { umem } from '../../machines/rdma/umem.resource.ts';
import { umemMemory } from '../../machines/rdma/umem-memory.resource.ts';
import { umemRelease } from '../../machines/rdma/umem-release.procedure.ts';
import { umemRevoke } from '../../machines/rdma/umem-revoke.procedure.ts';
import type { MachineEntry } from '../../src/catalogue/catalogue.ts';
import { base } from '../revisions/index.ts';

function entry(kind: MachineEntry['kind'], machine: MachineEntry['machine']): MachineEntry {
  return { name: machine.id, kind, machine };
}

/** The importers' machines, as of v7.3. */
export const importerMachines: readonly MachineEntry[] = [
  entry('procedure', attach('revocable', base.attach)),
  entry('procedure', detach()),
  entry('procedure', invalidateListed(2)),
  entry('procedure', evictCallback()),
  entry('procedure', remapCallback('from_work')),
  entry('procedure', remapCallback('in_callback')),
  entry('procedure', deafCallback()),
  entry('procedure', remapWork()),
  entry('procedure', lockingUnmapWork()),
  entry('procedure', submitWork()),
  entry('procedure', importerHardware()),
  entry('resource', attachmentObject()),
  entry('resource', attachmentHandle()),
  entry('resource', mappingHandle()),
  entry('resource', evicted()),
  entry('resource', pin(base.pin)),
  entry('procedure', mapFile('one', { ...base.mapFile, ...base.releasePages })),
  entry('procedure', revokeNotify()),
  entry('procedure', ioasUnmap()),
  entry('procedure', releasePages(base.releasePages)),
  entry('procedure', accessPin(base.accessPin)),
  entry('resource', ioptPages()),
  entry('resource', iommuEntries()),
  entry('procedure', register('revocable', base.register)),
  entry('procedure', deregister('revocable')),
  entry('procedure', umemRevoke()),
  entry('procedure', umemRelease()),
  entry('resource', umem()),
  entry('resource', umemMemory()),
  entry('resource', memoryRegion()),
  entry('procedure', mapAttachment()),
  entry('procedure', physVecToSgt(2, base.addresses)),
  entry('procedure', freeSgt(2, base.addresses)),
  entry('procedure', attachedIova()),
  entry('resource', iova()),
  entry('resource', dmaState()),
  entry('resource', dmaAddress()),
  entry('resource', iovaSlot(2)),
  entry('resource', physVec()),
  entry('resource', sgTable()),
  entry('procedure', fillSgEntry(base.sgEntries)),
  entry('resource', bufferLength()),
];
