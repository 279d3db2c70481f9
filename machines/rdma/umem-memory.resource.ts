import { setup } from 'xstate';

export const labels = [
  'umem.alloc',
  'umem.pinned.set',
  'umem.pinned.clear',
  'umem.pinned_revoke.set',
  'umem.revoked.set',
  'umem_release:end',
] as const;

/** Every step that writes to it; who only reads finds what umem.resource.ts says. */
const written = <T extends string>(target: T) => ({
  'umem.pinned.set': target,
  'umem.pinned.clear': target,
  'umem.pinned_revoke.set': target,
  'umem.revoked.set': target,
});

/** The memory of a `struct ib_umem_dmabuf`, from kzalloc() to the kfree() that ends its release. */
export function umemMemory() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'umem_memory',
    description: 'struct ib_umem_dmabuf: kzalloc(), kfree()',
    meta: { labels, source: 'ib_umem_dmabuf_get, ib_umem_dmabuf_release, v7.1' },
    on: { 'umem.alloc': '.allocated' },
    initial: 'none',
    states: {
      none: { on: { ...written('used_before_alloc'), 'umem_release:end': 'none' } },
      allocated: { on: { ...written('allocated'), 'umem_release:end': 'freed' } },
      freed: { on: { ...written('used_after_free'), 'umem_release:end': 'freed' } },
      used_before_alloc: {
        tags: ['violation'],
        meta: { finding: 'is written to before it is allocated' },
        on: { ...written('used_before_alloc'), 'umem_release:end': 'freed' },
      },
      used_after_free: {
        tags: ['violation'],
        meta: { finding: 'is written to after it was freed' },
        on: { ...written('used_after_free'), 'umem_release:end': 'freed' },
      },
    },
  });
}
