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
  'umem_release:end',
] as const;

/** The steps that write to it: who only reads finds what the fields are, in memory of anybody. */
const uses = labels.filter((label) => label.endsWith('.set') || label.endsWith('.clear'));

const used = (target: string) => Object.fromEntries(uses.map((label) => [label, target]));

/**
 * `struct ib_umem_dmabuf`: its memory, and the three fields by which it is revoked once, which
 * dma_resv protects. They are zeroed when it is allocated.
 */
export function umem() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'umem',
    description: 'struct ib_umem_dmabuf: its memory; pinned, pinned_revoke, revoked',
    meta: {
      labels,
      shared: ['umem.alloc', ...uses],
      source: 'drivers/infiniband/core/umem_dmabuf.c, v7.1',
    },
    type: 'parallel',
    states: {
      memory: {
        initial: 'none',
        on: { 'umem.alloc': '.allocated' },
        states: {
          none: { on: { ...used('used_before_alloc'), 'umem_release:end': 'none' } },
          allocated: {
            meta: { source: 'ib_umem_dmabuf_get, ib_umem_dmabuf_release, v7.1: kzalloc, kfree' },
            on: { ...used('allocated'), 'umem_release:end': 'freed' },
          },
          freed: { on: { ...used('used_after_free'), 'umem_release:end': 'freed' } },
          used_before_alloc: {
            tags: ['violation'],
            meta: { finding: 'is used before it is allocated' },
            on: { ...used('used_before_alloc'), 'umem_release:end': 'freed' },
          },
          used_after_free: {
            tags: ['violation'],
            meta: { finding: 'is used after it was freed' },
            on: { ...used('used_after_free'), 'umem_release:end': 'freed' },
          },
        },
      },
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
