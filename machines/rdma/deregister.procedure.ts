import { setup } from 'xstate';

export const labels = [
  'att.dereg_mr:begin',
  'att.umem_release:begin',
  'att.umem_release:end',
  'att.dereg_mr:ok',
] as const;

/**
 * Deregistration of a memory region: a revocable one is taken out of the hardware by the callback
 * that the release runs.
 */
export function deregister() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'deregister_mr',
    description: 'deregistration of a revocable memory region on a dma-buf',
    meta: { labels, c: deregisterInC, source: 'irdma_dereg_mr, ib_umem_release, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.dereg_mr:begin': 'release' } },
      release: { on: { 'att.umem_release:begin': 'releasing' } },
      releasing: { on: { 'att.umem_release:end': 'return' } },
      return: { on: { 'att.dereg_mr:ok': 'idle' } },
    },
  });
}

/** irdma's, whose memory regions are revocable. */
const deregisterInC = {
  function: 'irdma_dereg_mr',
  file: 'drivers/infiniband/hw/irdma/verbs.c',
  entries: [{ begins: 'att.dereg_mr:begin', parameters: { ib_mr: '@att.mr' } }],
  leads: { 'mr.region': '@att.umem' },
  rows: [
    { c: 'to_iwmr($mr)', is: '$mr', because: 'the ib_mr is in it' },
    { c: 'ib_no_udata_io($_)', is: '0', because: 'user space passes nothing more' },
    {
      c: '$mr->type',
      is: 'IRDMA_MEMREG_TYPE_MEM',
      because: 'irdma_reg_user_mr_dmabuf() makes no other',
    },
    { c: '$umem->is_dmabuf', is: '1', because: 'ib_umem_dmabuf_get() sets it' },
  ],
} as const;
