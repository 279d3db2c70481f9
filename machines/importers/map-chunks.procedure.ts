import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

/**
 * Sizes scaled down so that every one of them is tried: an entry holds two units (MAX_SG_ENT_SZ, in the
 * series of 2024 dma_get_max_seg_size()), a range has one to three.
 */
export const SEGMENT = 2;
export const LONGEST = 3;
/** The most entries, or chunks, of a range. */
export const CHUNKS = Math.ceil(LONGEST / SEGMENT);

const lengths = Array.from({ length: LONGEST }, (_, i) => i + 1);
const chunksOf = (length: number) => Math.ceil(length / SEGMENT);

export const labels = [
  'att.attach:begin',
  'att.peer2peer:true',
  'att.peer2peer:false',
  'att.attach:ok',
  'att.attach:-EOPNOTSUPP',
  'att.map:begin',
  'buf.revoked:true',
  'buf.revoked:false',
  'att.dma.kzalloc:ok',
  'att.dma.kzalloc:-ENOMEM',
  'att.provider.map_type:BUS_ADDR',
  'att.provider.map_type:THRU_HOST_BRIDGE',
  'att.provider.map_type:NOT_SUPPORTED',
  ...lengths.map((length) => `att.range[i].length.is:${length}`),
  'att.nents[n].sg_alloc_table:ok',
  'att.nents[n].sg_alloc_table:-ENOMEM',
  'att.range[i].bus_addr_map',
  'att.range[i].map:ok',
  'att.range[i].map:-ENOMEM',
  'att.entry[k].set_bus',
  'att.entry[k].set',
  'att.entry[k].unmap',
  'att.sg_free_table',
  'att.dma.kfree',
  'att.map:ok',
  'att.map:-ENODEV',
  'att.map:-EINVAL',
  'att.map:-ENOMEM',
  'att.unmap:begin',
  'att.unmap:ok',
  'att.detach:begin',
  'att.detach:ok',
];

interface Quantities {
  /** The range that it is at. */
  readonly i: number;
  /** The entry that it is at. */
  readonly k: number;
  /** `nents`: how many entries the table has. */
  readonly n: number;
  /** The lengths of the ranges, added up. */
  readonly size: number;
  /** Chunks of this range that have no entry yet. */
  readonly left: number;
}

const NOTHING: Quantities = { i: 0, k: 0, n: 0, size: 0, left: 0 };

/** The guards of a walk over entries, ranges and chunks, for those that write states anew too. */
export type Walk = 'moreRanges' | 'moreEntries' | 'moreChunks' | 'first';

/**
 * What an importer is told at attach and at map, and the scatterlist between: how many entries it is
 * allocated with, which are filled, and which are unmapped where one cannot be. A device behind an
 * IOMMU that translates is not drawn here: its addresses are one range.
 *
 * @param ranges - how many ranges the buffer has
 */
export const mapChunks = madeOnce(function mapChunks(ranges: number) {
  return setup({
    types: { context: {} as Quantities },
    guards: {
      moreRanges: ({ context }) => context.i < ranges - 1,
      moreEntries: ({ context }) => context.k < context.n - 1,
      moreChunks: ({ context }) => context.left > 1,
      first: ({ context }) => context.i === 0,
    },
    actions: {
      /** calc_sg_nents(): as many as the chunks of this range, beside those of the ranges before it. */
      counted: assign(({ context }, length: number) => ({
        size: context.size + length,
        n: context.n + chunksOf(length),
      })),
      nextRange: assign({ i: ({ context }) => context.i + 1 }),
      firstRange: assign({ i: 0 }),
      chunks: assign((_, length: number) => ({ left: chunksOf(length) })),
      nextChunk: assign({
        k: ({ context }) => context.k + 1,
        left: ({ context }) => context.left - 1,
      }),
      nextEntry: assign({ k: ({ context }) => context.k + 1 }),
      firstEntry: assign({ k: 0 }),
      /** All that a mapping is known by is its table. */
      onlyTable: assign({ i: 0, k: 0, size: 0, left: 0 }),
      forget: assign(NOTHING),
    },
  }).createMachine({
    id: 'map_chunks',
    description: 'vfio_pci_dma_buf_attach(), _map(), _unmap(): the entries of the scatterlist',
    meta: {
      labels,
      index: { i: ranges, n: CHUNKS * ranges + 1, k: CHUNKS * ranges },
      source:
        'vfio_pci_dma_buf_attach, vfio_pci_dma_buf_map, dma_buf_phys_vec_to_sgt, calc_sg_nents, v7.3',
    },
    context: NOTHING,
    initial: 'detached',
    states: {
      detached: { tags: ['quiescent'], on: { 'att.attach:begin': 'attach' } },
      attach: {
        meta: { source: 'vfio_pci_dma_buf_attach, v7.3: if (!attachment->peer2peer)' },
        on: { 'att.peer2peer:true': 'return_attached', 'att.peer2peer:false': 'return_refused' },
      },
      return_attached: { on: { 'att.attach:ok': 'attached' } },
      return_refused: { on: { 'att.attach:-EOPNOTSUPP': 'detached' } },
      attached: {
        tags: ['quiescent'],
        on: { 'att.map:begin': 'map', 'att.detach:begin': 'detach' },
      },
      map: {
        meta: { source: 'vfio_pci_dma_buf_map, v7.3: if (priv->revoked)' },
        on: { 'buf.revoked:false': 'allocate', 'buf.revoked:true': 'return_revoked' },
      },
      return_revoked: { on: { 'att.map:-ENODEV': 'attached' } },
      allocate: {
        on: { 'att.dma.kzalloc:ok': 'route', 'att.dma.kzalloc:-ENOMEM': 'return_no_memory' },
      },
      route: {
        description: 'which way leads from the device of the importer to the BAR',
        meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: pci_p2pdma_map_type(provider)' },
        on: {
          'att.provider.map_type:BUS_ADDR': 'bus',
          'att.provider.map_type:THRU_HOST_BRIDGE': 'host',
          'att.provider.map_type:NOT_SUPPORTED': 'no_route',
        },
      },
      bus: {
        initial: 'count',
        states: {
          ...counting(),
          range: { on: { 'att.range[i].bus_addr_map': 'length' } },
          ...filling('set_bus', 'return_bus'),
        },
      },
      host: {
        initial: 'count',
        states: {
          ...counting(),
          range: {
            description: 'one DMA address for the whole range',
            meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: dma_map_phys(DMA_ATTR_MMIO)' },
            on: {
              'att.range[i].map:ok': 'length',
              'att.range[i].map:-ENOMEM': [
                { guard: 'first', target: '#map_chunks.free_table' },
                { target: 'unwind', actions: 'firstEntry' },
              ],
            },
          },
          ...filling('set', 'return_host'),
          unwind: {
            description: 'for_each_sgtable_dma_sg(): every entry of the table, filled or not',
            meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: err_unmap_dma' },
            on: {
              'att.entry[k].unmap': [
                { guard: 'moreEntries', target: 'unwind', actions: 'nextEntry' },
                { target: '#map_chunks.free_table' },
              ],
            },
          },
        },
      },
      free_table: { on: { 'att.sg_free_table': 'free' } },
      free: { on: { 'att.dma.kfree': { target: 'return_no_memory', actions: 'forget' } } },
      return_no_memory: { on: { 'att.map:-ENOMEM': 'attached' } },
      no_route: { on: { 'att.dma.kfree': 'return_no_route' } },
      return_no_route: { on: { 'att.map:-EINVAL': 'attached' } },
      return_bus: { on: { 'att.map:ok': 'mapped_bus' } },
      return_host: { on: { 'att.map:ok': 'mapped_host' } },
      mapped_bus: { tags: ['quiescent'], on: { 'att.unmap:begin': 'unmap_table' } },
      mapped_host: { tags: ['quiescent'], on: { 'att.unmap:begin': 'unmap' } },
      unmap: {
        meta: { source: 'dma_buf_free_sgt, v7.3: for_each_sgtable_dma_sg(), dma_unmap_phys()' },
        on: {
          'att.entry[k].unmap': [
            { guard: 'moreEntries', target: 'unmap', actions: 'nextEntry' },
            { target: 'unmap_table' },
          ],
        },
      },
      unmap_table: { on: { 'att.sg_free_table': 'unmap_free' } },
      unmap_free: { on: { 'att.dma.kfree': { target: 'return_unmapped', actions: 'forget' } } },
      return_unmapped: { on: { 'att.unmap:ok': 'attached' } },
      detach: { on: { 'att.detach:ok': 'detached' } },
    },
  });
});

/** The entries are counted, range by range, and allocated. */
function counting() {
  const counts = lengths.map((params) => [
    `att.range[i].length.is:${params}`,
    [
      {
        guard: 'moreRanges' as const,
        target: 'count',
        actions: [{ type: 'counted' as const, params }, 'nextRange' as const],
      },
      { target: 'table', actions: [{ type: 'counted' as const, params }, 'firstRange' as const] },
    ],
  ]);
  return {
    count: {
      description: 'how many entries the table needs',
      meta: { source: 'calc_sg_nents, v7.3' },
      on: Object.fromEntries(counts),
    },
    table: {
      on: {
        'att.nents[n].sg_alloc_table:ok': 'range',
        'att.nents[n].sg_alloc_table:-ENOMEM': {
          target: '#map_chunks.free',
        },
      },
    },
  };
}

/** A range is cut into chunks, each of which is written into the next entry. */
function filling(set: 'set' | 'set_bus', mapped: string) {
  return {
    length: {
      on: Object.fromEntries(
        lengths.map((params) => [
          `att.range[i].length.is:${params}`,
          { target: 'fill', actions: { type: 'chunks' as const, params } },
        ]),
      ),
    },
    fill: {
      meta: { source: 'fill_sg_entry, v7.3' },
      on: {
        [`att.entry[k].${set}`]: [
          { guard: 'moreChunks' as const, target: 'fill', actions: 'nextChunk' as const },
          {
            guard: 'moreRanges' as const,
            target: 'range',
            actions: ['nextChunk' as const, 'nextRange' as const],
          },
          { target: `#map_chunks.${mapped}`, actions: 'onlyTable' as const },
        ],
      },
    },
  };
}
