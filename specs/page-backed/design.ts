import type { Revision } from 'xstate-check';
import { choose, type Values } from '../shared/choose.ts';

/** Everything that a design of page-backed buffers decides, point by point; the first is what was read. */
export interface PageDesign {
  /** Under what a BAR is found to have no pages, and gets them. */
  readonly admission: 'unlocked' | 'under_memory_lock';
  /** Whether the pages of the BAR go into the pool from which sysfs gives memory to others. */
  readonly pool: 'whole_bar' | 'none';
  /** How a buffer takes the pages that it is made of: it writes their count, or takes a reference. */
  readonly claim: 'set_page_count' | 'reference';
  /** How it gives them back. */
  readonly release: 'set_page_count' | 'reference';
  /** Whether an export that fails gives back the pages that it has taken. */
  readonly failedExport: 'keeps_pages' | 'gives_back';
  /** Whether a revoke waits for those who have pinned a page, and with memory_lock or without. */
  readonly pins: 'not_awaited' | 'awaited_under_lock' | 'awaited_without_lock';
  /** When a page is inserted into a mapping. */
  readonly insert: 'in_mmap' | 'in_fault';
  /** What the fault handler inserts: a PFN (a special PTE), or a page. */
  readonly fault: 'pfn' | 'page';
  /** Whether the offset that mmap() was asked for decides which page is the first. */
  readonly offset: 'ignored' | 'heeded';
  /** What the flags of the mapping of a buffer without pages say. */
  readonly withoutPages: 'no_flags' | 'pfnmap';
  /** Whether an importer is asked for its route before it gets an address. */
  readonly route: 'not_asked' | 'asked';
  /** Through which file a process gets at the pages. */
  readonly through: 'dma_buf_fd' | 'vfio_fd';
}

const READ: PageDesign = {
  admission: 'unlocked',
  pool: 'whole_bar',
  claim: 'set_page_count',
  release: 'set_page_count',
  failedExport: 'keeps_pages',
  pins: 'not_awaited',
  insert: 'in_mmap',
  fault: 'pfn',
  offset: 'ignored',
  withoutPages: 'no_flags',
  route: 'not_asked',
  through: 'dma_buf_fd',
};

/** As much of it as can be mended without leaving the design: pages of the fd of a dma-buf. */
const SOUND: PageDesign = {
  admission: 'under_memory_lock',
  pool: 'none',
  claim: 'reference',
  release: 'reference',
  failedExport: 'gives_back',
  pins: 'awaited_without_lock',
  insert: 'in_fault',
  fault: 'page',
  offset: 'heeded',
  withoutPages: 'pfnmap',
  route: 'asked',
  through: 'dma_buf_fd',
};

/** The one that is under review first. */
export const REVISIONS: Readonly<Record<string, PageDesign>> = {
  'pages-read': READ,
  'pages-sound': SOUND,
  'pages-vfio-fd': { ...SOUND, through: 'vfio_fd' },
};

/** The one that each fault changes in one point. */
export const SOUNDEST = 'pages-vfio-fd';

const POSTED =
  '[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10, <20260610151853.3608948-1-praan@google.com>, "Alternative Approach"';

/** The designs that are compared. */
export const designs: readonly Revision[] = [
  {
    name: 'pages-read',
    title: 'page-backed DMABUF export, the proof of concept of the P2P registration RFC as read',
    kind: 'proposal',
    source: `${POSTED}; pran005/linux, vfio_pci_dmabuf.c@f4500bece98c`,
    words: ['Alternative Approach', 'VFIO_DMA_BUF_FLAG_ALLOC_STRUCT_PAGES', 'vfio-p2p-alt'],
  },
  {
    name: 'pages-sound',
    title: 'the same, with what can be mended: references, faults, pins that are awaited',
    kind: 'what-if',
    source: 'derived: what mends the findings F-A20 to F-A28, F-A45 and F-A46',
  },
  {
    name: 'pages-vfio-fd',
    title: 'the same again, with pages through the device fd alone',
    kind: 'what-if',
    source:
      'derived from Jason Gunthorpe on that RFC, 2026-06-10: "you can\'t have a DMABUF mmap actually install non-special memory. The native vfio mmap still can"',
  },
];

const VALUES: Values<PageDesign> = {
  admission: ['unlocked', 'under_memory_lock'],
  pool: ['whole_bar', 'none'],
  claim: ['set_page_count', 'reference'],
  release: ['set_page_count', 'reference'],
  failedExport: ['keeps_pages', 'gives_back'],
  pins: ['not_awaited', 'awaited_under_lock', 'awaited_without_lock'],
  insert: ['in_mmap', 'in_fault'],
  fault: ['pfn', 'page'],
  offset: ['ignored', 'heeded'],
  withoutPages: ['no_flags', 'pfnmap'],
  route: ['not_asked', 'asked'],
  through: ['dma_buf_fd', 'vfio_fd'],
};

/** The design of a revision, a point of it decided otherwise: `pages-sound+pool=whole_bar`. @throws as `choose` */
export function pageDesignOf(revision: string): PageDesign {
  return choose(revision.replaceAll('+', ', '), REVISIONS, VALUES);
}
