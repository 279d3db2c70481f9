/** What `vfio_pci_dma_buf_attach()` not admitting a static importer says of dma-buf.c. */
export const notStatic = [
  {
    c: 'dma_buf_attachment_is_dynamic($att)',
    is: '1',
    because: 'vfio_pci_dma_buf_attach() does not admit a static importer',
  },
  {
    c: 'dma_buf_pin_on_map($att)',
    is: '0',
    because: 'only for a static importer, which vfio_pci_dma_buf_attach() does not admit',
  },
] as const;
