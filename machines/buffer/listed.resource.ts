import { setup } from 'xstate';

export const labels = [
  'init_list_head',
  'listed:true',
  'listed:false',
  'list_add',
  'list_del',
] as const;

/**
 * Whether a buffer is on its device's list (`vdev->dmabufs`), which memory_lock protects: export
 * puts it there, and either release or the cleanup of the device takes it off. Both do so with
 * list_del_init(), which does nothing to a head that is on no list; one that INIT_LIST_HEAD() has not
 * reached is zeroed memory, and list_del_init() writes through NULL.
 *
 * @param initially - `uninitialised` where the system starts before the export, `off` where the
 * export before it is not drawn
 */
export function listed(initially: 'on' | 'off' | 'uninitialised' = 'on') {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'listed',
    description: 'priv->dmabufs_elm on vdev->dmabufs',
    meta: {
      labels,
      source:
        'vfio_pci_core_feature_dma_buf, vfio_pci_dma_buf_cleanup, vfio_pci_dma_buf_release, v7.3; include/linux/list.h, lib/list_debug.c',
      unreachable: initially === 'uninitialised' ? [] : ['uninitialised', 'oops'],
    },
    initial: initially,
    states: {
      uninitialised: {
        description: 'zeroed memory; list_add() overwrites it, whatever it is',
        on: {
          init_list_head: 'off',
          'listed:false': 'uninitialised',
          list_add: 'on',
          list_del: 'oops',
        },
      },
      on: {
        on: {
          init_list_head: 'initialised_while_listed',
          'listed:true': 'on',
          list_add: 'added_twice',
          list_del: 'off',
        },
      },
      off: {
        on: { init_list_head: 'off', 'listed:false': 'off', list_add: 'on', list_del: 'off' },
      },
      added_twice: {
        tags: ['violation'],
        meta: { finding: 'is put on vdev->dmabufs twice: the list is corrupt' },
        on: {
          init_list_head: 'initialised_while_listed',
          'listed:true': 'added_twice',
          list_add: 'added_twice',
          list_del: 'off',
        },
      },
      initialised_while_listed: {
        tags: ['violation'],
        meta: { finding: 'is initialised while it is on vdev->dmabufs: the list is corrupt' },
        on: {
          init_list_head: 'initialised_while_listed',
          'listed:true': 'initialised_while_listed',
          list_add: 'added_twice',
          list_del: 'initialised_while_listed',
        },
      },
      oops: {
        description: 'BUG: kernel NULL pointer dereference in __list_del_entry()',
        tags: ['violation'],
        meta: { finding: 'is taken off a list before INIT_LIST_HEAD()' },
        on: { init_list_head: 'off', 'listed:false': 'oops', list_add: 'on', list_del: 'oops' },
      },
    },
  });
}
