import type { WhatIf } from '../design.ts';

/** The table has its entries back before sg_free_table() frees `orig_nents` of them. */
export const origNentsRestored: WhatIf = {
  title:
    'dma_buf_free_sgt() that gives orig_nents back first: mends what map-nents breaks, and leaves map-offset',
  at: ['addresses'],
  labels: { free_sgt: ['att.entry[i].unmap_phys', 'att.orig_nents.restore'] },
  steps: {
    'free_sgt.test': { on: { 'att.state:false': 'restore' } },
    'free_sgt.destroy': { on: { 'att.iova.destroy': 'restore' } },
    'free_sgt.unmap': {
      on: {
        'att.entry[i].unmap_phys': [
          { guard: 'more', target: 'unmap', actions: 'next' },
          { target: 'restore', actions: 'fromFirst' },
        ],
      },
    },
  },
  states: { 'free_sgt.restore': { on: { 'att.orig_nents.restore': 'free_table' } } },
  source: 'derived: orig_nents = nents ahead of sg_free_table() in dma_buf_free_sgt()',
};
