import type { SimulatorFault } from '../faults.ts';

const VIVEK = 'series v2 of 2024-06-23, as quoted on 2024-06-24';

const table = {
  'entries-of-total': {
    does: 'the table has the entries of the whole size, and each range is cut by itself',
    source: `${VIVEK}: nents = DIV_ROUND_UP(priv->dmabuf->size, sgl_size)`,
    shows:
      'two ranges of a unit get one entry; the second is written through sg_next() of the last',
  },
  'entry-of-range': {
    does: 'the table has an entry for each range, however long it is',
    source: 'derived: calc_sg_nents, v7.3 without DIV_ROUND_UP(phys_vec[i].len, MAX_SG_ENT_SZ)',
    shows: 'a range of three units gets one entry',
  },
  'unwinds-empty': {
    does: 'a map of 2024 that fails unmaps entries without looking at their length',
    source: `derived: ${VIVEK}: without if (!sg_dma_len(sgl)) continue`,
    shows: 'dma_unmap_resource() of address 0 and length 0',
  },
  'unwinds-nothing': {
    does: 'a map that fails frees its table with entries that are mapped',
    source: `derived: ${VIVEK}, and dma_buf_phys_vec_to_sgt, v7.3: without their error path`,
    shows: 'mappings that nobody can undo',
  },
  'asked-in-map': {
    does: 'attach asks nothing, and map answers -EPERM to who is not P2P',
    source: `${VIVEK}: if (!attachment->peer2peer) return ERR_PTR(-EPERM), in map`,
    shows: 'an attach that succeeds; in the series of 2024 it is so',
  },
  'route-not-asked': {
    does: 'map asks for no way to the memory',
    source: `${VIVEK}: dma_map_resource() whatever the topology is; v7.3: pci_p2pdma_map_type()`,
    shows: 'no map_type',
  },
} as const satisfies Record<string, SimulatorFault>;

/** The name of what is wrong in the map of a buffer. */
export type ChunkFaultId = keyof typeof table;

/** Every fault that the simulated map of a buffer can be built with. */
export const chunkFaults: Readonly<Record<ChunkFaultId, SimulatorFault>> = table;
