import { attachedIova } from '../../machines/dma-buf/attached-iova.procedure.ts';
import { dmaAddress } from '../../machines/dma-buf/dma-address.resource.ts';
import { dmaState } from '../../machines/dma-buf/dma-state.resource.ts';
import { fillSgEntry } from '../../machines/dma-buf/fill-sg-entry.procedure.ts';
import { freeSgt } from '../../machines/dma-buf/free-sgt.procedure.ts';
import { iova } from '../../machines/dma-buf/iova.resource.ts';
import { iovaSlot } from '../../machines/dma-buf/iova-slot.resource.ts';
import { bufferLength } from '../../machines/dma-buf/length.resource.ts';
import { mapAttachment } from '../../machines/dma-buf/map-attachment.procedure.ts';
import { physVec } from '../../machines/dma-buf/phys-vec.resource.ts';
import { physVecToSgt } from '../../machines/dma-buf/phys-vec-to-sgt.procedure.ts';
import { sgTable } from '../../machines/dma-buf/sg-table.resource.ts';
import { attach } from '../../machines/importer/attach.procedure.ts';
import { attachmentObject } from '../../machines/importer/attachment.resource.ts';
import { attachmentHandle } from '../../machines/importer/attachment-handle.resource.ts';
import { deafCallback } from '../../machines/importer/deaf-callback.procedure.ts';
import { detach } from '../../machines/importer/detach.procedure.ts';
import { evictCallback } from '../../machines/importer/evict-callback.procedure.ts';
import { evicted } from '../../machines/importer/evicted.resource.ts';
import { importerHardware } from '../../machines/importer/importer-hardware.procedure.ts';
import { invalidateListed } from '../../machines/importer/invalidate-listed.procedure.ts';
import { lockingUnmapWork } from '../../machines/importer/locking-unmap-work.procedure.ts';
import { mappingHandle } from '../../machines/importer/mapping-handle.resource.ts';
import { pin } from '../../machines/importer/pin.resource.ts';
import { remapCallback } from '../../machines/importer/remap-callback.procedure.ts';
import { remapCallbackFromWork } from '../../machines/importer/remap-callback-from-work.procedure.ts';
import { remapWork } from '../../machines/importer/remap-work.procedure.ts';
import { submitWork } from '../../machines/importer/submit-work.procedure.ts';
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

function entry(kind: MachineEntry['kind'], machine: MachineEntry['machine']): MachineEntry {
  return { name: machine.id, kind, machine };
}

/** The importers' machines, as of v7.3. */
export const importerMachines: readonly MachineEntry[] = [
  entry('procedure', attach('revocable')),
  entry('procedure', detach()),
  entry('procedure', invalidateListed(2)),
  entry('procedure', evictCallback()),
  entry('procedure', remapCallbackFromWork()),
  entry('procedure', remapCallback()),
  entry('procedure', deafCallback()),
  entry('procedure', remapWork()),
  entry('procedure', lockingUnmapWork()),
  entry('procedure', submitWork()),
  entry('procedure', importerHardware()),
  entry('resource', attachmentObject()),
  entry('resource', attachmentHandle()),
  entry('resource', mappingHandle()),
  entry('resource', evicted()),
  entry('resource', pin()),
  entry('procedure', mapFile('one')),
  entry('procedure', revokeNotify()),
  entry('procedure', ioasUnmap()),
  entry('procedure', releasePages()),
  entry('procedure', accessPin()),
  entry('resource', ioptPages()),
  entry('resource', iommuEntries()),
  entry('procedure', register()),
  entry('procedure', deregister()),
  entry('procedure', umemRevoke()),
  entry('procedure', umemRelease()),
  entry('resource', umem()),
  entry('resource', umemMemory()),
  entry('resource', memoryRegion()),
  entry('procedure', mapAttachment()),
  entry('procedure', physVecToSgt(2)),
  entry('procedure', freeSgt(2)),
  entry('procedure', attachedIova()),
  entry('resource', iova()),
  entry('resource', dmaState()),
  entry('resource', dmaAddress()),
  entry('resource', iovaSlot(2)),
  entry('resource', physVec()),
  entry('resource', sgTable()),
  entry('procedure', fillSgEntry()),
  entry('resource', bufferLength()),
];
