import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = [
  'att.phys_vec_to_sgt:begin',
  'att.dma.kzalloc:ok',
  'att.dma.kzalloc:-ENOMEM',
  'att.map_type:BUS_ADDR',
  'att.map_type:THRU_HOST_BRIDGE',
  'att.map_type:NOT_SUPPORTED',
  'att.state.kzalloc:ok',
  'att.state.kzalloc:-ENOMEM',
  'att.iova.try_alloc:true',
  'att.iova.try_alloc:false',
  'att.sg_alloc_table:ok',
  'att.sg_alloc_table:-ENOMEM',
  'att.phys_vec[i].len:1',
  'att.phys_vec[i].len:2',
  'att.slot[n].range[i].link:ok',
  'att.slot[n].range[i].link:-EADDRINUSE',
  'att.slot[n].range[i].link:-ENOMEM',
  'att.slot[n].unlink',
  'att.iova.link:ok',
  'att.iova.link:-EADDRINUSE',
  'att.iova.link:-ENOMEM',
  'att.iova.sync:ok',
  'att.iova.sync:-ENOMEM',
  'att.iova.destroy',
  'att.entry[i].bus_addr_map',
  'att.entry[i].map_phys:ok',
  'att.entry[i].map_phys:-ENOMEM',
  'att.entry[i].unmap_phys',
  'att.orig_nents.clear',
  'att.sg_free_table',
  'att.state.kfree',
  'att.phys_vec_to_sgt:ok',
  'att.phys_vec_to_sgt:-EINVAL',
  'att.phys_vec_to_sgt:-EADDRINUSE',
  'att.phys_vec_to_sgt:-ENOMEM',
] as const;

/** Lengths and offsets are in units of the smallest page. */
interface Quantities {
  /** The range that it is at. */
  readonly i: number;
  /** The slot of the IOVA range that it is at. */
  readonly n: number;
  /** Units of this range, and how many of them are still to be done. */
  readonly len: number;
  readonly left: number;
  /** `mapped_len`: what was linked before this range. */
  readonly mapped: number;
  readonly ret: '-ENOMEM' | '-EADDRINUSE';
}

const NOTHING: Quantities = { i: 0, n: 0, len: 0, left: 0, mapped: 0, ret: '-ENOMEM' };

/**
 * `dma_buf_phys_vec_to_sgt()`, called with dma_resv held. The way between the two devices decides:
 * through a switch (BUS_ADDR) there is nothing to map; through the host bridge there is an IOVA
 * range for all of it, or one DMA address for each range of the buffer; anything else is -EINVAL.
 *
 * @param ranges - how many ranges the buffer has
 */
export const physVecToSgt = madeOnce(function physVecToSgt(ranges: number) {
  /** Of what only a buffer of several ranges comes to. */
  const ofSeveral = { unused: ranges < 2 };
  return setup({
    types: {
      context: {} as Quantities,
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      more: ({ context }) => context.i < ranges - 1,
      first: ({ context }) => context.i === 0,
      moreUnits: ({ context }) => context.left > 1,
      inPart: ({ context }) => context.left < context.len,
      inUse: ({ context }) => context.ret === '-EADDRINUSE',
      noMemory: ({ context }) => context.ret === '-ENOMEM',
    },
    actions: {
      next: assign({ i: ({ context }) => context.i + 1 }),
      fromFirst: assign({ i: 0 }),
      forget: assign(NOTHING),
      /** The range that was read has so many units. */
      units: assign((_, len: number) => ({ len, left: len })),
      /** Where dma_iova_link() puts a range: every one at the beginning of the IOVA range. */
      'offset = 0': assign({ n: 0 }),
      nextUnit: assign({
        n: ({ context }) => context.n + 1,
        left: ({ context }) => context.left - 1,
      }),
      added: assign({ mapped: ({ context }) => context.mapped + context.len }),
      fails: assign((_, ret: Quantities['ret']) => ({ ret })),
      /** Of this range, what was linked before it failed. */
      fromPart: assign({
        n: ({ context }) => context.n - (context.len - context.left),
        left: ({ context }) => context.len - context.left,
      }),
      /** Of all ranges, what was linked: from 0 to `mapped_len`. */
      fromMapped: assign({ n: 0, left: ({ context }) => context.mapped }),
    },
  }).createMachine({
    id: 'phys_vec_to_sgt',
    description: 'dma_buf_phys_vec_to_sgt(), drivers/dma-buf/dma-buf-mapping.c',
    meta: {
      labels,
      c: inC(ranges),
      index: { i: ranges, n: 2 * ranges },
      source: 'dma_buf_phys_vec_to_sgt, v7.3',
      unused: ranges < 2 ? ['att.entry[i].unmap_phys'] : [],
      unreachable: ranges < 2 ? ['map.unmap'] : [],
    },
    context: NOTHING,
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.phys_vec_to_sgt:begin': 'allocate' } },
      allocate: {
        description: 'struct dma_buf_dma, the sg_table in it; freed on every way out but the last',
        on: { 'att.dma.kzalloc:ok': 'route', 'att.dma.kzalloc:-ENOMEM': 'failed' },
      },
      route: {
        description: 'pci_p2pdma_map_type(): the capability is decided here, not at attach',
        on: {
          'att.map_type:BUS_ADDR': 'bus_table',
          'att.map_type:THRU_HOST_BRIDGE': 'state',
          'att.map_type:NOT_SUPPORTED': 'no_route',
        },
      },
      bus_table: {
        on: { 'att.sg_alloc_table:ok': 'bus', 'att.sg_alloc_table:-ENOMEM': 'failed' },
      },
      bus: {
        description: 'the address of each range on the bus',
        meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: pci_p2pdma_bus_addr_map()' },
        on: {
          'att.entry[i].bus_addr_map': [
            { guard: 'more', target: 'bus', actions: 'next', meta: ofSeveral },
            { target: 'mapped' },
          ],
        },
      },
      state: {
        on: { 'att.state.kzalloc:ok': 'alloc', 'att.state.kzalloc:-ENOMEM': 'failed' },
      },
      alloc: {
        description: 'a device behind an IOMMU that translates gets a range for the whole size',
        on: { 'att.iova.try_alloc:true': 'table', 'att.iova.try_alloc:false': 'plain_table' },
      },
      table: {
        on: { 'att.sg_alloc_table:ok': 'link', 'att.sg_alloc_table:-ENOMEM': 'free_state' },
      },
      plain_table: {
        on: { 'att.sg_alloc_table:ok': 'map', 'att.sg_alloc_table:-ENOMEM': 'free_state' },
      },
      free_state: {
        meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: err_free_state' },
        on: { 'att.state.kfree': 'failed' },
      },
      link: {
        description: 'one range of addresses for the whole buffer',
        meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: dma_use_iova()' },
        initial: 'length',
        states: {
          length: {
            description: 'dma_iova_link() is given the range, its length and an offset',
            on: {
              'att.phys_vec[i].len:1': {
                target: 'slot',
                actions: [{ type: 'units', params: 1 }, 'offset = 0'],
              },
              'att.phys_vec[i].len:2': {
                target: 'slot',
                actions: [{ type: 'units', params: 2 }, 'offset = 0'],
              },
            },
          },
          slot: {
            description: 'unit by unit; where one fails, what this range has is undone',
            meta: { source: 'dma_iova_link, iommu_map_nosync, v7.3' },
            on: {
              'att.slot[n].range[i].link:ok': [
                { guard: 'moreUnits', target: 'slot', actions: 'nextUnit' },
                { target: 'linked' },
              ],
              'att.slot[n].range[i].link:-EADDRINUSE': [
                {
                  guard: 'inPart',
                  target: 'unlink_part',
                  actions: [{ type: 'fails', params: '-EADDRINUSE' }, 'fromPart'],
                },
                { target: 'in_use', actions: { type: 'fails', params: '-EADDRINUSE' } },
              ],
              'att.slot[n].range[i].link:-ENOMEM': [
                {
                  guard: 'inPart',
                  target: 'unlink_part',
                  actions: [{ type: 'fails', params: '-ENOMEM' }, 'fromPart'],
                },
                { target: 'no_memory', actions: { type: 'fails', params: '-ENOMEM' } },
              ],
            },
          },
          unlink_part: {
            meta: { source: 'iommu_map_nosync, v7.3: iommu_unmap(domain, iova, mapped)' },
            on: {
              'att.slot[n].unlink': [
                {
                  guard: 'moreUnits',
                  target: 'unlink_part',
                  actions: 'nextUnit',
                  meta: { unused: true },
                },
                { guard: 'inUse', target: 'in_use' },
                { target: 'no_memory' },
              ],
            },
          },
          linked: {
            on: {
              'att.iova.link:ok': [
                { guard: 'more', target: 'length', actions: ['added', 'next'], meta: ofSeveral },
                { target: 'sync', actions: 'added' },
              ],
            },
          },
          sync: {
            on: {
              'att.iova.sync:ok': '#phys_vec_to_sgt.mapped',
              'att.iova.sync:-ENOMEM': { target: 'unlink', actions: 'fromMapped' },
            },
          },
          in_use: {
            on: {
              'att.iova.link:-EADDRINUSE': [
                {
                  guard: 'first',
                  target: 'forget',
                  meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: if (!i ...) do nothing' },
                },
                { target: 'unlink', actions: 'fromMapped', meta: ofSeveral },
              ],
            },
          },
          no_memory: {
            on: {
              'att.iova.link:-ENOMEM': [
                {
                  guard: 'first',
                  target: 'forget',
                  meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: if (!i ...) do nothing' },
                },
                { target: 'unlink', actions: 'fromMapped', meta: ofSeveral },
              ],
            },
          },
          unlink: {
            meta: { source: 'dma_iova_destroy, dma_iova_unlink, v7.3: from 0 to mapped_len' },
            on: {
              'att.slot[n].unlink': [
                { guard: 'moreUnits', target: 'unlink', actions: 'nextUnit' },
                { target: 'destroy' },
              ],
            },
          },
          destroy: { on: { 'att.iova.destroy': 'forget' } },
          forget: {
            initial: 'table',
            states: {
              table: { on: { 'att.sg_free_table': 'state' } },
              state: { on: { 'att.state.kfree': '#phys_vec_to_sgt.failed' } },
            },
          },
        },
      },
      map: {
        description: 'a DMA address for each range',
        meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: dma_map_phys(DMA_ATTR_MMIO)' },
        initial: 'map',
        states: {
          map: {
            on: {
              'att.entry[i].map_phys:ok': [
                { guard: 'more', target: 'map', actions: 'next', meta: ofSeveral },
                { target: '#phys_vec_to_sgt.mapped' },
              ],
              'att.entry[i].map_phys:-ENOMEM': [
                { guard: 'first', target: 'forget' },
                { target: 'unmap', actions: 'fromFirst', meta: ofSeveral },
              ],
            },
          },
          unmap: {
            description: 'for_each_sgtable_dma_sg(): every entry of the table, filled or not',
            on: {
              'att.entry[i].unmap_phys': [
                { guard: 'more', target: 'unmap', actions: 'next' },
                { target: 'forget', actions: 'fromFirst' },
              ],
            },
          },
          forget: {
            initial: 'table',
            states: {
              table: { on: { 'att.sg_free_table': 'state' } },
              state: { on: { 'att.state.kfree': '#phys_vec_to_sgt.failed' } },
            },
          },
        },
      },
      mapped: {
        description: 'the importer is to find no pages in the table',
        meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: dma->sgt.orig_nents = 0' },
        on: { 'att.orig_nents.clear': 'return' },
      },
      return: { on: { 'att.phys_vec_to_sgt:ok': { target: 'idle', actions: 'forget' } } },
      no_route: { on: { 'att.phys_vec_to_sgt:-EINVAL': 'idle' } },
      failed: {
        on: {
          'att.phys_vec_to_sgt:-EADDRINUSE': { guard: 'inUse', target: 'idle', actions: 'forget' },
          'att.phys_vec_to_sgt:-ENOMEM': { guard: 'noMemory', target: 'idle', actions: 'forget' },
        },
      },
    },
  });
});

/** What its C is, for the comparison. */
const inC = (ranges: number) => ({
  function: 'dma_buf_phys_vec_to_sgt',
  file: 'drivers/dma-buf/dma-buf-mapping.c',
  also: ['include/linux/dma-mapping.h', 'include/linux/pci-p2pdma.h'],
  entries: [
    {
      begins: 'att.phys_vec_to_sgt:begin',
      parameters: {
        attach: '@att',
        provider: 'some',
        phys_vec: '@att.entry[]',
        nr_ranges: `${ranges}`,
      },
      returns: {
        'att.phys_vec_to_sgt:ok': '@att.dma',
        'att.phys_vec_to_sgt:-EINVAL': 'ERR_PTR(-EINVAL)',
        'att.phys_vec_to_sgt:-EADDRINUSE': 'ERR_PTR(-EADDRINUSE)',
        'att.phys_vec_to_sgt:-ENOMEM': 'ERR_PTR(-ENOMEM)',
      },
    },
  ],
  lists: [{ head: '&$dma->sgt', of: 'att.entry', size: ranges, link: 'dma' }],
  leads: { 'dma.sgt': 'dma' },
  inside: {
    labels: ['att.phys_vec[i].len', 'att.slot[n].range[i].link', 'att.slot[n].unlink'],
    because: 'what dma_iova_link() and dma_iova_destroy() do, drivers/iommu/dma-iommu.c',
  },
  rows: [
    {
      c: 'kzalloc_obj(*$dma->state)',
      label: '{att}.state.kzalloc',
      returns: { ok: '@att.iova', '-ENOMEM': 'NULL' },
    },
    {
      c: 'kzalloc_obj($_)',
      label: '{att}.dma.kzalloc',
      returns: { ok: '@att.dma', '-ENOMEM': 'NULL' },
      sets: { ok: '$answer->state = 0' },
    },
    { c: 'sg_free_table(&$dma->sgt)', label: '{att}.sg_free_table' },
    { c: 'kfree($iova)', label: '{att}.state.kfree' },
    {
      c: 'dma_mapping_error($_, DMA_MAPPING_ERROR)',
      is: '-ENOMEM',
      because: 'include/linux/dma-mapping.h',
    },
    { c: 'dma_mapping_error($_, $_)', is: '0', because: 'include/linux/dma-mapping.h' },
    {
      c: 'sg_dma_address($entry)',
      is: '$entry',
      because: 'the address stands for the entry that it is in',
    },
  ],
});
