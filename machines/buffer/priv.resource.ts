import { setup } from 'xstate';

export const labels = [
  'kzalloc:ok',
  'dma_buf_export:ok',
  'kref.init',
  'kref.get',
  'kref.put:more',
  'kref.put:last',
  'comp.init',
  'comp.wait',
  'comp.wait_timeout:done',
  'comp.wait_timeout:timeout',
  'comp.reinit',
  'init_list_head',
  'list_add',
  'list_del',
  'cleanup.list_del',
  'get_file_active:true',
  'get_file_active:false',
  'revoked:true',
  'revoked:false',
  'revoked.set',
  'revoked.clear',
  'vdev:set',
  'vdev:NULL',
  'kfree(priv)',
] as const;

/** The steps that read or write it, whatever they find or leave there. */
const uses = [
  'dma_buf_export:ok',
  'kref.init',
  'kref.get',
  'kref.put:more',
  'kref.put:last',
  'comp.init',
  'comp.wait',
  'comp.wait_timeout:done',
  'comp.wait_timeout:timeout',
  'comp.reinit',
  'init_list_head',
  'list_add',
  'list_del',
  'get_file_active:true',
  'get_file_active:false',
  'revoked:true',
  'revoked:false',
  'revoked.set',
  'revoked.clear',
] as const;

const used = <T extends string>(target: T) =>
  Object.fromEntries(uses.map((label) => [label, target])) as Record<(typeof uses)[number], T>;

/** Whoever misuses it: it stays what it is. */
const misused = <T extends string>(target: T) =>
  ({
    ...used(target),
    'kzalloc:ok': target,
    'cleanup.list_del': target,
    'vdev:set': target,
    'kfree(priv)': target,
  }) as const;

/**
 * The memory of an exported buffer (`struct vfio_pci_dma_buf`): who has to free it. Export owns it
 * until dma_buf_export() succeeds; from then on release() frees it and nobody else.
 */
export function priv() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'priv',
    description: 'struct vfio_pci_dma_buf and its phys_vec: allocated, owned, freed; priv->vdev',
    meta: {
      labels,
      source: 'vfio_pci_core_feature_dma_buf, v7.3: "dma_buf_put() now frees priv"',
    },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          ...used('used_before_alloc'),
          'kzalloc:ok': 'allocated',
          'cleanup.list_del': 'used_before_alloc',
          'vdev:set': 'used_before_alloc',
          'kfree(priv)': 'none',
        },
      },
      allocated: {
        on: {
          ...used('allocated'),
          'kzalloc:ok': 'allocated_twice',
          'dma_buf_export:ok': 'owned',
          'cleanup.list_del': 'allocated',
          'vdev:set': 'allocated',
          'kfree(priv)': 'freed',
        },
      },
      owned: {
        description: 'the dma-buf owns it; priv->vdev is set',
        tags: ['quiescent'],
        on: {
          ...used('owned'),
          'kzalloc:ok': 'allocated_twice',
          'cleanup.list_del': 'cleaned',
          'vdev:set': 'owned',
          'kfree(priv)': 'freed',
        },
      },
      cleaned: {
        description: 'the dma-buf owns it; priv->vdev is NULL',
        tags: ['quiescent'],
        meta: { source: 'vfio_pci_dma_buf_cleanup, v7.3: with list_del_init' },
        on: {
          ...used('cleaned'),
          'kzalloc:ok': 'allocated_twice',
          'cleanup.list_del': 'cleaned',
          'vdev:NULL': 'cleaned',
          'kfree(priv)': 'freed',
        },
      },
      freed: {
        tags: ['quiescent'],
        on: {
          ...misused('used_after_free'),
          'kzalloc:ok': 'allocated',
          'kfree(priv)': 'freed_twice',
        },
      },
      used_before_alloc: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used before kzalloc() has made it' },
        on: misused('used_before_alloc'),
      },
      allocated_twice: {
        tags: ['violation'],
        meta: { finding: 'is allocated while there is one, which nobody can free any more' },
        on: misused('allocated_twice'),
      },
      used_after_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used after it was freed' },
        on: misused('used_after_free'),
      },
      freed_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is freed twice' },
        on: misused('freed_twice'),
      },
    },
  });
}
