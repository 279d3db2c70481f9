import type { WhatIf } from '../design.ts';

/** The table has its entries back before sg_free_table() frees `orig_nents` of them. */
export const origNentsRestored: WhatIf = {
  title:
    'dma_buf_free_sgt() that gives orig_nents back first: mends what map-nents breaks, and leaves map-offset',
  at: ['addresses'],
  labels: { free_sgt: ['att.entry[i].unmap_phys', 'att.orig_nents.restore'] },
  states: {
    'free_sgt.free_table': {
      meta: { source: 'sg_free_table, lib/scatterlist.c, v7.3: frees orig_nents entries' },
      initial: 'restore',
      states: {
        restore: { on: { 'att.orig_nents.restore': 'free' } },
        free: { on: { 'att.sg_free_table': '#free_sgt.free_state' } },
      },
    },
  },
  source: 'derived: orig_nents = nents ahead of sg_free_table() in dma_buf_free_sgt()',
};
