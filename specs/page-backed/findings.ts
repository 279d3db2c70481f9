import type { Finding } from 'xstate-check';
import {
  ALLOCATED,
  CLOSED,
  FROM_SECOND_PAGE,
  IMPORTED,
  REVOKED,
  TOUCHED,
  WITHOUT_PAGES,
} from './scopes.ts';

const READ =
  'the proof of concept of [RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10, <20260610151853.3608948-1-praan@google.com>: pran005/linux, vfio_pci_dmabuf.c@f4500bece98c';

interface Lack extends Pick<Finding, 'id' | 'property' | 'claim'> {
  readonly scope?: Finding['scope'];
  readonly system?: string;
  /** The function of the proof of concept. */
  readonly of: string;
}

/** What the proof of concept does that its author, and who reviews it, can look up. */
function lack({ id, property, claim, scope, system = 'page-backed', of }: Lack): Finding {
  return {
    id,
    system,
    revision: 'pages-read',
    ...(scope !== undefined && { scope }),
    property,
    claim,
    source: `${READ}, ${of}; read, not run`,
    derived: true,
  };
}

/** The alternative of the RFC as its proof of concept has it. */
export const pageFindings: readonly Finding[] = [
  lack({
    id: 'F-A20',
    system: 'page-owners',
    scope: ALLOCATED,
    property: 'one-owner',
    claim:
      'pci_p2pdma_add_resource() puts the whole BAR into the pool of p2pmem/allocate, so that sysfs gives pages of a buffer to another process, and each of the two writes the count of the other over.',
    of: 'vfio_pci_dma_buf_alloc_struct_pages',
  }),
  lack({
    id: 'F-A21',
    system: 'page-owners',
    property: 'count-is-references(page[0])',
    claim:
      'Two buffers may share a page; each export writes a count of 1 over what is there, and the first release a count of 0 under the other.',
    of: 'vfio_pci_core_feature_dma_buf, vfio_pci_dma_buf_release',
  }),
  lack({
    id: 'F-A22',
    scope: CLOSED,
    property: 'count-is-references(page[0])',
    claim:
      'A release writes a count of 0 while an O_DIRECT has the page pinned: the process has unmapped it and closed the fd, and its I/O goes on.',
    of: 'vfio_pci_dma_buf_release',
  }),
  lack({
    id: 'F-A22-underflow',
    scope: CLOSED,
    property: 'no-page-misuse',
    claim: 'When that I/O ends, unpin_user_page() puts a reference that the count does not have.',
    of: 'vfio_pci_dma_buf_release',
  }),
  lack({
    id: 'F-A23',
    property: 'reset-after-last-pin',
    claim:
      'A revoke waits for importers and zaps, and waits for nobody who has pinned a page: an O_DIRECT in flight reads or writes a device that is being reset.',
    of: '__vfio_pci_dma_buf_revoke',
  }),
  lack({
    id: 'F-A23-for-good',
    scope: REVOKED,
    property: 'revoked-means-unpinned',
    claim:
      'VFIO_DEVICE_PCI_DMABUF_REVOKE returns 0 while an O_DIRECT still writes to the memory that it takes away.',
    of: 'vfio_pci_dma_buf_revoke',
  }),
  lack({
    id: 'F-A24',
    property: 'reset-after-last-pte',
    claim:
      'mmap() reads the status without a lock and then inserts every page; a reset that comes between the two has zapped already, and the PTE leads to a device that is being reset.',
    of: 'vfio_pci_dma_buf_mmap',
  }),
  lack({
    id: 'F-A24-for-good',
    scope: REVOKED,
    property: 'pte-only-while-live',
    claim: 'The same race with a revoke for good leaves the PTE for as long as the mapping lives.',
    of: 'vfio_pci_dma_buf_mmap',
  }),
  lack({
    id: 'F-A25',
    scope: TOUCHED,
    property: 'one-kind-of-pte',
    claim:
      'After a reset the first touch of a mapping faults, and the one fault handler inserts a PFN into a VM_MIXEDMAP VMA where there is a struct page: BUG_ON() in vmf_insert_pfn_prot(), which a user can have at will. The handler was read in a commit in the middle of that series.',
    of: 'vfio_pci_dma_buf_mmap, and vfio_pci_core.c@7518b637bfc3, vfio_pci_mmap_huge_fault',
  }),
  lack({
    id: 'F-A25-gup',
    property: 'one-kind-of-pte',
    claim: 'An O_DIRECT after a reset faults in the same handler, and hits the same BUG_ON().',
    of: 'vfio_pci_dma_buf_mmap, and vfio_pci_core.c@7518b637bfc3, vfio_pci_mmap_huge_fault',
  }),
  lack({
    id: 'F-A25-hang',
    property: 'rest',
    claim:
      'The BUG_ON() comes before any PTE is made, with mmap_lock and memory_lock held: an O_DIRECT whose page a reset has zapped never gets it, and whoever waits for mmap_lock waits for good.',
    of: 'vfio_pci_dma_buf_mmap, and vfio_pci_core.c@7518b637bfc3, vfio_pci_mmap_huge_fault',
  }),
  lack({
    id: 'F-A26',
    system: 'page-owners',
    property: 'pages-serve-every-export',
    claim:
      'The bit of a BAR is tested and set without a lock: of two exports at once one answers -ENOMEM although there are pages; the code expects -EEXIST, which pagemap_range() never answers.',
    of: 'vfio_pci_dma_buf_alloc_struct_pages',
  }),
  lack({
    id: 'F-A26-warn',
    system: 'page-owners',
    property: 'pages-made-once',
    claim: 'And the user has a WARN of the kernel for it: "Conflicting mapping in same section".',
    of: 'vfio_pci_dma_buf_alloc_struct_pages',
  }),
  lack({
    id: 'F-A27',
    system: 'page-owners',
    property: 'failed-export-leaves-nothing',
    claim:
      'Where dma_buf_export() fails, the pages of the buffer that never was keep a count of 1: err_free_phys frees memory alone.',
    of: 'vfio_pci_core_feature_dma_buf',
  }),
  lack({
    id: 'F-A28',
    scope: IMPORTED,
    property: 'route-matches-address',
    claim:
      'The map of a buffer with pages calls dma_map_resource() for every importer: behind the same switch it has to be the bus address, and where there is no route an error.',
    of: 'vfio_pci_dma_buf_map',
  }),
  lack({
    id: 'F-A29',
    property: 'no-pages-through-dmabuf-fd',
    claim:
      'vm_insert_page() through the fd of a dma-buf: GUP finds pages in a mapping of a dma-buf, which dma-buf forbids.',
    of: 'vfio_pci_dma_buf_mmap',
  }),
  lack({
    id: 'F-A45',
    scope: FROM_SECOND_PAGE,
    property: 'address-is-the-byte',
    claim: 'mmap() of an offset of a buffer with pages maps its beginning: vm_pgoff is ignored.',
    of: 'vfio_pci_dma_buf_mmap',
  }),
  lack({
    id: 'F-A46',
    scope: WITHOUT_PAGES,
    property: 'one-kind-of-pte',
    claim:
      'A mapping of a buffer without pages gets no flags, so that its first touch hits BUG_ON(!(vm_flags & (VM_PFNMAP|VM_MIXEDMAP))) in vmf_insert_pfn_prot().',
    of: 'vfio_pci_dma_buf_mmap',
  }),
];
