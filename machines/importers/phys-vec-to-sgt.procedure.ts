import { assign, setup } from 'xstate';
import type { AddressVariation } from './map-attachment.procedure.ts';

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

/** The offset into the IOVA range that `dma_iova_link()` is given for a range. */
function offsetOf({ offset }: Pick<AddressVariation, 'offset'>, at: Quantities): number {
  switch (offset) {
    case 'zero':
      return 0;
    case 'mapped_len':
      return at.mapped;
    case 'number':
      return at.i;
  }
}

/**
 * `dma_buf_phys_vec_to_sgt()`, called with dma_resv held. The way between the two devices decides:
 * through a switch (BUS_ADDR) there is nothing to map; through the host bridge there is an IOVA
 * range for all of it, or one DMA address for each range of the buffer; anything else is -EINVAL.
 *
 * @param ranges - how many ranges the buffer has
 */
export function physVecToSgt(ranges: number, variation: Pick<AddressVariation, 'offset'>) {
  const one = ranges < 2 && { meta: { unused: true } };
  const machine = setup({
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
      units: assign(({ context }, len: number) => ({
        len,
        left: len,
        n: offsetOf(variation, context),
      })),
      nextUnit: assign({
        n: ({ context }) => context.n + 1,
        left: ({ context }) => context.left - 1,
      }),
      added: assign({ mapped: ({ context }) => context.mapped + context.len }),
      fails: assign((_, ret: Quantities['ret']) => ({ ret })),
      /** Of this range, what was linked before it failed. */
      fromPart: assign({
        n: ({ context }) => offsetOf(variation, context),
        left: ({ context }) => context.len - context.left,
      }),
      /** Of all ranges, what was linked: from 0 to `mapped_len`. */
      fromMapped: assign({ n: 0, left: ({ context }) => context.mapped }),
    },
  });

  const freeTable = () =>
    machine.createStateConfig({
      initial: 'table',
      states: {
        table: { on: { 'att.sg_free_table': 'state' } },
        state: { on: { 'att.state.kfree': '#phys_vec_to_sgt.failed' } },
      },
    });

  /** `iommu_map_nosync()` of one range goes unit by unit, and undoes its own where one fails. */
  const fails = (ret: Quantities['ret'], target: 'in_use' | 'no_memory') =>
    [
      {
        guard: 'inPart',
        target: 'unlink_part',
        actions: [{ type: 'fails', params: ret }, 'fromPart'],
      },
      { target, actions: { type: 'fails', params: ret } },
    ] as const;
  const undo = [
    {
      guard: 'first',
      target: 'forget',
      meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: if (!i ...) do nothing' },
    },
    { target: 'unlink', actions: 'fromMapped', ...one },
  ] as const;

  /** One range of addresses for the whole buffer. */
  const link = machine.createStateConfig({
    meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: dma_use_iova()' },
    initial: 'length',
    states: {
      length: {
        description: 'dma_iova_link() is given the range, its length and an offset',
        on: {
          'att.phys_vec[i].len:1': { target: 'slot', actions: { type: 'units', params: 1 } },
          'att.phys_vec[i].len:2': { target: 'slot', actions: { type: 'units', params: 2 } },
        },
      },
      slot: {
        meta: { source: 'dma_iova_link, iommu_map_nosync, v7.3' },
        on: {
          'att.slot[n].range[i].link:ok': [
            { guard: 'moreUnits', target: 'slot', actions: 'nextUnit' },
            { target: 'linked' },
          ],
          'att.slot[n].range[i].link:-EADDRINUSE': fails('-EADDRINUSE', 'in_use'),
          'att.slot[n].range[i].link:-ENOMEM': fails('-ENOMEM', 'no_memory'),
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
            { guard: 'more', target: 'length', actions: ['added', 'next'], ...one },
            { target: 'sync', actions: 'added' },
          ],
        },
      },
      in_use: { on: { 'att.iova.link:-EADDRINUSE': undo } },
      no_memory: { on: { 'att.iova.link:-ENOMEM': undo } },
      sync: {
        on: {
          'att.iova.sync:ok': '#phys_vec_to_sgt.mapped',
          'att.iova.sync:-ENOMEM': { target: 'unlink', actions: 'fromMapped' },
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
      forget: freeTable(),
    },
  });

  /** A DMA address for each range. */
  const map = machine.createStateConfig({
    meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: dma_map_phys(DMA_ATTR_MMIO)' },
    initial: 'map',
    states: {
      map: {
        on: {
          'att.entry[i].map_phys:ok': [
            { guard: 'more', target: 'map', actions: 'next', ...one },
            { target: '#phys_vec_to_sgt.mapped' },
          ],
          'att.entry[i].map_phys:-ENOMEM': [
            { guard: 'first', target: 'forget' },
            ...(ranges > 1 ? [{ target: 'unmap', actions: 'fromFirst' } as const] : []),
          ],
        },
      },
      ...(ranges > 1 && {
        unmap: {
          description: 'for_each_sgtable_dma_sg(): every entry of the table, filled or not',
          on: {
            'att.entry[i].unmap_phys': [
              { guard: 'more', target: 'unmap', actions: 'next' },
              { target: 'forget', actions: 'fromFirst' },
            ],
          },
        },
      }),
      forget: freeTable(),
    },
  });

  /** The address of each range on the bus. */
  const bus = machine.createStateConfig({
    meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: pci_p2pdma_bus_addr_map()' },
    on: {
      'att.entry[i].bus_addr_map': [
        { guard: 'more', target: 'bus', actions: 'next', ...one },
        { target: 'mapped' },
      ],
    },
  });

  return machine.createMachine({
    id: 'phys_vec_to_sgt',
    description: 'dma_buf_phys_vec_to_sgt(), drivers/dma-buf/dma-buf-mapping.c',
    meta: {
      labels,
      c: {
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
      },
      index: { i: ranges, n: 2 * ranges },
      source: 'dma_buf_phys_vec_to_sgt, v7.3',
      unused: ranges < 2 ? ['att.entry[i].unmap_phys'] : [],
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
      bus,
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
      link,
      map,
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
}
