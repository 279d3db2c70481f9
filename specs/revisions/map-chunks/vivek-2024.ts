import { assign } from 'xstate';
import { LONGEST, SEGMENT } from '../../../machines/importers/map-chunks.procedure.ts';
import type { Difference } from '../design.ts';
import { VIVEK } from '../sources.ts';

const lengths = Array.from({ length: LONGEST }, (_, i) => i + 1);
const POPULATE = `${VIVEK}: populate_sgt()`;

/** What its map knows as it counts. */
interface Counted {
  readonly context: { readonly size: number };
}

/** The entries of the whole, and not of each range: what its map allocates. */
export const entriesOfTotal = {
  map_chunks: {
    counted: assign(({ context }: Counted, length: number) => ({
      size: context.size + length,
      n: Math.ceil((context.size + length) / SEGMENT),
    })),
  },
};

/** Attach takes whoever asks; who is not P2P is refused by map, ahead of everybody else. */
const refusedInMap = {
  'map_chunks.attach': {
    description: 'it asks nothing: the test of map would be for nothing',
    meta: { source: `derived: ${VIVEK}: vfio_pci_dma_buf_map() tests peer2peer` },
    on: { 'att.attach:ok': 'attached' },
  },
  'map_chunks.return_attached': 'gone',
  'map_chunks.return_refused': 'gone',
  'map_chunks.map': {
    meta: { source: `${VIVEK}: if (!attachment->peer2peer)` },
    on: { 'att.peer2peer:true': 'revoked', 'att.peer2peer:false': 'return_not_p2p' },
  },
  'map_chunks.return_not_p2p': { on: { 'att.map:-EPERM': 'attached' } },
  'map_chunks.revoked': {
    meta: { source: `${VIVEK}: if (priv->revoked)` },
    on: { 'buf.revoked:false': 'allocate', 'buf.revoked:true': 'return_revoked' },
  },
} as const;

/** No way is asked for: every chunk goes through the DMA API of the importer's device. */
const routeNotAsked = {
  'map_chunks.allocate': {
    meta: { source: `${VIVEK}: kzalloc(sizeof(*sgt))` },
    on: { 'att.dma.kzalloc:ok': 'host', 'att.dma.kzalloc:-ENOMEM': 'return_no_memory' },
  },
  'map_chunks.route': 'gone',
  'map_chunks.bus': 'gone',
  'map_chunks.no_route': 'gone',
  'map_chunks.return_no_route': 'gone',
  'map_chunks.return_bus': 'gone',
  'map_chunks.mapped_bus': 'gone',
} as const;

/** Chunk by chunk: mapped, and then written into the next entry. */
const chunkByChunk = {
  'map_chunks.host.range': {
    description: 'the range is cut first',
    meta: { source: POPULATE },
    on: Object.fromEntries(
      lengths.map((params) => [
        `att.range[i].length.is:${params}`,
        { target: 'chunk', actions: { type: 'chunks', params } },
      ]),
    ),
  },
  'map_chunks.host.length': 'gone',
  'map_chunks.host.chunk': {
    description: 'one DMA address for each chunk',
    meta: { source: `${POPULATE}: dma_map_resource()` },
    on: {
      'att.range[i].map:ok': 'fill',
      'att.range[i].map:-ENOMEM': { target: 'unwind', actions: 'firstEntry' },
    },
  },
  'map_chunks.host.fill': {
    meta: { source: `${POPULATE}: sg_set_page(sgl); sgl = sg_next(sgl)` },
    on: {
      'att.entry[k].set': [
        { guard: 'moreChunks', target: 'chunk', actions: 'nextChunk' },
        { guard: 'moreRanges', target: 'range', actions: ['nextChunk', 'nextRange'] },
        { target: '#map_chunks.return_host', actions: 'onlyTable' },
      ],
    },
  },
  'map_chunks.host.unwind': {
    description: 'for_each_sgtable_sg(): every entry of the table, if it was filled',
    meta: { source: `${POPULATE}: if (!sg_dma_len(sgl)) continue` },
    on: {
      'att.entry[k].dma_len:true': 'unwind_one',
      'att.entry[k].dma_len:false': [
        { guard: 'moreEntries', target: 'unwind', actions: 'nextEntry' },
        { target: '#map_chunks.free_table' },
      ],
    },
  },
  'map_chunks.host.unwind_one': {
    meta: { source: `${POPULATE}: dma_unmap_resource()` },
    on: {
      'att.entry[k].unmap': [
        { guard: 'moreEntries', target: 'unwind', actions: 'nextEntry' },
        { target: '#map_chunks.free_table' },
      ],
    },
  },
} as const;

/**
 * The map of the series of 2024. What comes behind populate_sgt(), its unmap and its attach the mail has
 * not: what is drawn of them gives back what map made, and asks what map does not.
 */
export const vivekMap: Difference = {
  at: ['chunks'],
  instead: { chunks: { indexes: 'each' } },
  labels: {
    map_chunks: [
      'att.entry[k].set',
      'att.entry[k].dma_len:true',
      'att.entry[k].dma_len:false',
      'att.map:-EPERM',
    ],
  },
  states: { ...refusedInMap, ...routeNotAsked, ...chunkByChunk },
  actions: entriesOfTotal,
  defects: ['entries-of-total'],
  source: VIVEK,
};
