import { assign, setup } from 'xstate';

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
  'att.iova.link:ok',
  'att.iova.link:-ENOMEM',
  'att.iova.sync:ok',
  'att.iova.sync:-ENOMEM',
  'att.iova.destroy',
  'att.entry[i].map_phys:ok',
  'att.entry[i].map_phys:-ENOMEM',
  'att.entry[i].unmap_phys',
  'att.sg_free_table',
  'att.state.kfree',
  'att.phys_vec_to_sgt:ok',
  'att.phys_vec_to_sgt:-EINVAL',
  'att.phys_vec_to_sgt:-ENOMEM',
] as const;

/**
 * `dma_buf_phys_vec_to_sgt()`, called with dma_resv held. The way between the two devices decides:
 * through a switch (BUS_ADDR) there is nothing to map; through the host bridge there is an IOVA
 * range for all of it, or one DMA address for each range of the buffer; anything else is -EINVAL.
 *
 * @param ranges - how many ranges the buffer has
 */
export function physVecToSgt(ranges: number) {
  const one = ranges < 2 && { meta: { unused: true } };
  const machine = setup({
    types: {
      context: {} as { i: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      more: ({ context }) => context.i < ranges - 1,
      first: ({ context }) => context.i === 0,
    },
    actions: {
      next: assign({ i: ({ context }) => context.i + 1 }),
      fromFirst: assign({ i: 0 }),
    },
  });

  const freeTable = () =>
    machine.createStateConfig({
      initial: 'table',
      states: {
        table: { on: { 'att.sg_free_table': 'state' } },
        state: {
          on: { 'att.state.kfree': { target: '#phys_vec_to_sgt.no_memory', actions: 'fromFirst' } },
        },
      },
    });

  /** One range of addresses for the whole buffer. */
  const link = machine.createStateConfig({
    meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: dma_use_iova()' },
    initial: 'link',
    states: {
      link: {
        on: {
          'att.iova.link:ok': [
            { guard: 'more', target: 'link', actions: 'next', ...one },
            { target: 'sync' },
          ],
          'att.iova.link:-ENOMEM': [
            {
              guard: 'first',
              target: 'forget',
              meta: { source: 'dma_buf_phys_vec_to_sgt, v7.3: if (!i ...) do nothing' },
            },
            { target: 'destroy', ...one },
          ],
        },
      },
      sync: {
        on: {
          'att.iova.sync:ok': { target: '#phys_vec_to_sgt.mapped', actions: 'fromFirst' },
          'att.iova.sync:-ENOMEM': 'destroy',
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
            { target: '#phys_vec_to_sgt.mapped', actions: 'fromFirst' },
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

  return machine.createMachine({
    id: 'phys_vec_to_sgt',
    description: 'dma_buf_phys_vec_to_sgt(), drivers/dma-buf/dma-buf-mapping.c',
    meta: {
      labels,
      index: { i: ranges },
      source: 'dma_buf_phys_vec_to_sgt, v7.3',
      unused: ranges < 2 ? ['att.entry[i].unmap_phys'] : [],
    },
    context: { i: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.phys_vec_to_sgt:begin': 'allocate' } },
      allocate: {
        description: 'struct dma_buf_dma, the sg_table in it; freed on every way out but the last',
        on: { 'att.dma.kzalloc:ok': 'route', 'att.dma.kzalloc:-ENOMEM': 'no_memory' },
      },
      route: {
        description: 'pci_p2pdma_map_type(): the capability is decided here, not at attach',
        on: {
          'att.map_type:BUS_ADDR': 'bus_addresses',
          'att.map_type:THRU_HOST_BRIDGE': 'state',
          'att.map_type:NOT_SUPPORTED': 'no_route',
        },
      },
      bus_addresses: {
        on: { 'att.sg_alloc_table:ok': 'mapped', 'att.sg_alloc_table:-ENOMEM': 'no_memory' },
      },
      state: {
        on: { 'att.state.kzalloc:ok': 'alloc', 'att.state.kzalloc:-ENOMEM': 'no_memory' },
      },
      alloc: {
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
        on: { 'att.state.kfree': 'no_memory' },
      },
      link,
      map,
      mapped: { on: { 'att.phys_vec_to_sgt:ok': 'idle' } },
      no_route: { on: { 'att.phys_vec_to_sgt:-EINVAL': 'idle' } },
      no_memory: { on: { 'att.phys_vec_to_sgt:-ENOMEM': 'idle' } },
    },
  });
}
