import { changedTree, type Tree } from 'xstate-check/kernel';

const DMABUF = 'drivers/vfio/pci/vfio_pci_dmabuf.c';
const CORE = 'drivers/vfio/pci/vfio_pci_core.c';
const CONFIG = 'drivers/vfio/pci/vfio_pci_config.c';
const PAGES = 'drivers/iommu/iommufd/pages.c';
const MAPPING = 'drivers/dma-buf/dma-buf-mapping.c';
const DMA_BUF = 'drivers/dma-buf/dma-buf.c';
const UMEM = 'drivers/infiniband/core/umem_dmabuf.c';
const P2PDMA = 'drivers/pci/p2pdma.c';

/** Text of one file that is to be there once, and what takes its place: a change that is taken back. */
type Edit = readonly [file: string, from: RegExp, to: string];

/** Statements of C apart from the white space between them. */
const c = (strings: TemplateStringsArray) =>
  new RegExp(
    strings.raw[0]!.trim()
      .split(/\s+/)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\s*(?:/\\*[\\s\\S]*?\\*/\\s*)?'),
    'g',
  );

/** Changes of 7.1 to 7.3 that are taken back, and slips that are put in, one subject each. */
export const edits = {
  /** The kref is armed when access comes back, and close drains once more (M6). */
  drainedTwice: [
    [
      DMABUF,
      c`wait_for_completion(&priv->comp); kref_init(&priv->kref); reinit_completion(&priv->comp);`,
      'wait_for_completion(&priv->comp);',
    ],
    [
      DMABUF,
      c`} else { dma_resv_lock(priv->dmabuf->resv, NULL);`,
      '} else {\nkref_init(&priv->kref);\nreinit_completion(&priv->comp);\ndma_resv_lock(priv->dmabuf->resv, NULL);',
    ],
    [DMABUF, c`vfio_pci_dma_buf_move(vdev, true);`, ''],
    [
      DMABUF,
      c`list_del_init(&priv->dmabufs_elm); priv->vdev = NULL; vfio_device_put_registration(&vdev->vdev);`,
      'dma_resv_lock(priv->dmabuf->resv, NULL);\nlist_del_init(&priv->dmabufs_elm);\npriv->vdev = NULL;\npriv->revoked = true;\ndma_buf_invalidate_mappings(priv->dmabuf);\ndma_resv_wait_timeout(priv->dmabuf->resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT);\ndma_resv_unlock(priv->dmabuf->resv);\nkref_put(&priv->kref, vfio_pci_dma_buf_done);\nwait_for_completion(&priv->comp);\nvfio_device_put_registration(&vdev->vdev);',
    ],
  ],
  /** Revoke tells the importers and waits for nothing, by the older name (M4). */
  noWaits: [
    [
      DMABUF,
      /if \(priv->revoked != revoked\) \{[\s\S]*?\n\t\t\}\n/g,
      'if (priv->revoked != revoked) {\ndma_resv_lock(priv->dmabuf->resv, NULL);\npriv->revoked = revoked;\ndma_buf_move_notify(priv->dmabuf);\ndma_resv_unlock(priv->dmabuf->resv);\n}\n',
    ],
    [DMABUF, c`vfio_pci_dma_buf_move(vdev, true);`, ''],
    [
      DMABUF,
      c`list_del_init(&priv->dmabufs_elm); priv->vdev = NULL; vfio_device_put_registration(&vdev->vdev);`,
      'dma_resv_lock(priv->dmabuf->resv, NULL);\nlist_del_init(&priv->dmabufs_elm);\npriv->vdev = NULL;\npriv->revoked = true;\ndma_buf_move_notify(priv->dmabuf);\ndma_resv_unlock(priv->dmabuf->resv);\nvfio_device_put_registration(&vdev->vdev);',
    ],
  ],
  /** A buffer counts no mappings. */
  noKref: [
    [DMABUF, c`kref_get(&priv->kref);`, ''],
    [
      DMABUF,
      c`dma_buf_free_sgt(attachment, sgt, dir); kref_put(&priv->kref, vfio_pci_dma_buf_done);`,
      'dma_buf_free_sgt(attachment, sgt, dir);',
    ],
    [DMABUF, c`kref_init(&priv->kref); init_completion(&priv->comp);`, ''],
  ],
  /** Any importer with peer2peer attaches (M2). */
  anyImporter: [[DMABUF, c`if (!dma_buf_attach_revocable(attachment)) return -EOPNOTSUPP;`, '']],
  /** And the pin of one is refused. */
  pinRefused: [
    [
      DMABUF,
      c`static int vfio_pci_dma_buf_attach(struct dma_buf *dmabuf,`,
      'static int vfio_pci_dma_buf_pin(struct dma_buf_attachment *attachment)\n{\nreturn -EOPNOTSUPP;\n}\nstatic void vfio_pci_dma_buf_unpin(struct dma_buf_attachment *attachment)\n{\n}\nstatic int vfio_pci_dma_buf_attach(struct dma_buf *dmabuf,',
    ],
    [
      DMABUF,
      c`.attach = vfio_pci_dma_buf_attach,`,
      '.pin = vfio_pci_dma_buf_pin,\n.unpin = vfio_pci_dma_buf_unpin,\n.attach = vfio_pci_dma_buf_attach,',
    ],
  ],
  /** A failed dma_buf_fd() frees what dma_buf_put() has freed (M3). */
  fallsThrough: [
    [
      DMABUF,
      c`if (ret < 0) dma_buf_put(priv->dmabuf); return ret;`,
      'if (ret < 0)\ngoto err_dma_buf;\nreturn ret;\n\nerr_dma_buf:\ndma_buf_put(priv->dmabuf);',
    ],
  ],
  /** The BAR is not asked for (M7). */
  barNotTested: [
    [
      DMABUF,
      c`if (get_dma_buf.region_index >= VFIO_PCI_ROM_REGION_INDEX || IS_ERR(vfio_pci_core_get_iomap(vdev, get_dma_buf.region_index)))`,
      'if (get_dma_buf.region_index >= VFIO_PCI_ROM_REGION_INDEX)',
    ],
  ],
  /** The BAR is asked for as before 7.2. */
  barSetUp: [
    [
      DMABUF,
      c`IS_ERR(vfio_pci_core_get_iomap(vdev, get_dma_buf.region_index))`,
      'vfio_pci_core_setup_barmap(vdev, get_dma_buf.region_index)',
    ],
  ],
  /** Allocations as before 7.0. */
  olderAllocators: [
    [DMABUF, c`kzalloc_obj(*priv)`, 'kzalloc(sizeof(*priv), GFP_KERNEL)'],
    [DMA_BUF, c`attach = kzalloc_obj(*attach)`, 'attach = kzalloc(sizeof(*attach), GFP_KERNEL)'],
    [MAPPING, c`dma = kzalloc_obj(*dma)`, 'dma = kzalloc(sizeof(struct dma_buf_dma), GFP_KERNEL)'],
    [MAPPING, c`kzalloc_obj(*dma->state)`, 'kzalloc(sizeof(*dma->state),\n\t\tGFP_KERNEL)'],
    [UMEM, c`kzalloc_obj(*umem_dmabuf)`, 'kzalloc(sizeof(*umem_dmabuf), GFP_KERNEL)'],
    [
      DMABUF,
      c`kzalloc_objs(*priv->phys_vec, get_dma_buf.nr_ranges)`,
      'kcalloc(get_dma_buf.nr_ranges, sizeof(*priv->phys_vec), GFP_KERNEL)',
    ],
  ],
  /** pci_ops are not asked for (P10). */
  pciOpsNotTested: [
    [
      DMABUF,
      c`if (!vdev->pci_ops || !vdev->pci_ops->get_dmabuf_phys)`,
      'if (!vdev->pci_ops->get_dmabuf_phys)',
    ],
  ],
  /** Close disables the device first (M5). */
  deviceFirst: [
    [
      CORE,
      c`vfio_pci_dma_buf_cleanup(vdev); vfio_pci_core_disable(vdev);`,
      'vfio_pci_core_disable(vdev);\nvfio_pci_dma_buf_cleanup(vdev);',
    ],
  ],
  /** A hot reset does not ask whether the device is open (P6). */
  openCountNotTested: [
    [
      CORE,
      c`if (vdev->vdev.open_count && __vfio_pci_memory_enabled(vdev))`,
      'if (__vfio_pci_memory_enabled(vdev))',
    ],
  ],
  /** A hot reset gives access back in a loop of its own (P4, P5). */
  restoredInOwnLoop: [
    [
      CORE,
      c`vfio_pci_dma_buf_move(vdev, true); vfio_pci_zap_bars(vdev);`,
      'vfio_pci_dma_buf_move(vdev, true);\nvfio_pci_zap_bars(vdev);\nrestore_revoke = true;',
    ],
    [
      CORE,
      /struct pci_dev \*pdev;\s*int ret;\s*mutex_lock\(&dev_set->lock\);\s*pdev = vfio_pci_dev_set_resettable/g,
      'struct pci_dev *pdev;\nbool restore_revoke = false;\nint ret;\n\nmutex_lock(&dev_set->lock);\n\npdev = vfio_pci_dev_set_resettable',
    ],
    [
      CORE,
      c`list_for_each_entry_from_reverse(vdev, &dev_set->device_list, vdev.dev_set_list) { if (__vfio_pci_memory_enabled(vdev)) vfio_pci_dma_buf_move(vdev, false); up_write(&vdev->memory_lock); }`,
      'if (restore_revoke)\nlist_for_each_entry(vdev, &dev_set->device_list, vdev.dev_set_list) {\nif (__vfio_pci_memory_enabled(vdev))\nvfio_pci_dma_buf_move(vdev, false);\n}\nlist_for_each_entry_from_reverse(vdev, &dev_set->device_list, vdev.dev_set_list)\nup_write(&vdev->memory_lock);\n',
    ],
  ],
  /** VFs come under memory_lock (M18). */
  sriovUnderLock: [
    [
      CORE,
      c`vdev->sriov_active = true; up_write(&vdev->memory_lock); ret = pci_enable_sriov(pdev, nr_virtfn);`,
      'ret = pci_enable_sriov(pdev, nr_virtfn);\nup_write(&vdev->memory_lock);',
    ],
    [CORE, c`vdev->sriov_active = false;`, ''],
  ],
  /** A function level reset revokes again in place of giving back (P1). */
  revokesAgain: [
    [
      CONFIG,
      /pci_try_reset_function\(vdev->pdev\);\s*if \(__vfio_pci_memory_enabled\(vdev\)\)\s*vfio_pci_dma_buf_move\(vdev, false\);/g,
      'pci_try_reset_function(vdev->pdev);\nif (__vfio_pci_memory_enabled(vdev))\nvfio_pci_dma_buf_move(vdev, true);',
    ],
  ],
  /** iommufd unpins without dma_resv (M9). */
  unlockedUnpin: [
    [
      PAGES,
      c`dma_resv_lock(dmabuf->resv, NULL); dma_buf_unpin(pages->dmabuf.attach); dma_resv_unlock(dmabuf->resv);`,
      'dma_buf_unpin(pages->dmabuf.attach);',
    ],
  ],
  /** iommufd destroys the mutex of the pages before it detaches (M8). */
  destroyedFirst: [
    [
      PAGES,
      c`mmdrop(pages->source_mm); mutex_destroy(&pages->mutex); put_task_struct(pages->source_task);`,
      'mmdrop(pages->source_mm);\nput_task_struct(pages->source_task);',
    ],
    [
      PAGES,
      c`WARN_ON(!xa_empty(&pages->pinned_pfns)); if (iopt_is_dmabuf(pages) && pages->dmabuf.attach) {`,
      'WARN_ON(!xa_empty(&pages->pinned_pfns));\nmutex_destroy(&pages->mutex);\nif (iopt_is_dmabuf(pages) && pages->dmabuf.attach) {',
    ],
  ],
  /** iommufd's accesses take the pages of a dma-buf (M10). */
  accessPins: [
    [
      PAGES,
      c`if (iopt_is_dmabuf(pages)) return -EINVAL; mutex_lock(&pages->mutex); access`,
      'mutex_lock(&pages->mutex);\naccess',
    ],
  ],
  /** The trace looks at the file after fd_install() (M12). */
  tracedLate: [
    [
      DMA_BUF,
      c`DMA_BUF_TRACE(trace_dma_buf_fd, dmabuf, fd); fd_install(fd, dmabuf->file);`,
      'fd_install(fd, dmabuf->file);\nDMA_BUF_TRACE(trace_dma_buf_fd, dmabuf, fd);',
    ],
    [
      DMA_BUF,
      c`DMA_BUF_TRACE(trace_dma_buf_put, dmabuf); fput(dmabuf->file);`,
      'fput(dmabuf->file);\nDMA_BUF_TRACE(trace_dma_buf_put, dmabuf);',
    ],
  ],
  /** There are no tracepoints (before 281a22631423, 7.0). */
  untraced: [
    [
      DMA_BUF,
      c`DMA_BUF_TRACE(trace_dma_buf_fd, dmabuf, fd); fd_install(fd, dmabuf->file);`,
      'fd_install(fd, dmabuf->file);',
    ],
    [DMA_BUF, c`DMA_BUF_TRACE(trace_dma_buf_put, dmabuf);`, ''],
  ],
  /** Entries of 4 GiB less a byte (O7). */
  unalignedEntries: [
    [MAPPING, c`len = min(length, MAX_SG_ENT_SZ);`, 'len = min_t(size_t, length, UINT_MAX);'],
  ],
  /** A BAR that no CPU can map has a provider (M11). */
  anyProvider: [
    [
      P2PDMA,
      /if \(!\(pci_resource_flags\(pdev, bar\) & IORESOURCE_MEM\) \|\|\s*pdev->non_mappable_bars\)\s*return NULL;/g,
      'if (!(pci_resource_flags(pdev, bar) & IORESOURCE_MEM))\nreturn NULL;',
    ],
  ],
  /** A BAR is asked for nowhere, and the answer of dma_buf_fd() is the answer (P7). */
  dropsTheBuffer: [
    [
      DMABUF,
      c`ret = dma_buf_fd(priv->dmabuf, get_dma_buf.open_flags); if (ret < 0) dma_buf_put(priv->dmabuf); return ret;`,
      'return dma_buf_fd(priv->dmabuf, get_dma_buf.open_flags);',
    ],
  ],
  /** The reference to a buffer's file is put by another name. */
  putByBuffer: [[DMABUF, c`fput(priv->dmabuf->file);`, 'dma_buf_put(priv->dmabuf);']],
  /** The IOVA is made at attach (P9). */
  iovaInAttach: [
    [
      DMABUF,
      c`if (priv->revoked) return -ENODEV; return 0;`,
      'if (priv->revoked)\nreturn -ENODEV;\n\ndma_iova_try_alloc(attachment->dev, attachment->priv, 0, priv->size);\nreturn 0;',
    ],
  ],
  /** attach does not ask for peer2peer. */
  peerNotTested: [[DMABUF, c`if (!attachment->peer2peer) return -EOPNOTSUPP;`, '']],
  /** A second way of mapping, which counts and asks for nothing. */
  secondMapping: [
    [
      DMABUF,
      c`static void vfio_pci_dma_buf_release(struct dma_buf *dmabuf)`,
      'static void *vfio_pci_other_map(struct dma_buf_attachment *attach)\n{\nstruct vfio_pci_dma_buf *priv = attach->dmabuf->priv;\n\nkref_get(&priv->kref);\nreturn priv->phys_vec;\n}\n\nstatic void vfio_pci_dma_buf_release(struct dma_buf *dmabuf)',
    ],
  ],
  /** An importer is told the page of an offset, under dma_resv. */
  tellsPages: [
    [
      DMABUF,
      c`static void vfio_pci_dma_buf_release(struct dma_buf *dmabuf)`,
      'static int vfio_pci_other_pfn(struct dma_buf_attachment *attach, u64 *pfn)\n{\nstruct vfio_pci_dma_buf *priv = attach->dmabuf->priv;\n\nif (priv->revoked)\nreturn -ENODEV;\n*pfn = priv->phys_vec[0].paddr;\nreturn 0;\n}\n\nstatic void vfio_pci_dma_buf_release(struct dma_buf *dmabuf)',
    ],
  ],
  /** A buffer that is a mapping of a BAR keeps the file of the device. */
  keepsFile: [
    [
      DMABUF,
      c`kfree(priv->phys_vec); kfree(priv); }`,
      'if (priv->vfile)\nfput(priv->vfile);\nkfree(priv->phys_vec);\nkfree(priv);\n}',
    ],
  ],
  /** A merge that was committed with its markers. */
  conflict: [
    [
      DMABUF,
      c`void vfio_pci_dma_buf_cleanup(struct vfio_pci_core_device *vdev)`,
      '<<<<<<< HEAD\n=======\n>>>>>>> other\nvoid vfio_pci_dma_buf_cleanup(struct vfio_pci_core_device *vdev)',
    ],
  ],
} as const satisfies Readonly<Record<string, readonly Edit[]>>;

export type EditName = keyof typeof edits;

/**
 * A tree with some edits made, in their order.
 *
 * @throws Error where the text of an edit is not there exactly as often as it is to be changed
 */
export function edited(tree: Tree, name: string, names: readonly EditName[]): Tree {
  const texts = new Map<string, string>();
  for (const [file, from, to] of names.flatMap((one): readonly Edit[] => edits[one])) {
    const text = texts.get(file) ?? tree.read(file);
    if (text === undefined) throw new Error(`${name}: no ${file}`);
    if (!from.test(text)) throw new Error(`${name}: ${file} has no ${from}`);
    from.lastIndex = 0;
    texts.set(
      file,
      text.replace(from, () => to),
    );
  }
  return changedTree(tree, name, texts);
}

/** What 7.3 differs by from versions before it, as edits. */
export const olderTrees: Readonly<Record<string, readonly EditName[]>> = {
  '7.1': [
    'barSetUp',
    'unlockedUnpin',
    'destroyedFirst',
    'accessPins',
    'anyProvider',
    'unalignedEntries',
    'sriovUnderLock',
  ],
  '7.1-rc': [
    'drainedTwice',
    'barNotTested',
    'unlockedUnpin',
    'destroyedFirst',
    'accessPins',
    'anyProvider',
    'tracedLate',
    'unalignedEntries',
    'sriovUnderLock',
  ],
  '7.0': [
    'noWaits',
    'noKref',
    'anyImporter',
    'pinRefused',
    'deviceFirst',
    'barNotTested',
    'olderAllocators',
    'accessPins',
    'tracedLate',
    'unalignedEntries',
    'anyProvider',
    'sriovUnderLock',
  ],
  '6.19': [
    'noWaits',
    'noKref',
    'anyImporter',
    'pinRefused',
    'deviceFirst',
    'barNotTested',
    'fallsThrough',
    'olderAllocators',
    'accessPins',
    'untraced',
    'unalignedEntries',
    'anyProvider',
    'sriovUnderLock',
  ],
  v9: [
    'noWaits',
    'noKref',
    'anyImporter',
    'deviceFirst',
    'openCountNotTested',
    'barNotTested',
    'fallsThrough',
    'olderAllocators',
    'untraced',
    'unalignedEntries',
    'anyProvider',
    'sriovUnderLock',
  ],
  v6: [
    'noWaits',
    'noKref',
    'anyImporter',
    'deviceFirst',
    'openCountNotTested',
    'restoredInOwnLoop',
    'pciOpsNotTested',
    'barNotTested',
    'fallsThrough',
    'olderAllocators',
    'untraced',
    'unalignedEntries',
    'anyProvider',
    'sriovUnderLock',
  ],
};

/**
 * What a public repository shows of vfio_pci_dmabuf.c at a commit, as edits of that of 7.3.4: the
 * functions that docs/other-trees.md speaks of, and not the whole file.
 */
export const publicTrees: Readonly<Record<string, readonly EditName[]>> = {
  'nicolinc/iommufd@232c00545700': [
    'noWaits',
    'noKref',
    'anyImporter',
    'iovaInAttach',
    'dropsTheBuffer',
    'barNotTested',
    'olderAllocators',
    'putByBuffer',
  ],
  'jackYoung0915/anolis-cloud-kernel@624f6477031b': [
    'noWaits',
    'noKref',
    'anyImporter',
    'fallsThrough',
    'barNotTested',
    'olderAllocators',
  ],
  'AMDESE/linux-iommu@1e8771ff9231': [
    'noWaits',
    'noKref',
    'anyImporter',
    'fallsThrough',
    'barNotTested',
    'olderAllocators',
    'tellsPages',
  ],
  'kernelorg-mirror/linux_kernel_git_leon_linux-rdma@09061b11c680': [
    'noWaits',
    'noKref',
    'anyImporter',
    'pinRefused',
    'fallsThrough',
    'barNotTested',
    'olderAllocators',
  ],
  'openSUSE/kernel@ed248253254e': [
    'noWaits',
    'noKref',
    'anyImporter',
    'pinRefused',
    'barNotTested',
    'olderAllocators',
  ],
  'ctrliq/kernel-src-tree@3e75607e7090': [
    'noWaits',
    'noKref',
    'anyImporter',
    'pinRefused',
    'fallsThrough',
    'barNotTested',
    'olderAllocators',
  ],
  'yifengyou/BDY_G98_RK3588-openanolis@493597a75fbc': [
    'drainedTwice',
    'barNotTested',
    'olderAllocators',
  ],
  'jgunthorpe/linux@29ddc7d35bb9': [
    'drainedTwice',
    'peerNotTested',
    'fallsThrough',
    'barNotTested',
    'secondMapping',
  ],
  'metamev/linux@024878ca7fec': ['tellsPages', 'keepsFile'],
  'NVIDIA/NV-Kernels@0ab07f6bc50f': ['anyImporter', 'pinRefused', 'barSetUp', 'olderAllocators'],
  'Aarav90-cpu/linux-kotlin@a663adb68e0e': ['conflict'],
};
