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
  {
    id: 'xe-keeps-mapping',
    system: 'xe-import',
    revision: '7.3',
    property: 'owner-returns',
    claim:
      'xe keeps the mapping of an imported dma-buf when it is told to give it up: xe_dma_buf_move_notify() evicts the object to system memory, and xe_bo_move_dmabuf() puts the unmap off to the next map or to the end of the object. From v7.1 on a revoke of vfio-pci waits for that unmap, with memory_lock held for writing and without an end: memory off, a reset or the close of the device hangs until a process with the GPU object uses or closes it, which it need not do. dma_buf_invalidate_mappings() asks every importer for an unmap in bounded time; the comment of xe_bo_move_dmabuf() says that it relies on exporters that wait for fences alone',
    source:
      'xe_dma_buf_move_notify, xe_bo_evict, xe_bo_move_dmabuf, xe_ttm_bo_delete_mem_notify, vfio_pci_dma_buf_move, dma_buf_invalidate_mappings, v7.3; read, not run: it takes an Intel GPU',
    derived: true,
  },
  ...vmmFindings,
];
