import type { Finding } from 'xstate-check';

/** What breaks in v7.3 and was found by these systems. */
export const findings: readonly Finding[] = [
  {
    id: 'pin-left',
    system: 'rdma',
    revision: '7.3',
    property: 'unpinned-before-detach-0',
    claim:
      'a callback between dma_buf_dynamic_attach() and dma_resv_lock() in ib_umem_dmabuf_get_pinned_and_lock() marks the umem as revoked; it is pinned after that, the map answers -EINVAL, and the release, which takes a revoked umem as done, does not unpin it. With vfio-pci as exporter this is without effect, because it has no pin op',
    source:
      'derived: ib_umem_dmabuf_get_pinned_and_lock, ib_umem_dmabuf_revoke_locked, v7.1 to v7.3 (Jacob Moroni, March 2026); an earlier posting tested umem_dmabuf->revoked before the pin',
    derived: true,
  },
];
