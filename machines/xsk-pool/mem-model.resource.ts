import { setup } from 'xstate';

export const labels = [
  'reg(pages):ok',
  'reg(pages):-ENOMEM',
  'reg(xsk):ok',
  'reg(xsk):-ENOMEM',
  'unreg',
] as const;

/** The memory model that is registered for a receive queue (`struct xdp_rxq_info`). */
export function memModel() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'mem_model',
    description: 'xdp_rxq_info_reg(), xdp_rxq_info_reg_mem_model(), xdp_rxq_info_unreg()',
    meta: { labels, source: 'xdp_rxq_info_reg_mem_model, net/core/xdp.c, v7.3' },
    on: {
      'reg(pages):ok': '.pages',
      'reg(xsk):ok': '.xsk',
      'reg(pages):-ENOMEM': '.none',
      'reg(xsk):-ENOMEM': '.none',
      unreg: '.none',
    },
    initial: 'none',
    states: {
      none: { tags: ['quiescent'] },
      pages: {
        description: 'MEM_TYPE_PAGE_POOL, or MEM_TYPE_PAGE_SHARED',
        tags: ['quiescent'],
      },
      xsk: { description: 'MEM_TYPE_XSK_BUFF_POOL', tags: ['quiescent'] },
    },
  });
}
