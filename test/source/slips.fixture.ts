import type { CChange } from './change.fixture.ts';

const CORE = 'drivers/vfio/pci/vfio_pci_core.c';
const CONFIG = 'drivers/vfio/pci/vfio_pci_config.c';
const BUFFER = 'drivers/vfio/pci/vfio_pci_dmabuf.c';
const DMA_BUF = 'drivers/dma-buf/dma-buf.c';
const MAPPING = 'drivers/dma-buf/dma-buf-mapping.c';
const IOMMUFD = 'drivers/iommu/iommufd/pages.c';

const HOT_RESET = { file: CORE, in: 'vfio_pci_dev_set_hot_reset' };
const MOVE = { file: BUFFER, in: 'vfio_pci_dma_buf_move' };
const CLEANUP = { file: BUFFER, in: 'vfio_pci_dma_buf_cleanup' };
const COMMAND = { file: CONFIG, in: 'vfio_basic_config_write' };
const POWER = { file: CONFIG, in: 'vfio_lock_and_set_power_state' };
const RESET = { file: CORE, in: 'vfio_pci_ioctl_reset' };
const ENTRY = { file: CORE, in: 'vfio_pci_runtime_pm_entry' };

/** A single slip. */
export interface Slip extends CChange {
  /** The fix that it takes back, where it does: an id of docs/bugs.md, or who asked for it. */
  readonly takesBack?: string;
}

/** Changes that nobody should make. */
export const slips: readonly Slip[] = [
  {
    ...HOT_RESET,
    name: 'access is given back in a loop of its own, which leaves vdev at the head',
    takesBack: 'P4',
    edits: [
      [
        'list_for_each_entry_from_reverse(vdev, &dev_set->device_list,\nvdev.dev_set_list) {\nif (vdev->vdev.open_count && __vfio_pci_memory_enabled(vdev))\nvfio_pci_dma_buf_move(vdev, false);\nup_write(&vdev->memory_lock);\n}',
        'list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list)\n\tif (vdev->vdev.open_count && __vfio_pci_memory_enabled(vdev))\n\t\tvfio_pci_dma_buf_move(vdev, false);\nlist_for_each_entry_from_reverse(vdev, &dev_set->device_list,\n\t\t\t\t vdev.dev_set_list)\n\tup_write(&vdev->memory_lock);',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'a hot reset that fails gives no access back',
    takesBack: 'P3',
    edits: [
      [
        'if (vdev->vdev.open_count && __vfio_pci_memory_enabled(vdev))',
        'if (!ret && vdev->vdev.open_count && __vfio_pci_memory_enabled(vdev))',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'the vconfig of a device that is not open is read',
    takesBack: 'P6',
    edits: [
      [
        'if (vdev->vdev.open_count && __vfio_pci_memory_enabled(vdev))',
        'if (__vfio_pci_memory_enabled(vdev))',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'buffers are revoked where the devices are powered up',
    takesBack: 'P2',
    edits: [
      ['vfio_pci_dma_buf_move(vdev, true);', ''],
      [
        'list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list)\nvfio_pci_set_power_state(vdev, PCI_D0);',
        'list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list) {\n\tvfio_pci_dma_buf_move(vdev, true);\n\tvfio_pci_set_power_state(vdev, PCI_D0);\n}',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'the unwind begins at the device that was not locked',
    edits: [['vdev = list_prev_entry(vdev, vdev.dev_set_list);', '']],
  },
  {
    ...HOT_RESET,
    name: 'a contended lock is passed over',
    edits: [
      [
        'if (!down_write_trylock(&vdev->memory_lock)) {\nret = -EBUSY;\nbreak;',
        'if (!down_write_trylock(&vdev->memory_lock)) {\n\tret = -EBUSY;\n\tcontinue;',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'memory_lock is waited for',
    edits: [
      [
        'if (!down_write_trylock(&vdev->memory_lock)) {\nret = -EBUSY;\nbreak;\n}',
        'down_write(&vdev->memory_lock);',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'contention is another errno',
    edits: [['ret = -EBUSY;', 'ret = -EAGAIN;']],
  },
  {
    ...HOT_RESET,
    name: 'the unwind goes on from the reset of the list, forward',
    edits: [
      [
        'list_for_each_entry_from_reverse(vdev, &dev_set->device_list,',
        'list_for_each_entry_from(vdev, &dev_set->device_list,',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'the lock of the set is kept where no reset is to be had',
    edits: [['ret = -EINVAL;\ngoto err_unlock;', 'return -EINVAL;']],
  },
  {
    ...HOT_RESET,
    name: 'runtime PM references are not put',
    edits: [
      [
        'list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list)\npm_runtime_put(&vdev->pdev->dev);',
        '',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'BARs are not zapped',
    edits: [['vfio_pci_zap_bars(vdev);', '']],
  },
  {
    ...MOVE,
    name: 'a revoke does not wait for the mappings',
    takesBack: 'M4',
    edits: [['wait_for_completion(&priv->comp);', '']],
  },
  {
    ...MOVE,
    name: 'the kref is not armed again',
    takesBack: 'M6',
    edits: [['kref_init(&priv->kref);\nreinit_completion(&priv->comp);', '']],
  },
  {
    ...MOVE,
    name: 'access comes back before the kref is armed again',
    takesBack: 'P21',
    edits: [
      ['kref_init(&priv->kref);\nreinit_completion(&priv->comp);', ''],
      [
        'priv->revoked = false;\ndma_resv_unlock(priv->dmabuf->resv);',
        'priv->revoked = false;\ndma_resv_unlock(priv->dmabuf->resv);\nkref_init(&priv->kref);\nreinit_completion(&priv->comp);',
      ],
    ],
  },
  {
    ...MOVE,
    name: 'a revoke waits for fences of the kernel alone',
    takesBack: 'P18',
    edits: [['DMA_RESV_USAGE_BOOKKEEP, false,', 'DMA_RESV_USAGE_KERNEL, false,']],
  },
  {
    ...MOVE,
    name: 'a revoke waits with dma_resv held',
    edits: [
      [
        'dma_resv_unlock(priv->dmabuf->resv);\nif (revoked) {\nkref_put(&priv->kref, vfio_pci_dma_buf_done);\nwait_for_completion(&priv->comp);',
        'if (!revoked)\n\tdma_resv_unlock(priv->dmabuf->resv);\nif (revoked) {\n\tkref_put(&priv->kref, vfio_pci_dma_buf_done);\n\twait_for_completion(&priv->comp);\n\tdma_resv_unlock(priv->dmabuf->resv);',
      ],
    ],
  },
  {
    ...MOVE,
    name: 'importers are told before the flag is set',
    edits: [
      [
        'if (revoked)\npriv->revoked = true;\ndma_buf_invalidate_mappings(priv->dmabuf);',
        'dma_buf_invalidate_mappings(priv->dmabuf);\nif (revoked)\n\tpriv->revoked = true;',
      ],
    ],
  },
  {
    ...MOVE,
    name: 'importers are not told',
    edits: [['dma_buf_invalidate_mappings(priv->dmabuf);', '']],
  },
  {
    ...MOVE,
    name: 'the flag is cleared outside dma_resv',
    edits: [
      [
        'dma_resv_lock(priv->dmabuf->resv, NULL);\npriv->revoked = false;\ndma_resv_unlock(priv->dmabuf->resv);',
        'priv->revoked = false;',
      ],
    ],
  },
  {
    ...MOVE,
    name: 'the reference of the file is kept',
    edits: [['fput(priv->dmabuf->file);', '']],
  },
  {
    ...MOVE,
    name: 'a buffer that is being released is used',
    edits: [
      ['if (!get_file_active(&priv->dmabuf->file))\ncontinue;\n', 'get_file(priv->dmabuf->file);'],
    ],
  },
  {
    ...MOVE,
    name: 'a buffer that is being released ends the walk',
    edits: [
      [
        'if (!get_file_active(&priv->dmabuf->file))\ncontinue;',
        'if (!get_file_active(&priv->dmabuf->file))\n\tbreak;',
      ],
    ],
  },
  {
    ...MOVE,
    name: 'dma_resv is not released',
    edits: [
      ['MAX_SCHEDULE_TIMEOUT);\ndma_resv_unlock(priv->dmabuf->resv);', 'MAX_SCHEDULE_TIMEOUT);'],
    ],
  },
  {
    ...CLEANUP,
    name: 'cleanup does not revoke',
    takesBack: 'M5, in part',
    edits: [['vfio_pci_dma_buf_move(vdev, true);', '']],
  },
  {
    ...CLEANUP,
    name: 'cleanup keeps the registration',
    edits: [['vfio_device_put_registration(&vdev->vdev);', '']],
  },
  {
    ...CLEANUP,
    name: 'cleanup leaves the buffer its device',
    edits: [['priv->vdev = NULL;', '']],
  },
  {
    ...CLEANUP,
    name: 'cleanup leaves memory_lock held',
    edits: [['up_write(&vdev->memory_lock);', '']],
  },
  {
    ...CLEANUP,
    name: 'cleanup takes no memory_lock',
    edits: [
      ['down_write(&vdev->memory_lock);', ''],
      ['up_write(&vdev->memory_lock);', ''],
    ],
  },
  {
    file: CORE,
    in: 'vfio_pci_core_close_device',
    name: 'close disables the device before it cleans its buffers up',
    takesBack: 'M5',
    edits: [
      [
        'vfio_pci_dma_buf_cleanup(vdev);\n\nvfio_pci_core_disable(vdev);',
        'vfio_pci_core_disable(vdev);\n\nvfio_pci_dma_buf_cleanup(vdev);',
      ],
    ],
  },
  {
    ...COMMAND,
    name: 'clearing MEM does not revoke',
    edits: [['vfio_pci_dma_buf_move(vdev, true);', '']],
  },
  {
    ...COMMAND,
    name: 'access is given back without asking whether memory is enabled',
    takesBack: 'review of v2',
    edits: [
      [
        'if (__vfio_pci_memory_enabled(vdev))\nvfio_pci_dma_buf_move(vdev, false);',
        'vfio_pci_dma_buf_move(vdev, false);',
      ],
    ],
  },
  {
    ...COMMAND,
    name: 'a config access that fails leaves memory_lock held',
    edits: [
      [
        'if (count < 0) {\nif (offset == PCI_COMMAND)\nup_write(&vdev->memory_lock);\nreturn count;\n}',
        'if (count < 0)\n\treturn count;',
      ],
    ],
  },
  {
    ...COMMAND,
    name: 'access is given back after memory_lock is released',
    edits: [
      [
        'if (__vfio_pci_memory_enabled(vdev))\nvfio_pci_dma_buf_move(vdev, false);\nup_write(&vdev->memory_lock);',
        'up_write(&vdev->memory_lock);\nif (__vfio_pci_memory_enabled(vdev))\n\tvfio_pci_dma_buf_move(vdev, false);',
      ],
    ],
  },
  {
    ...POWER,
    name: 'D3hot does not revoke',
    edits: [['vfio_pci_dma_buf_move(vdev, true);', '']],
  },
  {
    ...POWER,
    name: 'access is given back in D3hot',
    edits: [
      [
        'if (__vfio_pci_memory_enabled(vdev))\nvfio_pci_dma_buf_move(vdev, false);',
        'vfio_pci_dma_buf_move(vdev, false);',
      ],
    ],
  },
  {
    ...RESET,
    name: 'VFIO_DEVICE_RESET calls importers back before it has powered the device up',
    takesBack: 'P22',
    edits: [
      ['vfio_pci_dma_buf_move(vdev, true);', ''],
      [
        'vfio_pci_set_power_state(vdev, PCI_D0);',
        'vfio_pci_dma_buf_move(vdev, true);\nvfio_pci_set_power_state(vdev, PCI_D0);',
      ],
    ],
  },
  {
    ...RESET,
    name: 'VFIO_DEVICE_RESET gives no access back',
    edits: [['if (__vfio_pci_memory_enabled(vdev))\nvfio_pci_dma_buf_move(vdev, false);', '']],
  },
  {
    ...RESET,
    name: 'VFIO_DEVICE_RESET resets before it revokes',
    edits: [
      [
        'vfio_pci_dma_buf_move(vdev, true);\nret = pci_try_reset_function(vdev->pdev);',
        'ret = pci_try_reset_function(vdev->pdev);\nvfio_pci_dma_buf_move(vdev, true);',
      ],
    ],
  },
  {
    file: CONFIG,
    in: 'vfio_exp_config_write',
    name: 'an FLR revokes a second time instead of giving access back',
    takesBack: 'P1',
    edits: [['vfio_pci_dma_buf_move(vdev, false);', 'vfio_pci_dma_buf_move(vdev, true);']],
  },
  {
    ...ENTRY,
    name: 'a refused entry into low power leaves memory_lock held',
    edits: [['up_write(&vdev->memory_lock);\nreturn -EINVAL;', 'return -EINVAL;']],
  },
  {
    ...ENTRY,
    name: 'entry into low power does not revoke',
    edits: [['vfio_pci_dma_buf_move(vdev, true);', '']],
  },
  {
    file: CORE,
    in: 'vfio_pci_core_sriov_configure',
    name: 'VFs are probed under memory_lock',
    takesBack: 'M18',
    edits: [
      [
        'up_write(&vdev->memory_lock);\nret = pci_enable_sriov(pdev, nr_virtfn);',
        'ret = pci_enable_sriov(pdev, nr_virtfn);\nup_write(&vdev->memory_lock);',
      ],
    ],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_dma_buf_release',
    name: 'a release takes no memory_lock',
    edits: [
      ['down_write(&priv->vdev->memory_lock);', ''],
      ['up_write(&priv->vdev->memory_lock);', ''],
    ],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_dma_buf_map',
    name: 'a revoked buffer is mapped',
    takesBack: 'review of v1',
    edits: [['if (priv->revoked)\nreturn ERR_PTR(-ENODEV);', '']],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_dma_buf_map',
    name: 'a mapping takes no kref',
    takesBack: 'M4, in part',
    edits: [['kref_get(&priv->kref);', '']],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_dma_buf_unmap',
    name: 'an unmap drops the kref before it unmaps',
    edits: [
      [
        'dma_buf_free_sgt(attachment, sgt, dir);\nkref_put(&priv->kref, vfio_pci_dma_buf_done);',
        'kref_put(&priv->kref, vfio_pci_dma_buf_done);\ndma_buf_free_sgt(attachment, sgt, dir);',
      ],
    ],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_dma_buf_attach',
    name: 'an importer that cannot be told to stop may attach',
    takesBack: 'M2',
    edits: [['if (!dma_buf_attach_revocable(attachment))\nreturn -EOPNOTSUPP;', '']],
  },
  {
    file: DMA_BUF,
    in: 'dma_buf_map_attachment',
    name: 'a map that fails after the exporter unmaps nothing',
    edits: [
      [
        'ret = dma_buf_wrap_sg_table(&sg_table);\nif (ret)\ngoto error_unmap;',
        'ret = dma_buf_wrap_sg_table(&sg_table);\nif (ret)\n\treturn ERR_PTR(ret);',
      ],
    ],
  },
  {
    file: MAPPING,
    in: 'dma_buf_phys_vec_to_sgt',
    name: 'a link that fails leaks the table',
    edits: [['sg_free_table(&dma->sgt);\nerr_free_state:', 'err_free_state:']],
  },
  {
    file: IOMMUFD,
    in: 'iopt_revoke_notify',
    name: 'iommufd unmaps without the mutex of its pages',
    edits: [['guard(mutex)(&pages->mutex);', '']],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_dma_buf_release',
    name: 'a release keeps the registration',
    edits: [['vfio_device_put_registration(&priv->vdev->vdev);', '']],
  },
  {
    file: BUFFER,
    in: 'vfio_pci_dma_buf_release',
    name: 'a release does not free the buffer',
    edits: [['kfree(priv->phys_vec);\nkfree(priv);', 'kfree(priv->phys_vec);']],
  },
  {
    ...CLEANUP,
    name: 'cleanup keeps the reference of the file',
    edits: [['fput(priv->dmabuf->file);', '']],
  },
  {
    ...CLEANUP,
    name: 'cleanup puts the file before it is done with it',
    edits: [
      ['fput(priv->dmabuf->file);', ''],
      [
        'list_del_init(&priv->dmabufs_elm);',
        'fput(priv->dmabuf->file);\nlist_del_init(&priv->dmabufs_elm);',
      ],
    ],
  },
  {
    file: CORE,
    in: 'vfio_pci_dev_set_pm_runtime_get',
    name: 'a device that does not resume leaves those before it awake',
    edits: [
      [
        'list_for_each_entry_continue_reverse(cur, &dev_set->device_list,\nvdev.dev_set_list)\npm_runtime_put(&cur->pdev->dev);',
        '',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'runtime PM references are put before the bus is reset',
    edits: [
      [
        'list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list)\npm_runtime_put(&vdev->pdev->dev);',
        '',
      ],
      [
        'ret = pci_reset_bus(pdev);',
        'list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list)\n\tpm_runtime_put(&vdev->pdev->dev);\nret = pci_reset_bus(pdev);',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'contention is no error',
    edits: [['ret = -EBUSY;', '']],
  },
  {
    ...HOT_RESET,
    name: 'what the reset of the bus answers is dropped',
    edits: [['ret = pci_reset_bus(pdev);', 'pci_reset_bus(pdev);']],
  },
  {
    ...HOT_RESET,
    name: 'the test of ownership is the other way round',
    edits: [['if (!owned) {', 'if (owned) {']],
  },
  {
    ...HOT_RESET,
    name: 'ownership is not tested',
    edits: [['if (!owned) {\nret = -EINVAL;\nbreak;\n}', '']],
  },
  {
    ...RESET,
    name: 'VFIO_DEVICE_RESET answers ok whatever the reset does',
    edits: [
      ['ret = pci_try_reset_function(vdev->pdev);', 'pci_try_reset_function(vdev->pdev);'],
      ['return ret;', 'return 0;'],
    ],
  },
  {
    ...RESET,
    name: 'VFIO_DEVICE_RESET of a function that cannot be reset',
    edits: [['if (!vdev->reset_works)\nreturn -EINVAL;', '']],
  },
  {
    ...ENTRY,
    name: 'entry into low power keeps the device awake',
    edits: [['pm_runtime_put_noidle(&vdev->pdev->dev);', '']],
  },
  {
    ...ENTRY,
    name: 'entry into low power answers ok where it is refused',
    edits: [
      [
        'up_write(&vdev->memory_lock);\nreturn -EINVAL;',
        'up_write(&vdev->memory_lock);\n\treturn 0;',
      ],
    ],
  },
  {
    file: DMA_BUF,
    in: 'dma_buf_dynamic_attach',
    name: 'an attachment that is refused is not freed',
    edits: [['kfree(attach);\nreturn ERR_PTR(ret);', 'return ERR_PTR(ret);']],
  },
];
