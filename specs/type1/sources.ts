/** Where the problem of type1 is stated as such: known, and by design. */
export const FOLLOW_PFN =
  '35c3503908d3, Leon Romanovsky, 2025-11-20: "VFIO type 1 insecurely reads PFNs directly out of a VMA\'s PTEs"; Jason Gunthorpe in v2 of the export series: "that follow_pfn lifetime problem in type 1"';

/** That it was seen, and how: kernel/type1.vm.test.ts. */
export const SEEN =
  "seen on a stock 7.3.4 in a virtual machine, with the DMA engine of QEMU's edu device";
