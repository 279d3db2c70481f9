import { setup } from 'xstate';

export const labels = [
  'sg_alloc_table:ok',
  'sg_alloc_table:-ENOMEM',
  'orig_nents.clear',
  'orig_nents.restore',
  'sg_free_table',
] as const;

/**
 * The scatterlist of a mapping. `sg_free_table()` frees as many entries as `orig_nents` says; an
 * importer is handed a table whose `orig_nents` is 0, so that it finds no pages in it.
 */
export function sgTable() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'sg_table',
    description: 'dma->sgt: struct sg_table and the scatterlist that it points to',
    meta: {
      labels,
      source:
        '__sg_free_table, lib/scatterlist.c, v7.3: while (num_ents); dma_buf_phys_vec_to_sgt, v7.3: orig_nents = 0',
    },
    initial: 'none',
    states: {
      none: {
        description: 'sgl is NULL: sg_free_table() returns at once',
        tags: ['quiescent'],
        on: {
          'sg_alloc_table:ok': 'allocated',
          'sg_alloc_table:-ENOMEM': 'none',
          'orig_nents.clear': 'none',
          'orig_nents.restore': 'none',
          sg_free_table: 'none',
        },
      },
      allocated: {
        description: 'orig_nents counts its entries',
        tags: ['quiescent'],
        on: {
          'sg_alloc_table:ok': 'lost',
          'sg_alloc_table:-ENOMEM': 'lost',
          'orig_nents.clear': 'handed_over',
          'orig_nents.restore': 'allocated',
          sg_free_table: 'none',
        },
      },
      handed_over: {
        description: 'orig_nents is 0',
        tags: ['quiescent'],
        on: {
          'sg_alloc_table:ok': 'lost',
          'sg_alloc_table:-ENOMEM': 'lost',
          'orig_nents.clear': 'handed_over',
          'orig_nents.restore': 'allocated',
          sg_free_table: 'lost',
        },
      },
      lost: {
        description: 'sgl is NULL and nobody has freed what it pointed to',
        tags: ['violation', 'quiescent'],
        meta: { finding: 'loses its scatterlist: orig_nents is 0, so that nothing is freed' },
        on: {
          'sg_alloc_table:ok': 'allocated',
          'sg_alloc_table:-ENOMEM': 'none',
          'orig_nents.clear': 'lost',
          'orig_nents.restore': 'lost',
          sg_free_table: 'lost',
        },
      },
    },
  });
}
