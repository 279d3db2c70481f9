/** Who said what of mapping types, and where. */
const SERIES =
  'Jason Gunthorpe, "[PATCH RFC 00/26] Add DMA-buf mapping types and convert vfio/iommufd to use them", 2026-02-17';

/** The series, by the number of the mail in it. */
export const rfc = (...mails: number[]): string => `${SERIES}: ${mails.join(', ')}`;

export const JASON =
  'Jason Gunthorpe on "[RFC v2 0/8] dma-buf: Add support for mapping dmabufs via interconnects", October 2025';
export const IC_V2 =
  'Vivek Kasireddy, "[RFC v2 0/8] dma-buf: Add support for mapping dmabufs via interconnects", 2025-10-26, <20251027044712.1676175-1-vivek.kasireddy@intel.com>';
export const CHRISTIAN = 'Christian König on the series of 2026-02-17, April 2026';
export const CONVERTERS = 'Jason Gunthorpe on the series of 2026-02-17, 2026-04-22';
export const VFIO = 'drivers/vfio/pci/vfio_pci_dmabuf.c, v7.3';
