import type { RwSemaphore } from '../locks/rwsem.ts';

/** How far the registration of a BAR is. VFIO's own, written under memory_lock. */
export type Mark = 'free' | 'registering' | 'registered' | 'unregistering';

/** A BAR, and its `struct dev_pagemap` while it has one. */
export interface P2pBar {
  readonly label: string;
  readonly vdev: P2pDevice;
  mark: Mark;
  /** The pagemap that memremap_pages() made; its pages are `struct page`s. */
  pgmap: Pagemap | undefined;
}

/** What memremap_pages() makes of a BAR. */
export interface Pagemap {
  /** `percpu_ref_kill()` has been called: no new reference. */
  dead: boolean;
  /** References above the base: pages that somebody holds. */
  refs: number;
}

/** The pool of a device, from which sysfs gives pages: `struct pci_p2pdma` and its gen_pool. */
export interface Pool {
  /** The BARs whose memory is in the pool. A gen_pool cannot lose a chunk. */
  readonly chunks: Map<P2pBar, { allocated: number }>;
}

/** A vfio-pci device. */
export interface P2pDevice {
  readonly label: string;
  readonly memory_lock: RwSemaphore;
  readonly bars: P2pBar[];
  /** `vdev->dmabufs`. */
  readonly dmabufs: P2pBuffer[];
  open: boolean;
  /** The COMMAND.MEM bit. */
  memory: boolean;
  power: 'D0' | 'D3hot';
  pm_runtime_engaged: boolean;
  /** A call is about to take the memory away, and waits for pages or holds memory_lock. */
  taken: boolean;
  pool: Pool | undefined;
  /** The sysfs file p2pmem/allocate. */
  allocate: boolean;
}

/** A dma-buf of a range of one BAR; the range names the BAR. */
export interface P2pBuffer {
  readonly label: string;
  readonly bar: P2pBar;
  /** User space has an fd. */
  fd: boolean;
  listed: boolean;
  revoked: boolean;
}

/** A mapping of a BAR through the device fd, which it keeps open. */
export interface P2pVma {
  readonly label: string;
  readonly bar: P2pBar;
  mapped: boolean;
  /** The page tables have the PFN. */
  pte: boolean;
}

/** A DMA map that a type1 container has made of a VMA: a PFN, and no reference to a page. */
export interface P2pType1 {
  readonly label: string;
  readonly vma: P2pVma;
  mapped: boolean;
}

/** Whether the device answers accesses to its memory. */
export function decodes({ open, memory, power, pm_runtime_engaged }: P2pDevice): boolean {
  return open && memory && power === 'D0' && !pm_runtime_engaged;
}
