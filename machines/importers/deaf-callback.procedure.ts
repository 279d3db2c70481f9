import { setup } from 'xstate';

export const labels = ['att.invalidate:begin', 'att.warn', 'att.invalidate:end'] as const;

/** The callback of a pinned RDMA importer up to v7.0, which keeps its mapping. */
export function deafCallback() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'deaf_callback',
    description: 'ib_umem_dmabuf_unsupported_move_notify()',
    meta: { labels, source: 'ib_umem_dmabuf_unsupported_move_notify, v6.19: it only warns' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.invalidate:begin': 'warn' } },
      warn: { on: { 'att.warn': 'return' } },
      return: { on: { 'att.invalidate:end': 'idle' } },
    },
  });
}
