import type { MachineEntry } from 'xstate-check';
import { addResource } from '../../machines/p2p-registration/add-resource.procedure.ts';
import { allocMmap } from '../../machines/p2p-registration/alloc-mmap.procedure.ts';
import { allocateFile } from '../../machines/p2p-registration/allocate-file.resource.ts';
import { barMark } from '../../machines/p2p-registration/bar-mark.resource.ts';
import { deviceMemory } from '../../machines/p2p-registration/device-memory.resource.ts';
import { folioFree } from '../../machines/p2p-registration/folio-free.procedure.ts';
import { genPool } from '../../machines/p2p-registration/gen-pool.resource.ts';
import { memunmapPages } from '../../machines/p2p-registration/memunmap-pages.procedure.ts';
import { oDirect } from '../../machines/p2p-registration/o-direct.procedure.ts';
import { oneAtATime } from '../../machines/p2p-registration/one-at-a-time.resource.ts';
import { openOther } from '../../machines/p2p-registration/open-other.procedure.ts';
import { p2pClose } from '../../machines/p2p-registration/p2p-close.procedure.ts';
import { p2pDisable } from '../../machines/p2p-registration/p2p-disable.procedure.ts';
import { p2pHotReset } from '../../machines/p2p-registration/p2p-hot-reset.procedure.ts';
import { p2pPgmap } from '../../machines/p2p-registration/p2p-pgmap.resource.ts';
import { p2pProbe } from '../../machines/p2p-registration/p2p-probe.procedure.ts';
import { p2pRegister } from '../../machines/p2p-registration/p2p-register.procedure.ts';
import { p2pReset } from '../../machines/p2p-registration/p2p-reset.procedure.ts';
import { p2pUnbind } from '../../machines/p2p-registration/p2p-unbind.procedure.ts';
import { p2pdmaPointer } from '../../machines/p2p-registration/p2pdma-pointer.resource.ts';
import { p2pdmaRelease } from '../../machines/p2p-registration/p2pdma-release.procedure.ts';
import { p2pmemFd } from '../../machines/p2p-registration/p2pmem-fd.resource.ts';
import { p2pmemUser } from '../../machines/p2p-registration/p2pmem-user.procedure.ts';
import { p2pmemVma } from '../../machines/p2p-registration/p2pmem-vma.resource.ts';
import { page } from '../../machines/p2p-registration/page.resource.ts';
import { pgmapRef } from '../../machines/p2p-registration/pgmap-ref.resource.ts';
import { rcu } from '../../machines/p2p-registration/rcu.resource.ts';
import { removeResource } from '../../machines/p2p-registration/remove-resource.procedure.ts';
import { session } from '../../machines/p2p-registration/session.resource.ts';
import { sizeShow } from '../../machines/p2p-registration/size-show.procedure.ts';
import { type1MapDma } from '../../machines/p2p-registration/type1-map-dma.procedure.ts';
import { unmapMappings } from '../../machines/p2p-registration/unmap-mappings.procedure.ts';
import { unregistering } from '../../machines/p2p-registration/unregistering.resource.ts';

function entry(kind: MachineEntry['kind'], machine: MachineEntry['machine']): MachineEntry {
  return { name: machine.id, kind, machine };
}

/** The machines of registration as code, as the RFC states it. */
export const codeMachines: readonly MachineEntry[] = [
  entry('procedure', addResource()),
  entry('procedure', allocMmap(2, 2)),
  entry('procedure', folioFree(2, 2)),
  entry('procedure', memunmapPages()),
  entry('procedure', oDirect({ bars: 2, pages: 1 }, 'by_vfio_user')),
  entry('procedure', openOther()),
  entry('procedure', p2pClose(2)),
  entry('procedure', p2pDisable(2)),
  entry('procedure', p2pProbe(2)),
  entry('procedure', p2pRegister()),
  entry('procedure', p2pReset(2)),
  entry('procedure', p2pHotReset(2)),
  entry('procedure', p2pUnbind(2)),
  entry('procedure', p2pdmaRelease()),
  entry('procedure', p2pmemUser({ bars: 2, pages: 1 })),
  entry('procedure', removeResource()),
  entry('procedure', sizeShow()),
  entry('procedure', type1MapDma()),
  entry('procedure', unmapMappings({ vmas: 2, bars: 2, pages: 1 })),
  entry('resource', allocateFile(2)),
  entry('resource', barMark()),
  entry('resource', deviceMemory()),
  entry('resource', genPool(2, 1)),
  entry('resource', p2pPgmap()),
  entry('resource', p2pdmaPointer()),
  entry('resource', p2pmemFd()),
  entry('resource', p2pmemVma(2, 1)),
  entry('resource', page(4)),
  entry('resource', pgmapRef(3)),
  entry('resource', rcu(2)),
  entry('resource', session(2)),
  entry('resource', unregistering(2)),
  entry('resource', oneAtATime()),
];
