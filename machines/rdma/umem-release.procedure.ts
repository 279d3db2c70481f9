import { setup } from 'xstate';

export const labels = [
  'att.umem_release:begin',
  'buf.resv.lock',
  'att.umem_revoke:begin',
  'att.umem_revoke:end',
  'buf.resv.unlock',
  'att.detach:begin',
  'att.detach:ok',
  'att.umem_release:end',
] as const;

/** `ib_umem_dmabuf_release()`: revokes, which does nothing when that was done before, and detaches. */
export function umemRelease() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'umem_release',
    description: 'ib_umem_dmabuf_release(), drivers/infiniband/core/umem_dmabuf.c',
    meta: {
      labels,
      c: {
        function: 'ib_umem_dmabuf_release',
        file: 'drivers/infiniband/core/umem_dmabuf.c',
        entries: [{ begins: 'att.umem_release:begin', parameters: { umem_dmabuf: '@att.umem' } }],
        leads: { 'umem.attach': '@att' },
      },
      source: 'ib_umem_dmabuf_release, ib_umem_dmabuf_revoke, v7.1',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.umem_release:begin': 'lock' } },
      lock: { on: { 'buf.resv.lock': 'revoke' } },
      revoke: { on: { 'att.umem_revoke:begin': 'revoking' } },
      revoking: { on: { 'att.umem_revoke:end': 'unlock' } },
      unlock: { on: { 'buf.resv.unlock': 'detach' } },
      detach: { on: { 'att.detach:begin': 'detaching' } },
      detaching: { on: { 'att.detach:ok': 'return' } },
      return: { on: { 'att.umem_release:end': 'idle' } },
    },
  });
}
