import type { SimulatorFault } from '../faults.ts';

const SERIES = 'RFC 00/26 "Add DMA-buf mapping types", 2026-02-17';

const table = {
  'B-01': {
    does: 'for each entry of the importer the entries of the exporter are tried',
    source: `${SERIES}: the loops exchanged`,
    shows: 'another type, or another order of the search',
  },
  'B-02': {
    does: '-EOPNOTSUPP of a match ends the search',
    source: SERIES,
    shows: 'a later pair that fits is not tried',
  },
  'B-05': {
    does: 'the list is made through priv->vdev',
    source: 'the review of the series',
    shows: 'an oops after the last close',
  },
  'B-06': {
    does: 'the attachment is stored when dma_resv is free again',
    source: SERIES,
    shows: 'a revoke in between unmaps by NULL',
  },
  'B-07': {
    does: 'an importer calls the map of scatterlists, whatever its attachment is',
    source: SERIES,
    shows: 'type confusion',
  },
  'B-11': {
    does: 'importer_ops = NULL is taken',
    source: SERIES,
    shows: 'an attachment where -EOPNOTSUPP is right',
  },
  'B-12': {
    does: 'map does not look at revoked',
    source: 'derived: vfio_pci_dma_buf_map, v7.3',
    shows: 'a mapping after a revoke',
  },
  'B-15': {
    does: 'a map that fails does not detach',
    source: SERIES,
    shows: 'the attachment stays on the list',
  },
  'B-16': {
    does: 'memory of a peer is matched with an importer that is none',
    source: SERIES,
    shows: 'a match where there is none',
  },
  'B-17': {
    does: 'an importer whose map fails maps a scatterlist',
    source: 'RFC v2, 2025-10-26: allow_ic',
    shows: 'a mapping where -ENOMEM is right',
  },
  'B-19': {
    does: 'a revoke waits for the importers with dma_resv held',
    source: 'an early tree of the branch',
    shows: 'the wait comes before the unlock',
  },
  'B-20': {
    does: 'a revoke does not arm its count again',
    source: 'derived: vfio_pci_dma_buf_move, v7.3',
    shows: 'kref_init() does not come, and the next put is below 0',
  },
  'B-22': {
    does: 'no match is -EINVAL',
    source: SERIES,
    shows: 'the errno',
  },
} as const satisfies Record<string, SimulatorFault>;

/** The name of a fault: those of the catalogue of defects. */
export type MappingFaultId = keyof typeof table;

/** Every defect with which mapping types can be simulated. */
export const mappingFaults: Readonly<Record<MappingFaultId, SimulatorFault>> = table;
