import { type Call, WAIT } from 'xstate-check';
import { POC } from '../../machines/page-backed/export.procedure.ts';

const GUP = 'pin_user_pages, mm/gup.c, v7.3';
const ALLOCATE = 'p2pmem_alloc_mmap, v7.3';
const VMA = 'mm/memory.c, v7.3';
const AWAITED = 'derived: as dax_break_layout, fs/dax.c, v7.3';
const SERIES =
  'derived: vfio_pci_dmabuf.c of the series that adds mmap() to dma-bufs, v2, 2026-05-27, <20260527102319.100128-1-mattev@meta.com>';

type More = Partial<Omit<Call, 'name' | 'callee' | 'written' | 'source'>>;

/** A call of a process, which returns. */
function userCall(
  name: string,
  callee: string,
  outcomes: readonly string[],
  written: string,
  source: string,
  caller = 'user',
): Call {
  return { name, caller, callee, outcomes, spans: true, written, source };
}

/** A step of a thread. */
function step(
  name: string,
  callee: string,
  written: NonNullable<Call['written']>,
  source: string,
  more: More = {},
): Call {
  return { name, caller: 'thread', callee, outcomes: [''], written, source, ...more };
}

const lock = (outcomes: readonly string[] = ['']): More => ({ outcomes, blocks: 'lock' });
const TAKEN = ['', WAIT];

const user: readonly Call[] = [
  userCall('buf.export', 'export', ['ok', '-ENOMEM'], 'DMA_BUF export of dmabuf{buf}', POC),
  userCall(
    'buf.mmap',
    'mapping',
    ['ok', '-ENODEV', '-EINVAL'],
    'mmap() of the pages of dmabuf{buf}',
    POC,
  ),
  userCall('vma.munmap', 'mapping', ['ok'], 'munmap(VMA{vma})', 'remove_vma, mm/vma.c, v7.3'),
  userCall('vma.touch', 'touch', ['ok', 'SIGBUS', 'SIGSEGV'], 'access to VMA{vma}', POC),
  userCall('vma.o_direct', 'o_direct', ['ok', '-EFAULT'], 'O_DIRECT I/O with VMA{vma}', GUP),
  userCall(
    'dev.device_reset',
    'reset',
    ['ok'],
    'VFIO_DEVICE_RESET of vdev{dev}',
    'vfio_pci_ioctl_reset, v7.3',
  ),
  userCall(
    'buf.revoke_dma_buf',
    'revoke',
    ['ok', '-EBADFD'],
    'VFIO_DEVICE_PCI_DMABUF_REVOKE of dmabuf{buf}',
    POC,
  ),
  {
    ...step('buf.close_fd', 'file', 'close(fd of dmabuf{buf})', 'fs/file_table.c, v7.3'),
    caller: 'user',
    blocks: 'wait',
  },
  userCall('buf.release', 'release', ['end'], 'vfio_pci_dma_buf_release(dmabuf{buf})', POC, 'file'),
  userCall(
    'bar.allocate',
    'allocate',
    ['ok', '-ENOENT', '-ENOMEM'],
    'mmap(p2pmem/allocate)',
    ALLOCATE,
  ),
  userCall('bar.munmap', 'allocate', ['ok'], 'munmap(of p2pmem/allocate)', ALLOCATE),
  userCall('att.attach', 'importer', ['ok', '-ENODEV'], 'dma_buf_attach(dmabuf0)', POC),
  userCall(
    'att.map',
    'importer',
    ['ok', '-ENODEV', '-EIO', '-EINVAL'],
    'dma_buf_map_attachment(att{att})',
    POC,
  ),
];

const device: readonly Call[] = [
  step('memory_lock.down_write', 'rwsem', 'down_write(&vdev{dev}->memory_lock)', POC, lock(TAKEN)),
  step('memory_lock.up_write', 'rwsem', 'up_write(&vdev{dev}->memory_lock)', POC),
  step('memory_lock.down_read', 'rwsem', 'down_read(&vdev{dev}->memory_lock)', POC, lock()),
  step('memory_lock.up_read', 'rwsem', 'up_read(&vdev{dev}->memory_lock)', POC),
  step('mmap_lock.down_write', 'rwsem', 'mmap_write_lock(mm)', VMA, lock(TAKEN)),
  step('mmap_lock.up_write', 'rwsem', 'mmap_write_unlock(mm)', VMA),
  step('mmap_lock.down_read', 'rwsem', 'mmap_read_lock(mm)', VMA, lock()),
  step('mmap_lock.up_read', 'rwsem', 'mmap_read_unlock(mm)', VMA),
  step('resv.lock', 'dma_resv', 'dma_resv_lock(dmabuf{buf}->resv)', POC, lock()),
  step('resv.unlock', 'dma_resv', 'dma_resv_unlock(dmabuf{buf}->resv)', POC),
  {
    ...step(
      'dev.pci_try_reset_function',
      'hardware',
      'pci_try_reset_function(vdev{dev}->pdev)',
      'vfio_pci_ioctl_reset, v7.3',
    ),
    outcomes: ['begin', 'ok'],
  },
];

const bar: readonly Call[] = [
  step(
    'bar.page_backed',
    'mark',
    { true: 'BAR{bar} has pages', false: 'BAR{bar} has no pages' },
    POC,
    { outcomes: ['true', 'false'] },
  ),
  step('page_backed.set', 'mark', 'vdev->p2p_page_backed_bars |= BIT({bar})', POC),
  step(
    'bar.add_resource',
    'page_map',
    {
      ok: 'pci_p2pdma_add_resource(BAR{bar})',
      '-ENOMEM': 'pci_p2pdma_add_resource(BAR{bar}): no memory',
      conflict: 'pci_p2pdma_add_resource(BAR{bar}): WARN, -ENOMEM',
    },
    POC,
    { outcomes: ['ok', '-ENOMEM', 'conflict'], environment: ['-ENOMEM'] },
  ),
  step(
    'bar.p2pmem',
    'pool',
    { absent: 'there is no p2pmem/allocate', present: 'p2pmem/allocate is there' },
    ALLOCATE,
    { outcomes: ['absent', 'present'] },
  ),
  step('bar.gen_pool_alloc', 'pool', 'gen_pool_alloc_owner()', ALLOCATE, {
    outcomes: ['ok', 'none'],
  }),
];

const buffer: readonly Call[] = [
  step('buf.dma_buf_export', 'dma_buf', 'dma_buf_export(dmabuf{buf})', POC, {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
  }),
  step('buf.list_add', 'list', 'list_add_tail(&priv{buf}->dmabufs_elm)', POC),
  step('buf.list_del', 'list', 'list_del_init(&priv{buf}->dmabufs_elm)', POC),
  step(
    'buf.listed',
    'list',
    { true: 'dmabuf{buf} is on the list', false: 'dmabuf{buf} is not on the list' },
    SERIES,
    { outcomes: ['true', 'false'] },
  ),
  step('buf.fd_install', 'file', 'dma_buf_fd(dmabuf{buf})', POC),
  step('buf.fput', 'file', 'fput(file of dmabuf{buf})', 'fs/file_table.c, v7.3'),
  step(
    'buf.status',
    'status',
    {
      OK: 'priv{buf}->status is OK',
      TEMP_REVOKED: 'priv{buf}->status is TEMP_REVOKED',
      PERM_REVOKED: 'priv{buf}->status is PERM_REVOKED',
    },
    SERIES,
    { outcomes: ['OK', 'TEMP_REVOKED', 'PERM_REVOKED'] },
  ),
  ...['OK', 'TEMP_REVOKED', 'PERM_REVOKED'].map((status) =>
    step(`status.set(${status})`, 'status', `priv{buf}->status = ${status}`, SERIES),
  ),
  step('buf.wait_unmapped', 'mappings', 'wait_for_completion(&priv{buf}->comp)', POC, {
    blocks: 'wait',
  }),
  step('mapping.get', 'mappings', 'kref_get(&priv{buf}->kref)', POC),
  step('mapping.put', 'mappings', 'kref_put(&priv{buf}->kref)', POC),
];

const vma: readonly Call[] = [
  ...['VM_MIXEDMAP', 'VM_PFNMAP'].map((flag) =>
    step(`vma.vm_flags_set(${flag})`, 'vma', `vm_flags_set(VMA{vma}, ${flag})`, POC),
  ),
  step('vma.vm_flags_set(none)', 'vma', 'no flags for VMA{vma}', POC),
  step('vma.find', 'vma', { ok: 'VMA{vma} is there', none: 'VMA{vma} is gone' }, VMA, {
    outcomes: ['ok', 'none'],
  }),
  step('vma.check_vma_flags', 'vma', 'check_vma_flags(VMA{vma})', GUP, {
    outcomes: ['ok', '-EFAULT'],
  }),
  step('vma.insert_pfn(no_page)', 'vma', 'vmf_insert_pfn(VMA{vma})', VMA),
  step('vma.unlink', 'vma', 'remove_vma(VMA{vma})', 'remove_vma, mm/vma.c, v7.3'),
  {
    ...step('vma.io', 'storage', 'the I/O of VMA{vma} ends', 'derived: bio_endio, v7.3'),
    outcomes: ['complete'],
  },
];

const page: readonly Call[] = [
  ...[0, 1].map((count) =>
    step(`page.set_page_count(${count})`, 'page', `set_page_count(page{page}, ${count})`, POC),
  ),
  step('page.claim', 'page', 'get_page(page{page})', 'derived: a reference for each buffer'),
  step('page.put', 'page', 'put_page(page{page})', 'derived: a reference for each buffer'),
  step('page.insert_page', 'page', 'vm_insert_page(page{page})', `vm_insert_page, ${VMA}`, {
    outcomes: ['ok', '-EINVAL'],
  }),
  step('page.insert_pfn', 'page', 'vmf_insert_pfn(PFN of page{page})', VMA),
  step(
    'page.pte',
    'page',
    { present: 'a PTE leads to page{page}', none: 'no PTE leads to page{page}' },
    VMA,
    { outcomes: ['present', 'none'] },
  ),
  step('page.zap', 'page', 'zap_pte_range() of page{page}', VMA),
  step('page.pin', 'page', 'try_grab_folio(page{page})', GUP, {
    outcomes: ['ok', 'none', '-EEXIST'],
  }),
  step('page.unpin', 'page', 'unpin_user_page(page{page})', GUP),
  step(
    'page.pinned',
    'page',
    { true: 'page{page} is pinned', false: 'page{page} is not pinned' },
    AWAITED,
    { outcomes: ['true', 'false'] },
  ),
  step('page.wait_unpinned', 'page', 'wait_var_event(page{page}, unpinned)', AWAITED, {
    blocks: 'wait',
  }),
  step('p2pmem.allocate', 'page', 'vm_insert_page() of p2pmem/allocate', ALLOCATE),
  step('p2pmem.free', 'page', 'put_page() of p2pmem/allocate', 'p2pdma_folio_free, v7.3'),
];

const MAP_TYPE = 'pci_p2pdma_map_type, v7.3';

const importer: readonly Call[] = [
  step('att.topology', 'route', 'where the importer is', MAP_TYPE, {
    outcomes: ['host_bridge', 'bus_addr', 'none'],
    environment: ['bus_addr', 'none'],
  }),
  step('att.map_type', 'route', 'pci_p2pdma_map_type(provider, dev)', MAP_TYPE, {
    outcomes: ['THRU_HOST_BRIDGE', 'BUS_ADDR', 'NOT_SUPPORTED'],
  }),
  step('att.dma_map_phys', 'route', 'dma_map_phys(phys)', 'dma_buf_phys_vec_to_sgt, v7.3', {
    outcomes: ['ok', '-EIO'],
    environment: ['-EIO'],
  }),
  step('att.use_bus_address', 'route', 'pci_p2pdma_bus_addr_map()', MAP_TYPE),
  step('att.dma_map_resource', 'route', 'dma_map_resource(phys)', POC, {
    outcomes: ['ok', '-EIO'],
    environment: ['-EIO'],
  }),
];

/** All calls and steps of page-backed buffers. */
export const pageCalls: readonly Call[] = [
  ...user,
  ...device,
  ...bar,
  ...buffer,
  ...vma,
  ...page,
  ...importer,
];
