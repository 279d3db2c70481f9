import type { WhatIf } from '../design.ts';

/** dma_resv is dropped when the mapping is made, and taken again to set the callback. */
export const earlyUnlock: WhatIf = {
  at: ['register'],
  steps: {
    'register_mr.driver': { initial: 'unlock' },
    'register_mr.driver.register': { on: { 'att.mr.register': 'lock' } },
    'register_mr.driver.not_registered': { initial: 'release' },
    'register_mr.driver.not_registered.unlock': null,
  },
  states: {
    'register_mr.driver.unlock': { on: { 'buf.resv.unlock': 'alloc' } },
    'register_mr.driver.lock': { on: { 'buf.resv.lock': 'set' } },
  },
  source: 'Jacob Moroni, March 2026: why ib_umem_dmabuf_get_pinned_revocable_and_lock() locks',
};
