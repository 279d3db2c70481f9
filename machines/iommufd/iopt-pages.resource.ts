import { setup } from 'xstate';

export const labels = [
  'pages.alloc',
  'pages.revoked:true',
  'pages.revoked:false',
  'pages.phys.set',
  'pages.phys.clear',
  'pages.kfree',
] as const;

/**
 * `struct iopt_pages` of a dma-buf: `dmabuf.phys.len` is 0 until the physical range is copied, and 0
 * again once it is revoked, which is for good (`iopt_dmabuf_revoked()`).
 */
export function ioptPages() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'iopt_pages',
    description: 'pages->dmabuf.phys, drivers/iommu/iommufd/pages.c',
    meta: {
      labels,
      source: 'iopt_alloc_dmabuf_pages, iopt_dmabuf_revoked, iopt_revoke_notify, v7.1',
    },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'pages.alloc': 'empty',
          'pages.revoked:true': 'used_before_alloc',
          'pages.phys.set': 'used_before_alloc',
          'pages.phys.clear': 'used_before_alloc',
          'pages.kfree': 'none',
        },
      },
      empty: {
        description: 'no range yet, or revoked',
        tags: ['quiescent'],
        on: {
          'pages.alloc': 'allocated_twice',
          'pages.revoked:true': 'empty',
          'pages.phys.set': 'filled',
          'pages.phys.clear': 'empty',
          'pages.kfree': 'freed',
        },
      },
      filled: {
        tags: ['quiescent'],
        on: {
          'pages.alloc': 'allocated_twice',
          'pages.revoked:false': 'filled',
          'pages.phys.set': 'filled',
          'pages.phys.clear': 'empty',
          'pages.kfree': 'freed',
        },
      },
      freed: {
        tags: ['quiescent'],
        on: {
          'pages.alloc': 'empty',
          'pages.revoked:true': 'used_after_free',
          'pages.phys.set': 'used_after_free',
          'pages.phys.clear': 'used_after_free',
          'pages.kfree': 'used_after_free',
        },
      },
      used_before_alloc: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used before it is allocated' },
        on: {
          'pages.alloc': 'empty',
          'pages.revoked:true': 'used_before_alloc',
          'pages.phys.set': 'used_before_alloc',
          'pages.phys.clear': 'used_before_alloc',
          'pages.kfree': 'none',
        },
      },
      allocated_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is allocated while there is one, which nobody can free any more' },
        on: {
          'pages.alloc': 'allocated_twice',
          'pages.revoked:true': 'empty',
          'pages.phys.set': 'filled',
          'pages.phys.clear': 'empty',
          'pages.kfree': 'freed',
        },
      },
      used_after_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used after kfree()' },
        on: {
          'pages.alloc': 'empty',
          'pages.revoked:true': 'used_after_free',
          'pages.phys.set': 'used_after_free',
          'pages.phys.clear': 'used_after_free',
          'pages.kfree': 'used_after_free',
        },
      },
    },
  });
}
