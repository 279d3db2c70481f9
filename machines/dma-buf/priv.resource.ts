import { setup } from 'xstate';

export const labels = [
  'kzalloc:ok',
  'dma_buf_export:ok',
  'list_add',
  'list_del',
  'cleanup.list_del',
  'get_file_active:true',
  'get_file_active:false',
  'revoked.set',
  'revoked.clear',
  'vdev:set',
  'vdev:NULL',
  'kfree(priv)',
] as const;

/** The steps that read or write it. */
const uses = [
  'list_add',
  'list_del',
  'get_file_active:true',
  'get_file_active:false',
  'revoked.set',
  'revoked.clear',
] as const;

const used = <T extends string>(target: T) =>
  Object.fromEntries(uses.map((label) => [label, target])) as Record<(typeof uses)[number], T>;

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
      none: { tags: ['quiescent'], on: { 'kzalloc:ok': 'allocated' } },
      allocated: { on: { 'dma_buf_export:ok': 'owned', 'kfree(priv)': 'freed' } },
      owned: {
        description: 'the dma-buf owns it; priv->vdev is set',
        tags: ['quiescent'],
        on: {
          ...used('owned'),
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
          'cleanup.list_del': 'cleaned',
          'vdev:NULL': 'cleaned',
          'kfree(priv)': 'freed',
        },
      },
      freed: {
        tags: ['quiescent'],
        on: {
          ...used('used_after_free'),
          'cleanup.list_del': 'used_after_free',
          'vdev:set': 'used_after_free',
          'kfree(priv)': 'freed_twice',
        },
      },
      used_after_free: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is used after it was freed' },
        on: {
          ...used('used_after_free'),
          'cleanup.list_del': 'used_after_free',
          'vdev:set': 'used_after_free',
          'kfree(priv)': 'freed_twice',
        },
      },
      freed_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is freed twice' },
        on: {
          ...used('used_after_free'),
          'cleanup.list_del': 'used_after_free',
          'vdev:set': 'used_after_free',
          'kfree(priv)': 'freed_twice',
        },
      },
    },
  });
}
