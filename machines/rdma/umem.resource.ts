import { setup } from 'xstate';

export const labels = [
  'umem.alloc',
  'umem.pinned:true',
  'umem.pinned:false',
  'umem.pinned.set',
  'umem.pinned.clear',
  'umem.pinned_revoke:true',
  'umem.pinned_revoke:false',
  'umem.pinned_revoke.set',
  'umem.revoked:true',
  'umem.revoked:false',
  'umem.revoked.set',
] as const;

/** The three fields of `struct ib_umem_dmabuf` by which it is revoked once; dma_resv protects them. */
export function umem() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'umem',
    description: 'struct ib_umem_dmabuf: pinned, pinned_revoke, revoked',
    meta: {
      labels,
      shared: ['umem.alloc'],
      source: 'drivers/infiniband/core/umem_dmabuf.c, v7.1',
    },
    type: 'parallel',
    states: {
      pinned: {
        initial: 'no',
        states: {
          no: {
            on: {
              'umem.alloc': 'no',
              'umem.pinned:false': 'no',
              'umem.pinned.set': 'yes',
              'umem.pinned.clear': 'no',
            },
          },
          yes: {
            on: {
              'umem.alloc': 'no',
              'umem.pinned:true': 'yes',
              'umem.pinned.set': 'yes',
              'umem.pinned.clear': 'no',
            },
          },
        },
      },
      pinned_revoke: {
        initial: 'unset',
        states: {
          unset: {
            on: {
              'umem.alloc': 'unset',
              'umem.pinned_revoke:false': 'unset',
              'umem.pinned_revoke.set': 'set',
            },
          },
          set: {
            on: {
              'umem.alloc': 'unset',
              'umem.pinned_revoke:true': 'set',
              'umem.pinned_revoke.set': 'set',
            },
          },
        },
      },
      revoked: {
        initial: 'no',
        states: {
          no: {
            on: { 'umem.alloc': 'no', 'umem.revoked:false': 'no', 'umem.revoked.set': 'yes' },
          },
          yes: {
            on: { 'umem.alloc': 'no', 'umem.revoked:true': 'yes', 'umem.revoked.set': 'yes' },
          },
        },
      },
    },
  });
}
