import type { MachineEntry } from 'xstate-check';
import { deregister } from '../../machines/rdma/deregister.procedure.ts';
import { memoryRegion } from '../../machines/rdma/memory-region.resource.ts';
import { register } from '../../machines/rdma/register.procedure.ts';
import { umem } from '../../machines/rdma/umem.resource.ts';
import { umemMemory } from '../../machines/rdma/umem-memory.resource.ts';
import { umemRelease } from '../../machines/rdma/umem-release.procedure.ts';
import { umemRevoke } from '../../machines/rdma/umem-revoke.procedure.ts';
import { entry } from '../shared/entry.ts';

/** RDMA memory regions on a dma-buf, as of the newest released kernel. */
export const machines: readonly MachineEntry[] = [
  entry('procedure', register()),
  entry('procedure', deregister()),
  entry('procedure', umemRevoke()),
  entry('procedure', umemRelease()),
  entry('resource', umem()),
  entry('resource', umemMemory()),
  entry('resource', memoryRegion()),
];
