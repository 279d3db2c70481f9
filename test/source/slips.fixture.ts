import type { CChange } from './change.fixture.ts';

const CORE = 'drivers/vfio/pci/vfio_pci_core.c';
const CONFIG = 'drivers/vfio/pci/vfio_pci_config.c';
const BUFFER = 'drivers/vfio/pci/vfio_pci_dmabuf.c';
const DMA_BUF = 'drivers/dma-buf/dma-buf.c';
const MAPPING = 'drivers/dma-buf/dma-buf-mapping.c';
const IOMMUFD = 'drivers/iommu/iommufd/pages.c';
const P2PDMA = 'drivers/pci/p2pdma.c';
const UMEM = 'drivers/infiniband/core/umem_dmabuf.c';

const HOT_RESET = { file: CORE, in: 'vfio_pci_dev_set_hot_reset' };
const MOVE = { file: BUFFER, in: 'vfio_pci_dma_buf_move' };
const CLEANUP = { file: BUFFER, in: 'vfio_pci_dma_buf_cleanup' };
const COMMAND = { file: CONFIG, in: 'vfio_basic_config_write' };
const POWER = { file: CONFIG, in: 'vfio_lock_and_set_power_state' };
const RESET = { file: CORE, in: 'vfio_pci_ioctl_reset' };
const ENTRY = { file: CORE, in: 'vfio_pci_runtime_pm_entry' };
const EXPORT = { file: BUFFER, in: 'vfio_pci_core_feature_dma_buf' };
const RELEASE_PAGES = { file: IOMMUFD, in: 'iopt_release_pages' };
const SG_ENTRY = { file: MAPPING, in: 'fill_sg_entry' };

/** A single slip. */
export interface Slip extends CChange {
  /**
   * The fix that it takes back, where it does: the id of a defect whose fix is known
   * (specs/source/signatures.ts), a commit, or the review that asked for it.
   */
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
    takesBack: 'M4, in part',
    edits: [['wait_for_completion(&priv->comp);', '']],
  },
  {
    ...MOVE,
    name: 'the kref is not armed again',
    takesBack: 'M6, in part',
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
    in: 'vfio_pci_dma_buf_cleanup',
    name: 'cleanup does not look ahead',
    edits: [
      [
        'list_for_each_entry_safe(priv, tmp, &vdev->dmabufs, dmabufs_elm) {',
        'list_for_each_entry(priv, &vdev->dmabufs, dmabufs_elm) {',
      ],
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
    ...EXPORT,
    name: 'an export whose dma_buf_fd() fails keeps its buffer',
    takesBack: 'P7',
    edits: [
      [
        'ret = dma_buf_fd(priv->dmabuf, get_dma_buf.open_flags);\nif (ret < 0)\ndma_buf_put(priv->dmabuf);\n\nreturn ret;',
        'return dma_buf_fd(priv->dmabuf, get_dma_buf.open_flags);\n',
      ],
    ],
  },
  {
    ...EXPORT,
    name: 'an export whose dma_buf_fd() fails frees what dma_buf_put() has freed',
    takesBack: 'M3',
    edits: [
      [
        'if (ret < 0)\ndma_buf_put(priv->dmabuf);\n\nreturn ret;',
        'if (ret < 0)\n\tgoto err_dma_buf;\nreturn ret;\n\nerr_dma_buf:\n\tdma_buf_put(priv->dmabuf);',
      ],
    ],
  },
  {
    ...EXPORT,
    name: 'an export asks whether memory is enabled ahead of memory_lock',
    takesBack: 'P14',
    edits: [
      [
        'down_write(&vdev->memory_lock);\ndma_resv_lock(priv->dmabuf->resv, NULL);\npriv->revoked = !__vfio_pci_memory_enabled(vdev);',
        'priv->revoked = !__vfio_pci_memory_enabled(vdev);\ndown_write(&vdev->memory_lock);\ndma_resv_lock(priv->dmabuf->resv, NULL);',
      ],
    ],
  },
  {
    ...EXPORT,
    name: 'an export asks for an operation of a driver that has none',
    takesBack: 'P10',
    edits: [
      [
        'if (!vdev->pci_ops || !vdev->pci_ops->get_dmabuf_phys)',
        'if (!vdev->pci_ops->get_dmabuf_phys)',
      ],
    ],
  },
  {
    ...EXPORT,
    name: 'a BAR that nobody has claimed is exported',
    takesBack: 'M7',
    edits: [
      [
        'if (get_dma_buf.region_index >= VFIO_PCI_ROM_REGION_INDEX ||\nIS_ERR(vfio_pci_core_get_iomap(vdev, get_dma_buf.region_index)))',
        'if (get_dma_buf.region_index >= VFIO_PCI_ROM_REGION_INDEX)',
      ],
    ],
  },
  {
    file: CORE,
    in: 'vfio_pci_core_init_dev',
    name: 'a provider that was made ends the probe',
    takesBack: 'P11',
    edits: [['if (ret && ret != -EOPNOTSUPP)', 'if (ret != -EOPNOTSUPP)']],
  },
  {
    file: P2PDMA,
    in: 'pcim_p2pdma_provider',
    name: 'a provider is computed from a struct that is not there',
    takesBack: 'P16',
    edits: [
      [
        'if (WARN_ON(!p2p))\n/* Someone forgot to call to pcim_p2pdma_init() before */\nreturn NULL;',
        '',
      ],
    ],
  },
  {
    file: P2PDMA,
    in: 'pcim_p2pdma_provider',
    name: 'a BAR that no CPU can map has a provider',
    takesBack: 'M11',
    edits: [
      [
        'if (!(pci_resource_flags(pdev, bar) & IORESOURCE_MEM) ||\npdev->non_mappable_bars)',
        'if (!(pci_resource_flags(pdev, bar) & IORESOURCE_MEM))',
      ],
    ],
  },
  {
    ...MOVE,
    name: 'a revoke waits for nothing',
    takesBack: 'M4',
    edits: [
      [
        'dma_resv_wait_timeout(priv->dmabuf->resv,\nDMA_RESV_USAGE_BOOKKEEP, false,\nMAX_SCHEDULE_TIMEOUT);',
        '',
      ],
      ['kref_put(&priv->kref, vfio_pci_dma_buf_done);\nwait_for_completion(&priv->comp);', ''],
      ['kref_init(&priv->kref);\nreinit_completion(&priv->comp);', ''],
    ],
  },
  {
    ...MOVE,
    name: 'a revoke waits for fences, and not for what is mapped',
    takesBack: 'P19',
    edits: [
      ['kref_put(&priv->kref, vfio_pci_dma_buf_done);\nwait_for_completion(&priv->comp);', ''],
      ['kref_init(&priv->kref);\nreinit_completion(&priv->comp);', ''],
    ],
  },
  {
    ...MOVE,
    name: 'a revoke waits a second for what is mapped, and goes on',
    takesBack: 'P20',
    edits: [
      [
        'wait_for_completion(&priv->comp);',
        'WARN_ON(!wait_for_completion_timeout(&priv->comp, secs_to_jiffies(1)));',
      ],
    ],
  },
  {
    ...HOT_RESET,
    name: 'access is given back to every device of the set, locked or not',
    takesBack: 'P5',
    edits: [
      [
        'list_for_each_entry_from_reverse(vdev, &dev_set->device_list,\nvdev.dev_set_list) {\nif (vdev->vdev.open_count && __vfio_pci_memory_enabled(vdev))\nvfio_pci_dma_buf_move(vdev, false);\nup_write(&vdev->memory_lock);\n}',
        'struct vfio_pci_core_device *other;\n\nlist_for_each_entry(other, &dev_set->device_list, vdev.dev_set_list)\n\tif (other->vdev.open_count && __vfio_pci_memory_enabled(other))\n\t\tvfio_pci_dma_buf_move(other, false);\nlist_for_each_entry_from_reverse(vdev, &dev_set->device_list,\n\t\t\t\t vdev.dev_set_list)\n\tup_write(&vdev->memory_lock);',
      ],
    ],
  },
  {
    file: BUFFER,
    name: 'cleanup drains a buffer that is revoked already',
    takesBack: 'M6',
    edits: [
      ['kref_init(&priv->kref);\nreinit_completion(&priv->comp);', ''],
      [
        'vfio_pci_dma_buf_move(vdev, true);\n\nlist_for_each_entry_safe(priv, tmp, &vdev->dmabufs, dmabufs_elm) {\nif (!get_file_active(&priv->dmabuf->file))\ncontinue;\n',
        'list_for_each_entry_safe(priv, tmp, &vdev->dmabufs, dmabufs_elm) {\n\tif (!get_file_active(&priv->dmabuf->file))\n\t\tcontinue;\n\n\tdma_resv_lock(priv->dmabuf->resv, NULL);\n\tpriv->revoked = true;\n\tdma_buf_invalidate_mappings(priv->dmabuf);\n\tdma_resv_wait_timeout(priv->dmabuf->resv, DMA_RESV_USAGE_BOOKKEEP,\n\t\t\t      false, MAX_SCHEDULE_TIMEOUT);\n\tdma_resv_unlock(priv->dmabuf->resv);\n\tkref_put(&priv->kref, vfio_pci_dma_buf_done);\n\twait_for_completion(&priv->comp);',
      ],
    ],
  },
  {
    ...RELEASE_PAGES,
    name: 'iommufd destroys its pages before it detaches them',
    takesBack: 'M8',
    edits: [
      [
        'dma_buf_detach(dmabuf, pages->dmabuf.attach);\ndma_buf_put(dmabuf);\nWARN_ON(!list_empty(&pages->dmabuf.tracker));',
        'WARN_ON(!list_empty(&pages->dmabuf.tracker));',
      ],
      [
        'kfree(pages);',
        'if (iopt_is_dmabuf(pages) && pages->dmabuf.attach) {\n\tstruct dma_buf *dmabuf = pages->dmabuf.attach->dmabuf;\n\n\tdma_buf_detach(dmabuf, pages->dmabuf.attach);\n\tdma_buf_put(dmabuf);\n}\nkfree(pages);',
      ],
    ],
  },
  {
    ...RELEASE_PAGES,
    name: 'iommufd unpins without dma_resv',
    takesBack: 'M9',
    edits: [
      [
        'dma_resv_lock(dmabuf->resv, NULL);\ndma_buf_unpin(pages->dmabuf.attach);\ndma_resv_unlock(dmabuf->resv);',
        'dma_buf_unpin(pages->dmabuf.attach);',
      ],
    ],
  },
  {
    ...RELEASE_PAGES,
    name: 'iommufd pins and does not unpin',
    takesBack: 'P17',
    edits: [
      [
        'dma_resv_lock(dmabuf->resv, NULL);\ndma_buf_unpin(pages->dmabuf.attach);\ndma_resv_unlock(dmabuf->resv);',
        '',
      ],
    ],
  },
  {
    file: IOMMUFD,
    in: 'iopt_area_add_access',
    name: 'iommufd pins pages of a dma-buf as user memory',
    takesBack: 'M10',
    edits: [['if (iopt_is_dmabuf(pages))\nreturn -EINVAL;\n', '']],
  },
  {
    file: UMEM,
    in: 'ib_umem_dmabuf_get_pinned_and_lock',
    name: 'a map that fails unpins, and the release unpins again',
    takesBack: 'M13',
    edits: [
      [
        'err = ib_umem_dmabuf_map_pages(umem_dmabuf);\nif (err)\ngoto err_release;',
        'err = ib_umem_dmabuf_map_pages(umem_dmabuf);\nif (err) {\n\tdma_buf_unpin(umem_dmabuf->attach);\n\tgoto err_release;\n}',
      ],
    ],
  },
  {
    file: DMA_BUF,
    in: 'dma_buf_fd',
    name: 'dma_buf_fd() traces a buffer that may be gone',
    takesBack: 'M12',
    edits: [
      [
        'DMA_BUF_TRACE(trace_dma_buf_fd, dmabuf, fd);\n\nfd_install(fd, dmabuf->file);',
        'fd_install(fd, dmabuf->file);\n\nDMA_BUF_TRACE(trace_dma_buf_fd, dmabuf, fd);',
      ],
    ],
  },
  {
    ...SG_ENTRY,
    name: 'the address of an entry is a product of 32 bits',
    takesBack: 'M1',
    edits: [
      ['size_t len;', 'size_t len;\nunsigned int i = 0;'],
      ['sg_dma_address(sgl) = addr;', 'sg_dma_address(sgl) = addr + i * UINT_MAX;'],
      ['addr += len;', 'i++;'],
    ],
  },
  {
    ...SG_ENTRY,
    name: 'a length is written to an entry that it does not fit',
    takesBack: 'P12',
    edits: [['len = min(length, MAX_SG_ENT_SZ);', 'len = length;']],
  },
  {
    ...SG_ENTRY,
    name: 'an entry ends within a page',
    takesBack: 'O7',
    edits: [['len = min(length, MAX_SG_ENT_SZ);', 'len = min_t(size_t, length, UINT_MAX);']],
  },
  {
    file: CORE,
    in: 'vfio_pci_core_sriov_configure',
    name: 'VFs are switched on while the PF is in D3hot',
    takesBack: 'f4162eb1e2fc, v5.19',
    edits: [['vfio_pci_set_power_state(vdev, PCI_D0);', '']],
  },
  {
    ...POWER,
    name: 'D3hot leaves what the CPU has mapped',
    takesBack: '2b2c651baf1c, v5.19',
    edits: [['vfio_pci_zap_and_down_write_memory_lock(vdev);', 'down_write(&vdev->memory_lock);']],
  },
  {
    ...RESET,
    name: 'VFIO_DEVICE_RESET lets the PCI core power the device up',
    takesBack: '26a17b12d7f3, v5.18',
    edits: [['vfio_pci_set_power_state(vdev, PCI_D0);', '']],
  },
  {
    file: CORE,
    in: 'vfio_pci_vmf_insert_pfn',
    name: 'a fault maps a BAR whose memory is off',
    takesBack: 'abafbc551fdd (CVE-2020-12888)',
    edits: [
      [
        'if (vdev->pm_runtime_engaged || !__vfio_pci_memory_enabled(vdev))',
        'if (vdev->pm_runtime_engaged)',
      ],
    ],
  },
  {
    ...COMMAND,
    name: 'clearing MEM leaves what the CPU has mapped',
    takesBack: 'abafbc551fdd (CVE-2020-12888)',
    edits: [['vfio_pci_zap_and_down_write_memory_lock(vdev);', 'down_write(&vdev->memory_lock);']],
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
  {
    ...HOT_RESET,
    name: 'the devices of a set are put after its lock is released',
    edits: [
      [
        'list_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list)\npm_runtime_put(&vdev->pdev->dev);\n\nerr_unlock:',
        'mutex_unlock(&dev_set->lock);\nlist_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list)\n\tpm_runtime_put(&vdev->pdev->dev);\nreturn ret;\n\nerr_unlock:',
      ],
    ],
  },
  {
    ...EXPORT,
    name: 'an export is put on the list as a reader of memory_lock',
    edits: [
      ['down_write(&vdev->memory_lock);', 'down_read(&vdev->memory_lock);'],
      ['up_write(&vdev->memory_lock);', 'up_read(&vdev->memory_lock);'],
    ],
  },
  {
    ...POWER,
    name: 'D3hot is on the wrong side of a comparison',
    edits: [['if (state >= PCI_D3hot) {', 'if (state > PCI_D3hot) {']],
  },
  {
    ...MOVE,
    name: 'a signal ends the wait for the fences',
    edits: [['DMA_RESV_USAGE_BOOKKEEP, false,', 'DMA_RESV_USAGE_BOOKKEEP, true,']],
  },
  {
    ...EXPORT,
    name: 'fd 0 is taken for a failure',
    edits: [
      ['if (ret < 0)\ndma_buf_put(priv->dmabuf);', 'if (ret <= 0)\n\tdma_buf_put(priv->dmabuf);'],
    ],
  },
  {
    ...RESET,
    name: 'VFIO_DEVICE_RESET that fails gives no access back',
    edits: [
      [
        'if (__vfio_pci_memory_enabled(vdev))\nvfio_pci_dma_buf_move(vdev, false);',
        'if (!ret && __vfio_pci_memory_enabled(vdev))\n\tvfio_pci_dma_buf_move(vdev, false);',
      ],
    ],
  },
];
