import { type Call, call } from 'xstate-check';

const ATTACH = 'vfio_pci_dma_buf_attach, dma_buf_dynamic_attach, v7.3';
const DETACH = 'dma_buf_detach, v7.3';
const IOMMUFD = 'drivers/iommu/iommufd/pages.c, v7.1';
const UMEM = 'drivers/infiniband/core/umem_dmabuf.c, v7.1';
const IRDMA = 'irdma_reg_user_mr_dmabuf, drivers/infiniband/hw/irdma/verbs.c, v7.3';

/** A test that one object answers. */
function test(name: string, callee: string, whenTrue: string, whenFalse: string, source: string) {
  return call(name, callee, {
    outcomes: ['true', 'false'],
    written: { true: whenTrue, false: whenFalse },
    source,
  });
}

/** Attaching and detaching, which importers of every kind do. */
const attachments: readonly Call[] = [
  call('att.attach', 'attach', {
    caller: 'attacher',
    spans: true,
    outcomes: ['ok', '-ENODEV', '-EOPNOTSUPP', '-ENOMEM'],
    written: 'dma_buf_dynamic_attach(dmabuf)',
    c: 'dma_buf_dynamic_attach($_, $rest)',
    returns: {
      ok: '@att',
      '-ENODEV': 'ERR_PTR(-ENODEV)',
      '-EOPNOTSUPP': 'ERR_PTR(-EOPNOTSUPP)',
      '-ENOMEM': 'ERR_PTR(-ENOMEM)',
    },
    source: ATTACH,
  }),
  call('att.detach', 'detach', {
    caller: 'attacher',
    spans: true,
    written: 'dma_buf_detach(attach{att})',
    c: 'dma_buf_detach($_, $att)',
    source: DETACH,
  }),
  test(
    'att.peer2peer',
    'importer_ops',
    'attach{att}->peer2peer is true',
    'attach{att}->peer2peer is false',
    ATTACH,
  ),
  test(
    'att.revocable',
    'importer_ops',
    'dma_buf_attach_revocable(attach{att})',
    '!dma_buf_attach_revocable(attach{att})',
    ATTACH,
  ),
  test(
    'att.listed',
    'attachment',
    'attach{att} is on dmabuf->attachments',
    'attach{att} is not on dmabuf->attachments',
    'dma_buf_invalidate_mappings, v7.3',
  ),
  call('att.kzalloc', 'allocator', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'kzalloc(attach{att})',
    source: 'dma_buf_dynamic_attach, v7.3',
  }),
  call('att.list_add', 'attachment', {
    written: 'list_add(&attach{att}->node)',
    c: 'list_add(&$att->node, &$_->attachments)',
    source: 'dma_buf_dynamic_attach, v7.3',
  }),
  call('att.list_del', 'attachment', {
    written: 'list_del(&attach{att}->node)',
    c: 'list_del(&$att->node)',
    source: DETACH,
  }),
  call('att.kfree', 'attachment', {
    written: 'kfree(attach{att})',
    c: 'kfree($att)',
    source: DETACH,
  }),
  call('att.pin', 'pin', {
    outcomes: ['ok', '-EOPNOTSUPP'],
    written: 'dma_buf_pin(attach{att})',
    c: 'dma_buf_pin($att)',
    source: 'dma_buf_pin, v7.3; vfio_pci_dma_buf_pin, v6.19',
  }),
  call('att.unpin', 'pin', {
    written: 'dma_buf_unpin(attach{att})',
    c: 'dma_buf_unpin($att)',
    source: 'dma_buf_unpin, v7.3',
  }),
  call('att.warn', 'log', {
    written: 'ibdev_warn_ratelimited("Invalidate callback ...")',
    source: 'ib_umem_dmabuf_unsupported_move_notify, v6.19',
  }),
];

/** User work of an importer, and the hardware that does it. */
const work: readonly Call[] = [
  call('att.submit', 'submit', {
    caller: 'user',
    spans: true,
    outcomes: ['ok', '-EAGAIN'],
    written: 'submit work on attach{att}',
    source: 'derived: user work of an importer',
  }),
  call('resv.fence.add(BOOKKEEP)', 'dma_resv', {
    written: 'dma_resv_add_fence(dmabuf{buf}, BOOKKEEP)',
    source: 'include/linux/dma-resv.h',
  }),
  test(
    'att.evicted',
    'evicted',
    'importer{att} has to give its mapping up',
    'importer{att} may use its mapping',
    'derived: an importer that stops when it is told',
  ),
  call('att.evicted.set', 'evicted', {
    written: 'importer{att} marks its mapping',
    source: 'derived: an importer that stops when it is told',
  }),
  call('resv.fence.signal(BOOKKEEP)', 'dma_resv', {
    caller: 'hardware_of_importer',
    written: 'dma_fence_signal()',
    source: 'include/linux/dma-fence.h',
  }),
  call('memory_lock.down_read', 'rwsem', {
    blocks: 'lock',
    written: 'down_read(&vdev{dev}->memory_lock)',
    source: 'derived: an importer whose unmap needs memory_lock',
  }),
  call('memory_lock.up_read', 'rwsem', {
    written: 'up_read(&vdev{dev}->memory_lock)',
    source: 'derived: an importer whose unmap needs memory_lock',
  }),
];

const iommufd: readonly Call[] = [
  call('att.map_file', 'map_file', {
    caller: 'user',
    spans: true,
    outcomes: ['ok', '-ENODEV', '-EOPNOTSUPP', '-ENOMEM'],
    written: 'IOMMU_IOAS_MAP_FILE(dmabuf)',
    source: `iommufd_ioas_map_file; ${IOMMUFD}`,
  }),
  call('att.ioas_unmap', 'ioas_unmap', {
    caller: 'user',
    spans: true,
    written: 'IOMMU_IOAS_UNMAP()',
    source: `iopt_unmap_iova_range; ${IOMMUFD}`,
  }),
  call('att.access_pin', 'access_pin', {
    caller: 'user',
    spans: true,
    outcomes: ['ok', '-EINVAL', '-EFAULT'],
    written: 'iommufd_access_pin_pages()',
    source: `iopt_area_add_access; ${IOMMUFD}`,
  }),
  call('att.release_pages', 'release_pages', {
    caller: 'ioas_unmap',
    spans: true,
    outcomes: ['end'],
    written: 'iopt_release_pages(pages{att})',
    source: `iopt_release_pages; ${IOMMUFD}`,
  }),
  call('pages.revoked', 'iopt_pages', {
    outcomes: ['true', 'false'],
    written: {
      true: 'iopt_dmabuf_revoked(pages{att})',
      false: '!iopt_dmabuf_revoked(pages{att})',
    },
    c: 'iopt_dmabuf_revoked($pages)',
    source: IOMMUFD,
  }),
  test(
    'pages.is_dmabuf',
    'pages_type',
    'iopt_is_dmabuf(pages{att})',
    '!iopt_is_dmabuf(pages{att})',
    IOMMUFD,
  ),
  ...(
    [
      ['pages.phys.set', 'pages{att}->dmabuf.phys = phys_vec[0]', '$pages->phys = $_'],
      ['pages.phys.clear', 'pages{att}->dmabuf.phys.len = 0', '$pages->phys.len = 0'],
      ['pages.kfree', 'kfree(pages{att})', 'kfree($pages)'],
    ] as const
  ).map(([name, written, c]) => call(name, 'iopt_pages', { written, c, source: IOMMUFD })),
  ...(['mutex_init', 'mutex_unlock', 'mutex_destroy'] as const).map((name) =>
    call(`pages.${name}`, 'pages_mutex', {
      written: `${name}(&pages{att}->mutex)`,
      c: `${name}(&$pages->mutex)`,
      source: IOMMUFD,
    }),
  ),
  ...(
    [
      ['pages.alloc', 'iopt_pages', 'iopt_alloc_pages()'],
      ['area.alloc', 'allocator', 'iopt_alloc_area_pages(pages{att})'],
      ['track.alloc', 'allocator', 'iopt_dmabuf_track_domain(pages{att})'],
      ['iommu.map', 'iommu', 'iommu_map() of pages{att}'],
    ] as const
  ).map(([name, callee, written]) =>
    call(name, callee, {
      outcomes: ['', '-ENOMEM'],
      environment: ['-ENOMEM'],
      written: { '': written, '-ENOMEM': `${written} = -ENOMEM` },
      source: IOMMUFD,
    }),
  ),
  call('iommu.unmap', 'iommu', {
    written: 'iopt_area_unmap_domain_range(pages{att})',
    source: IOMMUFD,
  }),
  call('pages.mutex_lock', 'pages_mutex', {
    blocks: 'lock',
    written: 'mutex_lock(&pages{att}->mutex)',
    c: 'mutex_lock(&$pages->mutex)',
    source: IOMMUFD,
  }),
  call('buf.nr_ranges', 'phys_vec', {
    outcomes: ['one', 'several'],
    written: { one: 'priv{buf}->nr_ranges == 1', several: 'priv{buf}->nr_ranges != 1' },
    source: 'vfio_pci_dma_buf_iommufd_map, v7.3',
  }),
  call('mmap_lock.down_read', 'rwsem', {
    blocks: 'lock',
    written: 'mmap_read_lock(mm)',
    source: 'pin_user_pages_remote',
  }),
  call('mmap_lock.up_read', 'rwsem', { written: 'mmap_read_unlock(mm)', source: 'mm/gup.c' }),
];

const rdma: readonly Call[] = [
  call('att.reg_mr', 'register', {
    caller: 'user',
    spans: true,
    outcomes: ['ok', '-ENODEV', '-EINVAL', '-EADDRINUSE', '-ENOMEM', '-EOPNOTSUPP'],
    written: 'ibv_reg_dmabuf_mr()',
    source: `ib_umem_dmabuf_get_pinned_and_lock; ${UMEM}`,
  }),
  call('att.dereg_mr', 'deregister', {
    caller: 'user',
    spans: true,
    written: 'ibv_dereg_mr()',
    source: UMEM,
  }),
  call('att.umem_release', 'umem_release', {
    caller: 'umem_owner',
    spans: true,
    outcomes: ['end'],
    written: 'ib_umem_dmabuf_release(umem{att})',
    c: ['ib_umem_release($_)', 'ib_umem_dmabuf_release($_)'],
    source: UMEM,
  }),
  call('att.umem_revoke', 'umem_revoke', {
    caller: 'umem_release',
    spans: true,
    outcomes: ['end'],
    written: 'ib_umem_dmabuf_revoke_locked(attach{att})',
    c: 'ib_umem_dmabuf_revoke_locked($att)',
    source: UMEM,
  }),
  ...(['pinned', 'pinned_revoke', 'revoked'] as const).map((field) =>
    call(`umem.${field}`, 'umem', {
      outcomes: ['true', 'false'],
      written: {
        true: `umem{att}->${field} is set`,
        false: `umem{att}->${field} is not set`,
      },
      // That there is a callback is a step where it is tested, not where it is called.
      ...(field !== 'pinned_revoke' && { c: `$umem->${field}` }),
      source: UMEM,
    }),
  ),
  ...(
    [
      ['umem.pinned.set', 'umem{att}->pinned = 1', '$umem->pinned = 1'],
      ['umem.pinned.clear', 'umem{att}->pinned = 0', '$umem->pinned = 0'],
      [
        'umem.pinned_revoke.set',
        'ib_umem_dmabuf_set_revoke_locked(umem{att})',
        'ib_umem_dmabuf_set_revoke_locked($umem, $_, $_)',
      ],
      ['umem.revoked.set', 'umem{att}->revoked = 1', '$umem->revoked = 1'],
    ] as const
  ).map(([name, written, c]) => call(name, 'umem', { written, c, source: UMEM })),
  ...(
    [
      ['mr.kfree', 'slab', 'kfree(mr of umem{att})'],
      ['mr.deregister', 'mr', 'irdma_hwdereg_mr(mr of umem{att})'],
    ] as const
  ).map(([name, callee, written]) => call(name, callee, { written, source: UMEM })),
];

/** What may fail of a registration for want of memory. */
const allocations: readonly Call[] = [
  call('umem.alloc', 'umem', {
    outcomes: ['', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: { '': 'kzalloc(umem{att})', '-ENOMEM': 'kzalloc(umem{att}) = NULL' },
    source: UMEM,
  }),
  call('mr.alloc', 'slab', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'irdma_alloc_iwmr(umem{att})',
    source: IRDMA,
  }),
  call('mr.register', 'mr', {
    outcomes: ['', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: {
      '': 'the hardware may access umem{att}',
      '-ENOMEM': 'irdma_reg_user_mr_type_mem(mr of umem{att}) = -ENOMEM',
    },
    source: IRDMA,
  }),
];

/** The calls and steps of importers, beside those of the exporter. */
export const importerCalls: readonly Call[] = [
  ...attachments,
  ...work,
  ...iommufd,
  ...rdma,
  ...allocations,
];
