import { assign, setup } from 'xstate';

export const labels = [
  'att.free_sgt:begin',
  'att.state:true',
  'att.state:false',
  'att.iova.used:true',
  'att.iova.used:false',
  'att.iova.destroy',
  'att.entry[i].unmap_phys',
  'att.sg_free_table',
  'att.state.kfree',
  'att.free_sgt:end',
] as const;

/**
 * `dma_buf_free_sgt()`, called with dma_resv held.
 *
 * @param ranges - how many ranges the buffer has
 */
export function freeSgt(ranges: number) {
  return setup({
    types: {
      context: {} as { i: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: { more: ({ context }) => context.i < ranges - 1 },
    actions: {
      next: assign({ i: ({ context }) => context.i + 1 }),
      fromFirst: assign({ i: 0 }),
    },
  }).createMachine({
    id: 'free_sgt',
    description: 'dma_buf_free_sgt(), drivers/dma-buf/dma-buf-mapping.c',
    meta: { labels, index: { i: ranges }, source: 'dma_buf_free_sgt, v7.3' },
    context: { i: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.free_sgt:begin': 'test' } },
      test: {
        description: 'no state: bus addresses, nothing to undo',
        on: { 'att.state:true': 'test_iova', 'att.state:false': 'free_bus_table' },
      },
      free_bus_table: { on: { 'att.sg_free_table': 'return' } },
      test_iova: { on: { 'att.iova.used:true': 'destroy', 'att.iova.used:false': 'unmap' } },
      destroy: { on: { 'att.iova.destroy': 'free_table' } },
      unmap: {
        on: {
          'att.entry[i].unmap_phys': [
            {
              guard: 'more',
              target: 'unmap',
              actions: 'next',
              ...(ranges < 2 && { meta: { unused: true } }),
            },
            { target: 'free_table', actions: 'fromFirst' },
          ],
        },
      },
      free_table: { on: { 'att.sg_free_table': 'free_state' } },
      free_state: { on: { 'att.state.kfree': 'return' } },
      return: { on: { 'att.free_sgt:end': 'idle' } },
    },
  });
}
