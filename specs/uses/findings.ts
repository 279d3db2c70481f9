import type { Finding } from 'xstate-check';
import { vmmFindings } from './vmm-findings.ts';

/** What these flows meet in v7.3. */
export const findings: readonly Finding[] = [
  {
    id: 'one-framebuffer',
    system: 'two-gpus',
    revision: '7.3',
    property: 'routes-agree',
    scope: { buffers: 1, ranges: 2, translated: 1 },
    claim:
      'a framebuffer in two pieces of VRAM that is exported as one dma-buf of two ranges is imported, and cannot be shown by a GPU behind an IOMMU that translates: map answers -EADDRINUSE (map-offset). By a GPU with identity mapping or below the same switch it can, and exported as two dma-bufs it can by any',
    source:
      'Vivek Kasireddy and Leon Romanovsky on v0 10/10, 2025-07-24; dma_buf_phys_vec_to_sgt, v7.3; the map was run on 7.3.4 in a virtual machine (map-offset)',
    derived: true,
  },
  {
    id: 'dead-regions',
    system: 'spdk',
    revision: '7.3',
    property: 'serving-means-reachable',
    scope: { others: 1 },
    claim:
      'an RDMA region that can be revoked is dead after memory of the device was off for a moment, by whoever: a write of PCI_COMMAND, a reset of a sibling. Both buffers are live again, map answers 0 and the target serves, but every write of a peer fails, and nothing tells the target. A region with page faults maps again at the next access',
    source:
      'ib_umem_dmabuf_revoke_locked, irdma_umem_dmabuf_revoke, v7.3: the key is taken away, no event is reported; pagefault_dmabuf_mr (mlx5), v7.3; read, not run',
    derived: true,
  },
  ...vmmFindings,
];
