/** How far vfio-pci says that the registration of a BAR is. */
export type BarMark = 'free' | 'registering' | 'registered' | 'unregistering';

/** A `struct page` of a BAR. */
export interface BarPage {
  readonly label: string;
  readonly bar: PagedBar;
  count: number;
}

/** A `struct dev_pagemap` in use: references of pages and of calls, beside those of its base. */
export interface PagemapRef {
  dead: boolean;
  /** The references that memremap_pages() has taken are still there. */
  base: boolean;
  refs: number;
}

/** What devres knows of a `struct pci_p2pdma_pagemap`. */
export interface P2pPgmap {
  /** pci_p2pdma_unmap_mappings() of it is armed. */
  armed: boolean;
  freed: boolean;
}

/** A BAR of the device. */
export interface PagedBar {
  readonly label: string;
  mark: BarMark;
  pgmap: PagemapRef | undefined;
  p2p_pgmap: P2pPgmap | undefined;
  readonly pages: readonly BarPage[];
}

/** A `struct gen_pool`, whose chunks are BARs. */
export interface GenPool {
  readonly chunks: Set<PagedBar>;
  readonly taken: Set<BarPage>;
  destroyed: boolean;
}

/** A `struct pci_p2pdma`. */
export interface PciP2pdma {
  pool: GenPool | undefined;
}

/** The node of p2pmem/allocate in sysfs, as long as anybody has it open. */
export interface AllocateNode {
  removed: boolean;
  /** mmap() calls that are in it. */
  active: number;
}

/** A process that opens p2pmem/allocate, and what it maps. */
export interface P2pmemVma {
  readonly label: string;
  fd: AllocateNode | undefined;
  /** Its addresses are those of a mapping. */
  mapped: boolean;
  readonly ptes: BarPage[];
}
