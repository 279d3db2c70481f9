import { assign, setup } from 'xstate';

export const labels = [
  'att.free_sgt:begin',
  'att.state:true',
  'att.state:false',
  'att.iova.used:true',
  'att.iova.used:false',
  'att.phys_vec[i].len:1',
  'att.phys_vec[i].len:2',
  'att.slot[n].unlink',
  'att.iova.destroy',
  'att.entry[i].unmap_phys',
  'att.sg_free_table',
  'att.state.kfree',
  'att.free_sgt:end',
] as const;

/**
 * `dma_buf_free_sgt()`, called with dma_resv held. What it unlinks is `dma->size`, the sum of the
 * lengths of the ranges, here added up as it goes.
 *
 * @param ranges - how many ranges the buffer has
 */
export function freeSgt(ranges: number) {
  /** Of what only a buffer of several ranges comes to. */
  const ofSeveral = { unused: ranges < 2 };
  return setup({
    types: {
      context: {} as { i: number; n: number; left: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      more: ({ context }) => context.i < ranges - 1,
      moreUnits: ({ context }) => context.left > 1,
    },
    actions: {
      next: assign({ i: ({ context }) => context.i + 1 }),
      units: assign((_, left: number) => ({ left })),
      nextUnit: assign({
        n: ({ context }) => context.n + 1,
        left: ({ context }) => context.left - 1,
      }),
      fromFirst: assign({ i: 0, n: 0, left: 0 }),
    },
  }).createMachine({
    id: 'free_sgt',
    description: 'dma_buf_free_sgt(), drivers/dma-buf/dma-buf-mapping.c',
    meta: {
      labels,
      c: inC(ranges),
      index: { i: ranges, n: 2 * ranges },
      source: 'dma_buf_free_sgt, v7.3',
    },
    context: { i: 0, n: 0, left: 0 },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.free_sgt:begin': 'test' } },
      test: {
        description: 'no state: bus addresses, nothing to undo',
        on: { 'att.state:true': 'test_iova', 'att.state:false': 'free_table' },
      },
      test_iova: { on: { 'att.iova.used:true': 'length', 'att.iova.used:false': 'unmap' } },
      length: {
        meta: { source: 'dma_iova_destroy, dma_iova_unlink, v7.3: from 0 to dma->size' },
        on: {
          'att.phys_vec[i].len:1': { target: 'unlink', actions: { type: 'units', params: 1 } },
          'att.phys_vec[i].len:2': { target: 'unlink', actions: { type: 'units', params: 2 } },
        },
      },
      unlink: {
        on: {
          'att.slot[n].unlink': [
            { guard: 'moreUnits', target: 'unlink', actions: 'nextUnit' },
            { guard: 'more', target: 'length', actions: ['nextUnit', 'next'], meta: ofSeveral },
            { target: 'destroy', actions: 'fromFirst' },
          ],
        },
      },
      destroy: { on: { 'att.iova.destroy': 'free_table' } },
      unmap: {
        on: {
          'att.entry[i].unmap_phys': [
            { guard: 'more', target: 'unmap', actions: 'next', meta: ofSeveral },
            { target: 'free_table', actions: 'fromFirst' },
          ],
        },
      },
      free_table: {
        meta: { source: 'sg_free_table, lib/scatterlist.c, v7.3: frees orig_nents entries' },
        on: { 'att.sg_free_table': 'free_state' },
      },
      free_state: {
        description: 'kfree(NULL) where there are bus addresses',
        on: { 'att.state.kfree': 'return' },
      },
      return: { on: { 'att.free_sgt:end': 'idle' } },
    },
  });
}

/** What its C is, for the comparison. */
const inC = (ranges: number) => ({
  function: 'dma_buf_free_sgt',
  file: 'drivers/dma-buf/dma-buf-mapping.c',
  entries: [
    {
      begins: 'att.free_sgt:begin',
      parameters: { attach: '@att', sgt: '@att.dma' },
      returns: { 'att.free_sgt:end': 'void' },
    },
  ],
  lists: [{ head: '&$dma->sgt', of: 'att.entry', size: ranges, link: 'dma' }],
  leads: { 'dma.sgt': 'dma', 'dma.state': '@att.iova' },
  inside: {
    labels: ['att.phys_vec[i].len', 'att.slot[n].unlink'],
    because: 'what dma_iova_destroy() unlinks, drivers/iommu/dma-iommu.c',
  },
  rows: [
    {
      c: '$dma->state',
      label: '{att}.state',
      returns: { true: '1', false: '0' },
      tested: true,
    },
    {
      c: 'dma_use_iova($iova)',
      label: '{iova}.used',
      returns: { true: '1', false: '0' },
    },
    { c: 'sg_free_table(&$dma->sgt)', label: '{att}.sg_free_table' },
    { c: 'kfree($iova)', label: '{att}.state.kfree' },
    { c: 'kfree(NULL)', label: '{att}.state.kfree' },
    {
      c: 'sg_dma_address($entry)',
      is: '$entry',
      because: 'the address stands for the entry that it is in',
    },
  ],
});
