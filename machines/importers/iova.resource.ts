import { setup } from 'xstate';

export const labels = [
  'iova.try_alloc:true',
  'iova.try_alloc:false',
  'iova.used:true',
  'iova.used:false',
  'iova.link:ok',
  'iova.link:-EADDRINUSE',
  'iova.link:-ENOMEM',
  'iova.sync:ok',
  'iova.sync:-ENOMEM',
  'iova.destroy',
  'state.kfree',
] as const;

/**
 * A range of IO virtual addresses (`struct dma_iova_state`): allocated, or not where the device has
 * no IOMMU that is used this way. `dma_use_iova()` looks whether it was.
 */
export function iova() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'iova',
    description: 'dma_iova_try_alloc(), dma_iova_link(), dma_iova_destroy()',
    meta: { labels, source: 'drivers/iommu/dma-iommu.c; dma_buf_phys_vec_to_sgt, v7.3' },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'iova.try_alloc:true': 'allocated',
          'iova.try_alloc:false': 'none',
          'iova.used:false': 'none',
          'iova.link:ok': 'used_after_destroy',
          'iova.sync:ok': 'used_after_destroy',
          'iova.destroy': 'destroyed_twice',
          'state.kfree': 'none',
        },
      },
      allocated: {
        description: 'dma_use_iova() is true',
        tags: ['quiescent'],
        on: {
          'iova.try_alloc:true': 'leaked',
          'iova.used:true': 'allocated',
          'iova.link:ok': 'allocated',
          'iova.link:-EADDRINUSE': 'allocated',
          'iova.link:-ENOMEM': 'allocated',
          'iova.sync:ok': 'allocated',
          'iova.sync:-ENOMEM': 'allocated',
          'iova.destroy': 'destroyed',
          'state.kfree': 'leaked',
        },
      },
      destroyed: {
        description: 'freed; the state that names it still does',
        tags: ['quiescent'],
        on: {
          'iova.try_alloc:true': 'allocated',
          'iova.try_alloc:false': 'none',
          'iova.used:true': 'destroyed',
          'iova.link:ok': 'used_after_destroy',
          'iova.sync:ok': 'used_after_destroy',
          'iova.destroy': 'destroyed_twice',
          'state.kfree': 'none',
        },
      },
      leaked: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is forgotten while it is allocated: nobody can free it any more' },
        on: {
          'iova.try_alloc:true': 'allocated',
          'iova.try_alloc:false': 'none',
          'iova.used:false': 'none',
          'iova.link:ok': 'leaked',
          'iova.sync:ok': 'leaked',
          'iova.destroy': 'leaked',
          'state.kfree': 'leaked',
        },
      },
      used_after_destroy: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is linked after it was destroyed: somebody else may have it by now' },
        on: {
          'iova.try_alloc:true': 'used_after_destroy',
          'iova.used:true': 'used_after_destroy',
          'iova.link:ok': 'used_after_destroy',
          'iova.sync:ok': 'used_after_destroy',
          'iova.destroy': 'destroyed_twice',
          'state.kfree': 'none',
        },
      },
      destroyed_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is destroyed while there is none: somebody else loses a mapping' },
        on: {
          'iova.try_alloc:true': 'allocated',
          'iova.try_alloc:false': 'none',
          'iova.used:true': 'destroyed_twice',
          'iova.link:ok': 'used_after_destroy',
          'iova.sync:ok': 'destroyed_twice',
          'iova.destroy': 'destroyed_twice',
          'state.kfree': 'none',
        },
      },
    },
  });
}
