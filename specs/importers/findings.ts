import type { Finding } from 'xstate-check';
import { MMAP_V4, VIVEK } from '../revisions/sources.ts';

/** What breaks in v7.3, or in what is proposed on top of it, and is known or was found by these systems. */
export const findings: readonly Finding[] = [
  {
    id: 'O5',
    system: 'remap',
    revision: '7.3',
    property: 'told-importers-can-map',
    claim:
      'v7.1 to v7.3 call importers back before access is given back: one that maps in its callback always gets -ENODEV, one that maps from a work item gets it when it is faster than the flag, and no callback follows',
    source:
      'vfio_pci_dma_buf_move(false), v7.3; seen on 7.2.13 and 7.3.4 with an importer of its own',
    derived: true,
  },
  {
    id: 'O5-silent',
    system: 'remap',
    revision: 'mmap-v8',
    property: 'told-importers-can-map',
    claim:
      'the series that adds mmap() to dma-bufs, since its v4, calls no importer back when access is given back: one that was refused when it was called back for the revoke, or that mapped from a work item before access was back, got -ENODEV and hears of nothing after that',
    source: `${MMAP_V4}: v4 "un-revoke no longer calls invalidate"`,
    derived: true,
  },
  {
    id: 'O6',
    system: 'dma-addresses',
    revision: '7.3',
    property: 'iova-not-leaked',
    claim:
      'dma_buf_phys_vec_to_sgt() frees its state and not the IOVA range when sg_alloc_table() fails, and when the first dma_iova_link() fails',
    source:
      'review of 2026-06-01, <20260601201330.B6C191F00899@smtp.kernel.org>; dma_buf_phys_vec_to_sgt, v7.3: err_unmap_dma with i == 0, err_free_state; read, not run',
    derived: false,
  },
  {
    id: 'O6-entries',
    system: 'dma-addresses',
    revision: '7.3',
    property: 'entries-filled',
    claim:
      'when dma_map_phys() fails for a range after the first, dma_buf_phys_vec_to_sgt() unmaps every entry of the table, also those that were never filled, whose address and length are 0',
    source:
      'Nicolin Chen on v8 06/11, 2025-11-19 (Leon Romanovsky disagreed: <20251119133248.GC18335@unreal>); again in the review of 2026-06-01, <20260601201330.B6C191F00899@smtp.kernel.org>; dma_buf_phys_vec_to_sgt, v7.3: for_each_sgtable_dma_sg in err_unmap_dma; read, not run',
    derived: false,
  },
  {
    id: 'O6-chunks',
    system: 'map-chunks',
    revision: '7.3',
    property: 'unwind-is-exact',
    claim:
      'the same where a range needs several entries: all of them are unmapped, those of ranges that were never mapped too. The series of 2024 looked at sg_dma_len() of each entry first, and unmapped exactly what it had mapped',
    source: `dma_buf_phys_vec_to_sgt, v7.3: for_each_sgtable_dma_sg in err_unmap_dma; against ${VIVEK}: populate_sgt(); read, not run`,
    derived: true,
  },
  {
    id: 'map-offset',
    system: 'dma-addresses',
    revision: '7.3',
    property: 'routes-agree',
    claim:
      'a dma-buf of more than one range cannot be mapped by a device behind an IOMMU that translates: export and attach answer 0, and map answers -EADDRINUSE, because dma_buf_phys_vec_to_sgt() links every range at offset 0 of the IOVA range, where the first one is. By a device with identity mapping, or through a switch, the same buffer maps. What was linked is unlinked again. On arm64 the page table answers -EEXIST and warns (read, not run)',
    source:
      'review of 2026-06-01, <20260601201330.B6C191F00899@smtp.kernel.org>; dma_buf_phys_vec_to_sgt, dma_iova_link, v7.3; run on 7.3.4 in a virtual machine with VT-d: two and three ranges, -98; with iommu=pt and through a switch 0',
    derived: false,
  },
  {
    id: 'map-nents',
    system: 'dma-addresses',
    revision: '7.3',
    property: 'table-freed',
    claim:
      'every unmap loses the scatterlist of its mapping, 32 bytes for each entry: dma_buf_phys_vec_to_sgt() sets orig_nents to 0, so that importers find no pages, and sg_free_table() in dma_buf_free_sgt() frees as many entries as orig_nents says. A map that fails frees it',
    source:
      'the review of 2026-06-01, <20260601201330.B6C191F00899@smtp.kernel.org>, says it of an error path; dma_buf_free_sgt, __sg_free_table, v7.3; run on 7.3.4 in a virtual machine: kmem:kmalloc of __sg_alloc_table in every map, and no kmem:kfree of it in the unmap',
    derived: true,
  },
];
