import type { Fault, Scope } from 'xstate-check';
import { SOUNDEST } from './design.ts';
import {
  ALLOCATED,
  CLOSED,
  FROM_SECOND_PAGE,
  IMPORTED,
  ONE_BUFFER,
  REVOKED,
  TOUCHED,
  TWO_BUFFERS,
  WITHOUT_PAGES,
} from './scopes.ts';

const READ = 'derived from the proof of concept, pran005/linux, vfio_pci_dmabuf.c@f4500bece98c';

interface Seeded extends Pick<Fault, 'id' | 'defect' | 'title' | 'machine' | 'expected'> {
  /** The point that the design decides as the proof of concept does. */
  readonly point: string;
  readonly scope: Scope;
  readonly source: string;
}

/** What the sound design is when one of its points is decided otherwise. */
function fault({ point, ...rest }: Seeded): Fault {
  const system = 'allocators' in rest.scope ? 'page-owners' : 'page-backed';
  return { ...rest, change: { revision: `${SOUNDEST}+${point}` }, base: SOUNDEST, system };
}

/** Defects of the proof of concept, each put into the design that has none of them. */
export const pageFaults: readonly Fault[] = [
  fault({
    id: 'A-20',
    title: 'the pages of a buffer are in the pool from which sysfs gives memory to others',
    point: 'pool=whole_bar',
    machine: 'page_pool',
    scope: ALLOCATED,
    expected: ['one-owner'],
    source: `${READ}, vfio_pci_dma_buf_alloc_struct_pages: pci_p2pdma_add_resource() of the whole BAR`,
  }),
  fault({
    id: 'A-21',
    title: 'two buffers share a page, and each writes its count',
    point: 'claim=set_page_count',
    machine: 'page_export',
    scope: TWO_BUFFERS,
    expected: ['count-is-references(page[0])', 'no-page-misuse'],
    source: `${READ}, vfio_pci_core_feature_dma_buf: set_page_count(page, 1)`,
  }),
  fault({
    id: 'A-22',
    title: 'a buffer is released, and the count of its pages is 0, whoever has pinned them',
    point: 'release=set_page_count',
    machine: 'page_release',
    scope: CLOSED,
    expected: ['count-is-references(page[0])', 'count-is-references(page[1])', 'no-page-misuse'],
    source: `${READ}, vfio_pci_dma_buf_release: set_page_count(page, 0)`,
  }),
  fault({
    id: 'A-23',
    title: 'a reset does not wait for the pins of an O_DIRECT in flight',
    point: 'pins=not_awaited',
    machine: 'page_reset',
    scope: ONE_BUFFER,
    expected: ['reset-after-last-pin', 'refinement'],
    source: `${READ}, __vfio_pci_dma_buf_revoke: waits for importers alone`,
  }),
  fault({
    id: 'A-23-for-good',
    defect: 'A-23',
    title: 'a revoke for good returns while an O_DIRECT is in flight',
    point: 'pins=not_awaited',
    machine: 'page_revoke',
    scope: REVOKED,
    expected: ['revoked-means-unpinned', 'refinement'],
    source: `${READ}, vfio_pci_dma_buf_revoke`,
  }),
  fault({
    id: 'A-23-under-lock',
    defect: 'A-23',
    title: 'a reset waits for pins with the memory_lock that GUP needs for the next page',
    point: 'pins=awaited_under_lock',
    machine: 'page_reset',
    scope: ONE_BUFFER,
    expected: ['deadlock', 'reset-returns'],
    source:
      'derived: __get_user_pages, vfio_pci_mmap_huge_fault, v7.3: the first page is pinned when the second faults',
  }),
  fault({
    id: 'A-24',
    title: 'mmap() reads the status without a lock and inserts the pages itself',
    point: 'insert=in_mmap',
    machine: 'page_mapping',
    scope: ONE_BUFFER,
    expected: ['reset-after-last-pte', 'refinement'],
    source: `${READ}, vfio_pci_dma_buf_mmap: priv->status, vm_insert_page()`,
  }),
  fault({
    id: 'A-24-for-good',
    defect: 'A-24',
    title: 'a page that mmap() inserts behind a revoke for good stays',
    point: 'insert=in_mmap',
    machine: 'page_mapping',
    scope: REVOKED,
    expected: ['pte-only-while-live', 'refinement'],
    source: `${READ}, vfio_pci_dma_buf_mmap: priv->status, vm_insert_page()`,
  }),
  fault({
    id: 'A-25',
    title: 'the fault handler inserts the PFN of a page into a mapping of pages',
    point: 'fault=pfn',
    machine: 'page_touch',
    scope: TOUCHED,
    expected: ['one-kind-of-pte'],
    source:
      'derived from pran005/linux, vfio_pci_core.c@7518b637bfc3, vfio_pci_mmap_huge_fault; vmf_insert_pfn_prot, v7.3: BUG_ON((vma->vm_flags & VM_MIXEDMAP) && pfn_valid(pfn))',
  }),
  fault({
    id: 'A-26',
    title: 'two exports of a BAR test its bit without a lock, and both make pages',
    point: 'admission=unlocked',
    machine: 'page_export',
    scope: TWO_BUFFERS,
    expected: ['pages-serve-every-export', 'pages-made-once'],
    source: `${READ}, vfio_pci_dma_buf_alloc_struct_pages: -EEXIST is passed over, and it is -ENOMEM (pagemap_range, v7.3)`,
  }),
  fault({
    id: 'A-27',
    title: 'an export that fails keeps the pages that it has taken',
    point: 'failedExport=keeps_pages',
    machine: 'page_export',
    scope: TWO_BUFFERS,
    expected: ['failed-export-leaves-nothing'],
    source: `${READ}, vfio_pci_core_feature_dma_buf: err_free_phys`,
  }),
  fault({
    id: 'A-28',
    title: 'an importer gets the address of dma_map_resource(), whatever its route',
    point: 'route=not_asked',
    machine: 'page_importer',
    scope: IMPORTED,
    expected: ['route-matches-address'],
    source: `${READ}, vfio_pci_dma_buf_map; dma_buf_phys_vec_to_sgt, v7.3, asks pci_p2pdma_map_type()`,
  }),
  fault({
    id: 'A-29',
    title: 'PTEs of pages are made through the fd of the dma-buf',
    point: 'through=dma_buf_fd',
    machine: 'page_vma',
    scope: ONE_BUFFER,
    expected: ['no-pages-through-dmabuf-fd'],
    source:
      'Jason Gunthorpe on the RFC, 2026-06-10, answering <20260610151853.3608948-1-praan@google.com>',
  }),
  fault({
    id: 'A-45',
    title: 'a mapping begins with the first page of the buffer, whatever offset was asked for',
    point: 'offset=ignored',
    machine: 'page_touch',
    scope: FROM_SECOND_PAGE,
    expected: ['address-is-the-byte'],
    source: `${READ}, vfio_pci_dma_buf_mmap: pfn of phys_vec[0], without vm_pgoff`,
  }),
  fault({
    id: 'A-46',
    title: 'a mapping of a buffer without pages has neither VM_PFNMAP nor VM_MIXEDMAP',
    point: 'withoutPages=no_flags',
    machine: 'page_mapping',
    scope: WITHOUT_PAGES,
    expected: ['one-kind-of-pte'],
    source: `${READ}, vfio_pci_dma_buf_mmap; vmf_insert_pfn_prot, v7.3: BUG_ON(!(vma->vm_flags & (VM_PFNMAP|VM_MIXEDMAP)))`,
  }),
];
