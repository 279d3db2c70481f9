import { setup } from 'xstate';

export const labels = ['mr.register', 'mr.deregister'] as const;

/** The memory region in the RDMA hardware: while it is registered, the hardware may access it. */
export function memoryRegion() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'memory_region',
    description: 'the key of the region, valid in the hardware or not',
    meta: { labels, source: 'irdma_hwdereg_mr, irdma_umem_dmabuf_revoke, v7.1' },
    initial: 'invalid',
    states: {
      invalid: {
        tags: ['quiescent'],
        on: { 'mr.register': 'valid', 'mr.deregister': 'invalid' },
      },
      valid: { tags: ['quiescent'], on: { 'mr.register': 'valid', 'mr.deregister': 'invalid' } },
    },
  });
}
