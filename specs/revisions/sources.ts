/** Mails that more than one difference cites. */
export const VIVEK =
  'Vivek Kasireddy, "vfio/pci: Allow MMIO regions to be exported through dma-buf" v2 3/3, 2024-06-23';
export const V9_COVER =
  'Leon Romanovsky, "vfio/pci: Allow MMIO regions to be exported through dma-buf" v9 00/11, 2025-11-20, <20251120-dmabuf-vfio-v9-0-d7f71607f371@nvidia.com>';
export const V1_REVIEW =
  'Alex Williamson on v1 10/10, 2025-08-06, <20250806162455.350f73a4.alex.williamson@redhat.com>';
export const KREF_FIX =
  'Alex Williamson, "vfio/pci: fix dma-buf kref underflow after revoke", 2026-05-07, <20260507143548.1018405-1-alex.williamson@nvidia.com>';
export const MMAP_V4 =
  'Matt Evans, "vfio/pci: Add mmap() for DMABUFs" v4 00/10, 2026-07-01, <20260701171245.90111-1-matt@ozlabs.org>';
export const SRIOV_FIX =
  'Raghavendra Rao Ananta, "vfio/pci: Use a private flag to prevent power state change with VFs", 2026-05-14, <20260514173449.3282188-1-rananta@google.com>, 40ef3edf151e';
