import type { CChange } from './change.fixture.ts';

const CORE = 'drivers/vfio/pci/vfio_pci_core.c';
const CONFIG = 'drivers/vfio/pci/vfio_pci_config.c';
const BUFFER = 'drivers/vfio/pci/vfio_pci_dmabuf.c';
const DMA_BUF = 'drivers/dma-buf/dma-buf.c';

const HOT_RESET = { file: CORE, in: 'vfio_pci_dev_set_hot_reset' };
const MOVE = { file: BUFFER, in: 'vfio_pci_dma_buf_move' };
const CLEANUP = { file: BUFFER, in: 'vfio_pci_dma_buf_cleanup' };

/** Changes that change nothing. */
export const harmless: readonly CChange[] = [
  {
    ...CLEANUP,
    name: 'guard() for a pair of locks',
    edits: [
      ['down_write(&vdev->memory_lock);', 'guard(rwsem_write)(&vdev->memory_lock);'],
      ['up_write(&vdev->memory_lock);', ''],
    ],
  },
  {
    file: CORE,
    in: 'vfio_pci_runtime_pm_exit',
    name: 'scoped_guard() for a pair of locks',
    edits: [
      ['down_write(&vdev->memory_lock);', 'scoped_guard(rwsem_write, &vdev->memory_lock) {'],
      ['up_write(&vdev->memory_lock);', '}'],
    ],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_dma_buf_release',
    name: 'scoped_guard() around one statement',
    edits: [
      [
        'down_write(&priv->vdev->memory_lock);\nlist_del_init(&priv->dmabufs_elm);\nup_write(&priv->vdev->memory_lock);',
        'scoped_guard(rwsem_write, &priv->vdev->memory_lock)\n\tlist_del_init(&priv->dmabufs_elm);',
      ],
    ],
  },
  {
    ...MOVE,
    name: 'a renamed variable of a loop',
    edits: [
      ['struct vfio_pci_dma_buf *tmp;', 'struct vfio_pci_dma_buf *next;'],
      [
        'list_for_each_entry_safe(priv, tmp, &vdev->dmabufs, dmabufs_elm) {',
        'list_for_each_entry_safe(priv, next, &vdev->dmabufs, dmabufs_elm) {',
      ],
    ],
  },
  {
    ...MOVE,
    name: 'a continue becomes a nested block',
    edits: [
      [
        'if (!get_file_active(&priv->dmabuf->file))\ncontinue;',
        'if (get_file_active(&priv->dmabuf->file)) {',
      ],
      ['fput(priv->dmabuf->file);', 'fput(priv->dmabuf->file);\n}'],
    ],
  },
  {
    ...MOVE,
    name: 'a shorter name for what is used often',
    edits: [
      [
        'if (priv->revoked != revoked) {',
        'struct dma_resv *resv = priv->dmabuf->resv;\n\nif (priv->revoked != revoked) {',
      ],
      [
        'priv->revoked = false;\ndma_resv_unlock(priv->dmabuf->resv);',
        'priv->revoked = false;\ndma_resv_unlock(resv);',
      ],
    ],
  },
  {
    ...MOVE,
    name: 'a comment',
    edits: [
      [
        'fput(priv->dmabuf->file);',
        '/* Taken above, so that it does not go while it is used. */\nfput(priv->dmabuf->file);',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'a log line',
    edits: [
      ['ret = -EBUSY;', 'pci_dbg(vdev->pdev, "memory_lock is contended\\n");\nret = -EBUSY;'],
    ],
  },
  {
    ...HOT_RESET,
    name: 'unlikely()',
    edits: [
      [
        'if (!down_write_trylock(&vdev->memory_lock)) {',
        'if (unlikely(!down_write_trylock(&vdev->memory_lock))) {',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'two statements that do not meet change places',
    edits: [
      [
        'vfio_pci_dma_buf_move(vdev, true);\nvfio_pci_zap_bars(vdev);',
        'vfio_pci_zap_bars(vdev);\nvfio_pci_dma_buf_move(vdev, true);',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'a goto in place of a break',
    edits: [
      ['ret = -EBUSY;\nbreak;', 'ret = -EBUSY;\ngoto out_loop;'],
      ['if (!list_entry_is_head(vdev,', 'out_loop:\nif (!list_entry_is_head(vdev,'],
    ],
  },
  {
    ...HOT_RESET,
    name: 'braces',
    edits: [
      [
        'list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list)\npm_runtime_put(&vdev->pdev->dev);',
        'list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list) {\n\tpm_runtime_put(&vdev->pdev->dev);\n}',
      ],
    ],
  },
  {
    file: CORE,
    name: 'a new helper with steps in it',
    edits: [
      [
        'static int vfio_pci_ioctl_reset(struct vfio_pci_core_device *vdev,\nvoid __user *arg)\n{',
        'static void vfio_pci_give_back(struct vfio_pci_core_device *vdev)\n{\n\tif (__vfio_pci_memory_enabled(vdev))\n\t\tvfio_pci_dma_buf_move(vdev, false);\n\tup_write(&vdev->memory_lock);\n}\n\nstatic int vfio_pci_ioctl_reset(struct vfio_pci_core_device *vdev,\n\t\t\t\tvoid __user *arg)\n{',
      ],
      [
        'ret = pci_try_reset_function(vdev->pdev);\nif (__vfio_pci_memory_enabled(vdev))\nvfio_pci_dma_buf_move(vdev, false);\nup_write(&vdev->memory_lock);',
        'ret = pci_try_reset_function(vdev->pdev);\nvfio_pci_give_back(vdev);',
      ],
    ],
  },
  {
    file: CORE,
    in: 'vfio_pci_ioctl_reset',
    name: 'a temporary for a result',
    edits: [
      [
        'if (__vfio_pci_memory_enabled(vdev))',
        'bool enabled = __vfio_pci_memory_enabled(vdev);\n\nif (enabled)',
      ],
    ],
  },
  {
    file: CONFIG,
    in: 'vfio_lock_and_set_power_state',
    name: 'a condition the other way round',
    edits: [
      [
        'if (state >= PCI_D3hot) {\nvfio_pci_zap_and_down_write_memory_lock(vdev);\nvfio_pci_dma_buf_move(vdev, true);\n} else {\ndown_write(&vdev->memory_lock);\n}',
        'if (state < PCI_D3hot) {\n\tdown_write(&vdev->memory_lock);\n} else {\n\tvfio_pci_zap_and_down_write_memory_lock(vdev);\n\tvfio_pci_dma_buf_move(vdev, true);\n}',
      ],
    ],
  },
  {
    file: CONFIG,
    in: 'vfio_pm_config_write',
    name: 'a switch becomes a cast',
    edits: [
      ['case 3:\nstate = PCI_D3hot;\nbreak;\n}', 'default:\n\tstate = PCI_D3hot;\n\tbreak;\n}'],
    ],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_dma_buf_attach',
    name: 'two tests as one',
    edits: [
      [
        'if (!dma_buf_attach_revocable(attachment))\nreturn -EOPNOTSUPP;\n\nreturn 0;',
        'return dma_buf_attach_revocable(attachment) ? 0 : -EOPNOTSUPP;',
      ],
    ],
  },
  {
    file: DMA_BUF,
    in: 'dma_buf_detach',
    name: 'scoped_guard() that the dialect does not know',
    edits: [
      [
        'dma_resv_lock(dmabuf->resv, NULL);\nlist_del(&attach->node);\ndma_resv_unlock(dmabuf->resv);',
        'scoped_guard(dma_resv, dmabuf->resv)\n\tlist_del(&attach->node);',
      ],
    ],
  },
  {
    file: BUFFER,
    name: 'a prototype ahead of its function',
    edits: [
      [
        'static void vfio_pci_dma_buf_done(struct kref *kref)\n{',
        'static void vfio_pci_dma_buf_done(struct kref *kref);\n\nstatic void vfio_pci_dma_buf_done(struct kref *kref)\n{',
      ],
    ],
  },
  {
    file: CORE,
    in: 'vfio_pci_core_runtime_suspend',
    name: 'a lockdep assertion',
    edits: [
      [
        'vfio_pci_set_power_state(vdev, PCI_D0);',
        'lockdep_assert_held_write(&vdev->memory_lock);\nvfio_pci_set_power_state(vdev, PCI_D0);',
      ],
    ],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_core_feature_dma_buf',
    name: 'a count and a completion made in the other order',
    edits: [
      [
        'kref_init(&priv->kref);\ninit_completion(&priv->comp);',
        'init_completion(&priv->comp);\nkref_init(&priv->kref);',
      ],
    ],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_dma_buf_attach',
    name: 'who is refused for two reasons is told the other one',
    edits: [
      [
        'if (!attachment->peer2peer)\nreturn -EOPNOTSUPP;\n\nif (priv->revoked)\nreturn -ENODEV;',
        'if (priv->revoked)\n\treturn -ENODEV;\n\nif (!attachment->peer2peer)\n\treturn -EOPNOTSUPP;',
      ],
    ],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_dma_buf_attach',
    name: 'another errno for a revoked buffer',
    edits: [['return -ENODEV;', 'return -EBUSY;']],
  },
  {
    ...HOT_RESET,
    name: 'a lock is taken by a function that has no row',
    edits: [['mutex_lock(&dev_set->lock);', 'dev_set_enter(dev_set);']],
  },
  {
    ...HOT_RESET,
    name: 'a lock is taken with a class for lockdep',
    edits: [
      ['mutex_lock(&dev_set->lock);', 'mutex_lock_nested(&dev_set->lock, SINGLE_DEPTH_NESTING);'],
    ],
  },
  {
    ...HOT_RESET,
    name: 'a lock is taken unless a signal comes',
    edits: [
      [
        'mutex_lock(&dev_set->lock);',
        'ret = mutex_lock_interruptible(&dev_set->lock);\nif (ret)\n\treturn ret;',
      ],
    ],
  },
];
