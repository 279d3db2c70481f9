import type { SimulatorFault } from '../faults.ts';

const POC =
  'derived from the proof of concept of [RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10: pran005/linux, vfio_pci_dmabuf.c@f4500bece98c';

const table = {
  'A-20': {
    does: 'the whole BAR goes into the pool of p2pmem/allocate as well',
    source: POC,
    shows: 'another process is given a page of a buffer',
  },
  'A-21': {
    does: 'an export writes the counts of its pages instead of taking references',
    source: POC,
    shows: 'set_page_count(1) of a page that another buffer has',
  },
  'A-22': {
    does: 'a release writes the counts of its pages to 0',
    source: POC,
    shows: 'set_page_count(0) of a page that is mapped or pinned',
  },
  'A-23': {
    does: 'a revoke does not wait for pins',
    source: POC,
    shows: 'the reset begins where a page is pinned',
  },
  'A-24': {
    does: 'mmap() tests the status without a lock, and inserts every page at once',
    source: POC,
    shows: 'pages are inserted in mmap()',
  },
  'A-25': {
    does: 'a page fault inserts a PFN into a mapping of pages',
    source: POC,
    shows: 'BUG_ON() of vmf_insert_pfn()',
  },
  'A-26': {
    does: 'an export does not look whether the BAR has pages already',
    source: POC,
    shows: 'WARN "Conflicting mapping in same section", -ENOMEM',
  },
  'A-27': {
    does: 'an export that fails leaves the references that it has taken',
    source: POC,
    shows: 'pages with a count of 1 that nobody has',
  },
  'A-28': {
    does: 'an importer gets the address of dma_map_resource(), whatever its route',
    source: POC,
    shows: 'no pci_p2pdma_map_type()',
  },
  'A-29': {
    does: 'a mapping of the fd of a dma-buf has pages',
    source:
      'Jason Gunthorpe on [RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10: a DMABUF mmap cannot install non-special memory',
    shows: 'VM_MIXEDMAP, and O_DIRECT pins what is behind the fd of a dma-buf',
  },
  'A-45': {
    does: 'a mapping begins with the first page, at whatever offset it was asked for',
    source: POC,
    shows: 'page 0 where page 1 was asked for',
  },
  'A-46': {
    does: 'a mapping of a buffer without pages has no flag of its kind',
    source: POC,
    shows: 'BUG_ON(!(VM_PFNMAP | VM_MIXEDMAP)) at the first access',
  },
} as const satisfies Record<string, SimulatorFault>;

/** The name of what is wrong in buffers with pages. */
export type PageBackedFaultId = keyof typeof table;

/** Every fault that the simulated buffers with pages can be built with. */
export const pageBackedFaults: Readonly<Record<PageBackedFaultId, SimulatorFault>> = table;
