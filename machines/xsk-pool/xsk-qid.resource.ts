import { setup } from 'xstate';

export const labels = ['xsk_qid:match', 'xsk_qid:-EINVAL', 'xsk_qid.set', 'xsk_qid.clear'] as const;

/** For which queue ICSSG has a pool (`emac->xsk_qid`). */
export function xskQid() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'xsk_qid',
    description: 'emac->xsk_qid: a queue, or -EINVAL',
    meta: { labels, source: 'prueth_xsk_pool_enable, emac_ndo_open, icssg_prueth.c, v7.3' },
    initial: 'none',
    states: {
      none: {
        on: { 'xsk_qid:-EINVAL': 'none', 'xsk_qid.set': 'set', 'xsk_qid.clear': 'none' },
      },
      set: { on: { 'xsk_qid:match': 'set', 'xsk_qid.set': 'set', 'xsk_qid.clear': 'none' } },
    },
  });
}
