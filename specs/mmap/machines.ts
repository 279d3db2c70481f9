import type { MachineEntry } from 'xstate-check';
import { barMmap } from '../../machines/mmap/bar-mmap.procedure.ts';
import { barsRevoked } from '../../machines/mmap/bars-revoked.resource.ts';
import { bufferMapping } from '../../machines/mmap/buffer-mapping.resource.ts';
import { bufferStatus } from '../../machines/mmap/buffer-status.resource.ts';
import { bufferVdev } from '../../machines/mmap/buffer-vdev.resource.ts';
import { bufferVma } from '../../machines/mmap/buffer-vma.resource.ts';
import { cleanupOfSeries } from '../../machines/mmap/cleanup.procedure.ts';
import { dmaBufFault } from '../../machines/mmap/dma-buf-fault.procedure.ts';
import { munmap } from '../../machines/mmap/munmap.procedure.ts';
import { nvgraceRead } from '../../machines/mmap/nvgrace-read.procedure.ts';
import { revokeAndWrite } from '../../machines/mmap/revoke-and-write.procedure.ts';
import { revokeBars } from '../../machines/mmap/revoke-bars.procedure.ts';
import { revokeDmaBuf } from '../../machines/mmap/revoke-dma-buf.procedure.ts';
import { setStatus } from '../../machines/mmap/set-status.procedure.ts';
import { vfioDevice } from '../../machines/mmap/vfio-device.resource.ts';
import { entry } from '../shared/entry.ts';

/** The machines of the series that adds mmap() to dma-bufs, as of its newest version. */
export const machines: readonly MachineEntry[] = [
  entry('procedure', barMmap()),
  entry('procedure', dmaBufFault()),
  entry('procedure', nvgraceRead('memory_or_bar')),
  entry('procedure', munmap()),
  entry('procedure', revokeAndWrite()),
  entry('procedure', revokeBars(2)),
  entry('procedure', setStatus()),
  entry('procedure', revokeDmaBuf()),
  entry('procedure', cleanupOfSeries(1)),
  entry('resource', bufferStatus()),
  entry('resource', barsRevoked()),
  entry('resource', bufferMapping()),
  entry('resource', bufferVdev()),
  entry('resource', bufferVma('unmapped')),
  entry('resource', vfioDevice(2, 3)),
];
