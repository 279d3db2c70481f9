import { drawn, inList, limit, type SaidOfList } from './say.ts';

const attachment: SaidOfList = {
  ...inList(
    'exported by dma-buf.c',
    drawn('dma_buf_export', { export: 'buf.dma_buf_export' }),
    drawn('dma_buf_fd', { export: 'buf.dma_buf_fd' }),
    limit('the same', 'dma_buf_fd_install', 'dma_buf_attach'),
    drawn('dma_buf_put', { export: 'buf.fput' }),
    drawn('dma_buf_get', { iommufd: 'att.map_file', rdma: 'att.reg_mr' }),
    drawn('dma_buf_dynamic_attach', { attach: 'att.attach' }),
    drawn('dma_buf_detach', { attach: 'att.detach' }),
    drawn('dma_buf_pin', { iommufd: 'att.pin', rdma: 'att.pin' }),
    drawn('dma_buf_unpin', { iommufd: 'att.unpin', rdma: 'att.unpin' }),
    drawn('dma_buf_map_attachment', { importers: 'att.map', attach: 'att.map' }),
    drawn('dma_buf_map_attachment_unlocked', { importers: 'att.map' }),
    drawn('dma_buf_unmap_attachment', { importers: 'att.unmap', attach: 'att.unmap' }),
    drawn('dma_buf_unmap_attachment_unlocked', { importers: 'att.unmap' }),
    drawn('dma_buf_attach_revocable', { iommufd: 'att.revocable', rdma: 'att.revocable' }),
    drawn('dma_buf_invalidate_mappings', { revoke: 'buf.invalidate_mappings' }),
    limit('waits alone', 'dma_buf_begin_cpu_access', 'dma_buf_end_cpu_access'),
    limit('vfio refuses', 'dma_buf_mmap', 'dma_buf_vmap', 'dma_buf_vmap_unlocked'),
    limit('vfio refuses', 'dma_buf_vunmap', 'dma_buf_vunmap_unlocked'),
  ),
  ...inList(
    'exported by dma-buf-mapping.c',
    drawn('dma_buf_phys_vec_to_sgt', {
      'dma-addresses': 'att.phys_vec_to_sgt',
      revoke: 'att.phys_vec_to_sgt',
    }),
    drawn('dma_buf_free_sgt', { 'dma-addresses': 'att.free_sgt', revoke: 'att.free_sgt' }),
  ),
  ...inList(
    'vfio_pci_dmabuf_ops',
    drawn('attach', { attach: 'att.attach' }),
    drawn('map_dma_buf', { revoke: 'att.map' }),
    drawn('unmap_dma_buf', { revoke: 'att.unmap' }),
    drawn('release', { export: 'buf.release' }),
  ),
  ...inList(
    'exported by vfio_pci_dmabuf.c',
    drawn('vfio_pci_dma_buf_iommufd_map', { iommufd: 'att.map_file' }),
    drawn('vfio_pci_core_fill_phys_vec', { export: 'buf.fill_phys_vec' }),
    drawn('vfio_pci_core_get_dmabuf_phys', { export: 'dev.get_dmabuf_phys' }),
  ),
  ...inList(
    'iopt_dmabuf_attach_revoke_ops',
    drawn('invalidate_mappings', { iommufd: 'att.invalidate' }),
  ),
  ...inList(
    'ib_umem_dmabuf_attach_pinned_revocable_ops',
    drawn('invalidate_mappings', { rdma: 'att.invalidate' }),
  ),
};

const bar: SaidOfList = {
  ...inList(
    'exported by p2pdma.c',
    drawn('pcim_p2pdma_init', { 'export-probe': 'dev.pcim_p2pdma_init' }),
    drawn('pcim_p2pdma_provider', { export: 'dev.pcim_p2pdma_provider' }),
    drawn('pci_p2pdma_add_resource', { 'p2p-session': 'bar.add_resource' }),
    limit('tells', 'pci_p2pdma_distance_many', 'pci_p2pmem_virt_to_bus'),
    limit(
      'published only',
      ...['pci_alloc_p2pmem', 'pci_free_p2pmem', 'pci_p2pmem_alloc_sgl', 'pci_p2pmem_free_sgl'],
      ...['pci_p2pmem_find_many', 'pci_p2pmem_publish'],
    ),
    limit('tells', 'pci_p2pdma_enable_store', 'pci_p2pdma_enable_show'),
  ),
  ...inList('p2pdma_pgmap_ops', drawn('folio_free', { 'p2p-teardown': 'bar.page.folio_free' })),
  ...inList('vfio_pci_dev_ops', drawn('get_dmabuf_phys', { export: 'dev.get_dmabuf_phys' })),
};

/** What drivers can do that import, or that have memory to share. */
export const saidOfDrivers: SaidOfList = { ...attachment, ...bar };
