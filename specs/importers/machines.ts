import type { MachineEntry } from 'xstate-check';
import { attach } from '../../machines/importers/attach.procedure.ts';
import { attachedIova } from '../../machines/importers/attached-iova.procedure.ts';
import { attachment } from '../../machines/importers/attachment.contract.ts';
import { attachmentObject } from '../../machines/importers/attachment.resource.ts';
import { attachmentHandle } from '../../machines/importers/attachment-handle.resource.ts';
import { callback } from '../../machines/importers/callback.procedure.ts';
import { callbackLater } from '../../machines/importers/callback-later.procedure.ts';
import { deafCallback } from '../../machines/importers/deaf-callback.procedure.ts';
import { detach } from '../../machines/importers/detach.procedure.ts';
import { dmaAddress } from '../../machines/importers/dma-address.resource.ts';
import { dmaState } from '../../machines/importers/dma-state.resource.ts';
import { evictCallback } from '../../machines/importers/evict-callback.procedure.ts';
import { evicted } from '../../machines/importers/evicted.resource.ts';
import { fillSgEntry } from '../../machines/importers/fill-sg-entry.procedure.ts';
import { freeSgt } from '../../machines/importers/free-sgt.procedure.ts';
import { importer } from '../../machines/importers/importer.procedure.ts';
import { importerHardware } from '../../machines/importers/importer-hardware.procedure.ts';
import { invalidateListed } from '../../machines/importers/invalidate-listed.procedure.ts';
import { invalidateMappings } from '../../machines/importers/invalidate-mappings.procedure.ts';
import { iova } from '../../machines/importers/iova.resource.ts';
import { iovaSlot } from '../../machines/importers/iova-slot.resource.ts';
import { bufferLength } from '../../machines/importers/length.resource.ts';
import { lockingUnmapWork } from '../../machines/importers/locking-unmap-work.procedure.ts';
import { mapAttachment } from '../../machines/importers/map-attachment.procedure.ts';
import { mapChunks } from '../../machines/importers/map-chunks.procedure.ts';
import { mappingHandle } from '../../machines/importers/mapping-handle.resource.ts';
import { peer2peer } from '../../machines/importers/peer2peer.resource.ts';
import { physVec } from '../../machines/importers/phys-vec.resource.ts';
import { physVecToSgt } from '../../machines/importers/phys-vec-to-sgt.procedure.ts';
import { pin } from '../../machines/importers/pin.resource.ts';
import { rangeBars } from '../../machines/importers/range-bars.resource.ts';
import { rangeLength } from '../../machines/importers/range-length.resource.ts';
import { remapCallback } from '../../machines/importers/remap-callback.procedure.ts';
import { remapCallbackFromWork } from '../../machines/importers/remap-callback-from-work.procedure.ts';
import { remapWork } from '../../machines/importers/remap-work.procedure.ts';
import { routeAsked } from '../../machines/importers/route-asked.resource.ts';
import { sgEntry } from '../../machines/importers/sg-entry.resource.ts';
import { sgTable } from '../../machines/importers/sg-table.resource.ts';
import { sgt } from '../../machines/importers/sgt.resource.ts';
import { submitWork } from '../../machines/importers/submit-work.procedure.ts';
import { unmapWork } from '../../machines/importers/unmap-work.procedure.ts';
import { entry } from '../shared/entry.ts';

/** Attachments, their mappings and importers, as of the newest released kernel. */
export const machines: readonly MachineEntry[] = [
  entry('contract', attachment('unmaps_in_callback', { admits: 'revocable' })),
  entry('contract', attachment('unmaps_later', { admits: 'revocable' })),
  entry('contract', attachment('several_ranges_translated', { admits: 'revocable' })),
  entry('contract', attachment('no_callback', { admits: 'revocable' })),
  entry('contract', attachment('not_p2p', { admits: 'revocable' })),
  entry('procedure', invalidateMappings(2)),
  entry('procedure', importer()),
  entry('procedure', callback()),
  entry('procedure', callbackLater()),
  entry('procedure', unmapWork()),
  entry('resource', sgt()),
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
  entry('procedure', mapChunks(2)),
  entry('resource', sgEntry()),
  entry('resource', peer2peer()),
  entry('resource', rangeBars('each')),
  entry('resource', rangeLength()),
  entry('resource', routeAsked()),
  entry('procedure', fillSgEntry()),
  entry('resource', bufferLength()),
];
