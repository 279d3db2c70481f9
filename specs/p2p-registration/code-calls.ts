import type { Call } from 'xstate-check';

const P2PDMA = 'drivers/pci/p2pdma.c, v7.3';
const MEMREMAP = 'mm/memremap.c, v7.3';
const KERNFS = 'fs/kernfs, v7.3';
const VFIO = 'derived: what vfio-pci does around pci_p2pdma_add_resource() and its opposite';

type Rest = Pick<Call, 'written'> & Partial<Call>;

function step(name: string, callee: string, rest: Rest): Call {
  return { name, caller: 'thread', callee, outcomes: [''], source: P2PDMA, ...rest };
}

/** What a user calls; it takes time. */
function userCall(name: string, callee: string, rest: Rest): Call {
  return { name, caller: 'user', callee, outcomes: ['ok'], spans: true, source: VFIO, ...rest };
}

/** A function that another one calls, on its thread. */
function within(name: string, callee: string, written: string, outcomes = ['end']): Call {
  return step(name, callee, { outcomes, spans: true, written });
}

const users: readonly Call[] = [
  userCall('bar.p2p_register', 'register', {
    outcomes: ['ok', 'failed', 'refused'],
    written: 'P2P_REGISTER(BAR{bar})',
  }),
  userCall('dev.probe', 'probe', { written: 'probe of pdev{dev}', source: P2PDMA }),
  userCall('dev.device_reset', 'reset', { written: 'VFIO_DEVICE_RESET of vdev{dev}' }),
  userCall('dev.hot_reset', 'hot_reset', {
    written: 'hot reset of the set of vdev{dev}, by another owner',
  }),
  userCall('dev.write_command(MEM=0)', 'disable', { written: 'COMMAND.MEM of vdev{dev} = 0' }),
  userCall('dev.write_command(MEM=1)', 'disable', { written: 'COMMAND.MEM of vdev{dev} = 1' }),
  userCall('dev.close', 'close', { written: 'close(fd of vdev{dev})' }),
  userCall('dev.open_other', 'other', { written: 'open of another device of the set' }),
  userCall('dev.unbind', 'unbind', { written: 'unbind of pdev{dev}', source: P2PDMA }),
  userCall('dev.size_show', 'size_show', { written: 'read(p2pmem/size)', source: P2PDMA }),
  userCall('vma.mmap', 'mapper', {
    outcomes: ['ok', '-EINVAL', '-ENODEV', '-ENOMEM'],
    written: 'mmap(p2pmem/allocate)',
    source: KERNFS,
  }),
  userCall('vma.munmap', 'mapper', { written: 'munmap(VMA{vma})', source: 'munmap(2)' }),
  userCall('io.write', 'io', {
    outcomes: ['ok', '-EFAULT'],
    written: 'write(O_DIRECT) out of p2pmem',
    source: 'mm/gup.c, v7.3',
  }),
  userCall('vma.map_dma', 'type1', {
    outcomes: ['-EFAULT'],
    written: 'VFIO_IOMMU_MAP_DMA of VMA{vma}',
    source: 'vaddr_get_pfns, v7.3',
  }),
  {
    ...userCall('fd.open', 'file', { written: 'open(p2pmem/allocate)', source: KERNFS }),
    caller: 'mapper',
    outcomes: ['ok', '-ENOENT'],
    spans: false,
  },
  {
    ...userCall('fd.close', 'fd', { written: 'close(p2pmem/allocate)', source: KERNFS }),
    caller: 'mapper',
    outcomes: [''],
    spans: false,
  },
  {
    ...userCall('vma.touch', 'vma', { written: 'access to VMA{vma}', source: KERNFS }),
    outcomes: ['ok', 'SIGBUS', 'SIGSEGV'],
    spans: false,
  },
];

const functions: readonly Call[] = [
  within('bar.add_resource', 'add_resource', 'pci_p2pdma_add_resource(BAR{bar})', ['ok', 'failed']),
  within('bar.remove_resource', 'remove_resource', 'pci_p2pdma_remove_resource(BAR{bar})'),
  within('bar.unmap_mappings', 'unmap_mappings', 'pci_p2pdma_unmap_mappings(BAR{bar})'),
  within('bar.memunmap_pages', 'memunmap_pages', 'memunmap_pages(BAR{bar})'),
  step('page.folio_free', 'folio_free', {
    outcomes: ['end'],
    spans: true,
    written: 'p2pdma_folio_free(page of BAR{bar})',
  }),
  within('dev.p2pdma_release', 'p2pdma_release', 'pci_p2pdma_release(pdev{dev})'),
  within('vma.alloc_mmap', 'alloc_mmap', 'p2pmem_alloc_mmap(VMA{vma})', [
    'ok',
    '-EINVAL',
    '-ENODEV',
    '-ENOMEM',
  ]),
];

const locks: readonly Call[] = [
  ...['memory_lock', 'mmap_lock'].flatMap((lock) => {
    const of = lock === 'memory_lock' ? 'vdev{dev}->memory_lock' : 'mm->mmap_lock';
    return ['down_write', 'up_write', 'down_read', 'up_read'].map((operation) =>
      step(`${lock}.${operation}`, 'rwsem', {
        written: `${operation}(&${of})`,
        ...(operation.startsWith('down') && { blocks: 'lock', outcomes: ['', 'wait'] }),
        source: 'include/linux/rwsem.h, v7.3',
      }),
    );
  }),
  step('dev_set.lock.mutex_lock', 'mutex', {
    written: 'mutex_lock(&dev_set->lock)',
    blocks: 'lock',
    source: 'vfio_df_close, v7.3',
  }),
  step('dev_set.lock.mutex_unlock', 'mutex', {
    written: 'mutex_unlock(&dev_set->lock)',
    source: 'vfio_df_close, v7.3',
  }),
  step('rcu_read_lock', 'rcu', { written: 'rcu_read_lock()', c: 'rcu_read_lock()' }),
  step('rcu_read_unlock', 'rcu', { written: 'rcu_read_unlock()', c: 'rcu_read_unlock()' }),
  step('rcu.sync', 'rcu', {
    outcomes: ['begin', 'end'],
    blocks: 'wait',
    written: { begin: 'synchronize_rcu()', end: 'synchronize_rcu() returns' },
  }),
];

const mark: readonly Call[] = [
  step('bar.mark', 'mark', {
    outcomes: ['free', 'registering', 'registered', 'unregistering'],
    written: {
      free: 'BAR{bar} is free',
      registering: 'BAR{bar} is being registered',
      registered: 'BAR{bar} is registered',
      unregistering: 'BAR{bar} is being unregistered',
    },
    source: VFIO,
  }),
  step('dev.unregistering', 'unregistering', {
    outcomes: ['true', 'false'],
    written: { true: 'a BAR is being unregistered', false: 'no BAR is being unregistered' },
    source: VFIO,
  }),
  ...['registering', 'registered', 'unregistering', 'free'].map((state) =>
    step(`mark.${state}`, 'mark', { written: `BAR{bar} is marked ${state}`, source: VFIO }),
  ),
  step('mark.wait_free', 'mark', {
    blocks: 'wait',
    written: 'wait_event(BAR{bar} is free)',
    source: VFIO,
  }),
];

const pool: readonly Call[] = [
  step('dev.pcim_p2pdma_init', 'p2pdma', {
    outcomes: ['ok', '-ENOMEM', '-EOPNOTSUPP'],
    environment: ['-ENOMEM', '-EOPNOTSUPP'],
    written: 'pcim_p2pdma_init(pdev{dev})',
  }),
  step('dev.p2pdma', 'p2pdma', {
    outcomes: ['set', 'NULL'],
    written: { set: 'pdev{dev}->p2pdma is set', NULL: 'pdev{dev}->p2pdma is NULL' },
  }),
  step('p2pdma.deref', 'p2pdma', { written: 'pdev{dev}->p2pdma->pool' }),
  step('p2pdma.clear', 'p2pdma', { written: 'pdev{dev}->p2pdma = NULL' }),
  step('dev.pool', 'pool', {
    outcomes: ['set', 'NULL'],
    written: { set: 'p2pdma->pool is set', NULL: 'p2pdma->pool is NULL' },
  }),
  step('dev.gen_pool_create', 'pool', {
    outcomes: ['ok', 'NULL'],
    environment: ['NULL'],
    written: 'p2pdma->pool = gen_pool_create()',
  }),
  step('pool.clear', 'pool', { written: 'p2pdma->pool = NULL' }),
  step('dev.gen_pool_destroy', 'pool', { written: 'gen_pool_destroy(p2pdma->pool)' }),
  step('dev.gen_pool_size', 'pool', { written: 'gen_pool_size(p2pdma->pool)' }),
  step('dev.xa_destroy', 'map_types', { written: 'xa_destroy(&p2pdma->map_types)' }),
  step('bar.gen_pool_add_owner', 'pool', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'gen_pool_add_owner(pool, BAR{bar})',
  }),
  step('bar.drop_chunk', 'pool', {
    outcomes: ['more', 'last'],
    written: { more: 'other BARs are in the pool', last: 'BAR{bar} was the last in the pool' },
    source: 'derived: gen_pool cannot drop a chunk, so that whoever removes BARs counts them',
  }),
  step('dev.chunks', 'pool', {
    outcomes: ['some', 'none'],
    written: { some: 'there are BARs in the pool', none: 'no BAR is in the pool' },
    source: 'derived: gen_pool cannot drop a chunk, so that whoever removes BARs counts them',
  }),
  step('bar.gen_pool_alloc_owner', 'pool', {
    outcomes: ['ok'],
    blocks: 'wait',
    written: 'gen_pool_alloc_owner(pool), of BAR{bar}',
  }),
  step('dev.gen_pool_alloc_owner', 'pool', {
    outcomes: ['NULL'],
    blocks: 'wait',
    written: 'gen_pool_alloc_owner(pool) = NULL',
  }),
  step('page.gen_pool_free_owner', 'pool', {
    written: 'gen_pool_free_owner(pool, page of BAR{bar})',
  }),
  step('rest.gen_pool_free', 'pool', { written: 'gen_pool_free(pool, pages of BAR{bar})' }),
];

const pages: readonly Call[] = [
  step('bar.kzalloc(p2p_pgmap)', 'p2p_pgmap', {
    outcomes: ['ok', 'NULL'],
    environment: ['NULL'],
    written: 'p2p_pgmap{bar} = devm_kzalloc()',
  }),
  step('bar.kfree(p2p_pgmap)', 'p2p_pgmap', { written: 'devm_kfree(p2p_pgmap{bar})' }),
  step('bar.memremap_pages', 'pgmap', {
    outcomes: ['ok', 'failed'],
    environment: ['failed'],
    written: 'devm_memremap_pages(BAR{bar})',
    source: MEMREMAP,
  }),
  step('bar.devm_add_action', 'p2p_pgmap', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'devm_add_action_or_reset(p2p_pgmap{bar})',
  }),
  step('bar.devm_remove_action', 'p2p_pgmap', {
    written: 'devm_remove_action(p2p_pgmap{bar})',
    source: 'devm_remove_action, devm_release_action, drivers/base/devres.c, v7.3',
  }),
  step('devm.unmap_mappings', 'p2p_pgmap', {
    outcomes: ['armed', 'none'],
    written: {
      armed: 'devres: pci_p2pdma_unmap_mappings, BAR{bar}',
      none: 'devres: nothing for BAR{bar}',
    },
    source: 'drivers/base/devres.c, v7.3',
  }),
  step('devm.p2p_pgmap', 'p2p_pgmap', {
    outcomes: ['allocated', 'none'],
    written: {
      allocated: 'devres: kfree(p2p_pgmap{bar})',
      none: 'devres: no p2p_pgmap of BAR{bar}',
    },
    source: 'drivers/base/devres.c, v7.3',
  }),
  step('devm.memunmap', 'pgmap', {
    outcomes: ['armed', 'none'],
    written: {
      armed: 'devres: devm_memremap_pages_release, BAR{bar}',
      none: 'devres: no pages of BAR{bar}',
    },
    source: 'drivers/base/devres.c, v7.3',
  }),
  ...['get', 'put', 'kill', 'put_many'].map((operation) =>
    step(`pgmap.${operation}`, 'pgmap', {
      written: `percpu_ref_${operation}(&pgmap{bar}->ref)`,
      source: MEMREMAP,
    }),
  ),
  step('pgmap.tryget_live', 'pgmap', {
    outcomes: ['true', 'false'],
    written: 'percpu_ref_tryget_live_rcu(&pgmap{bar}->ref)',
  }),
  step('pgmap.wait', 'pgmap', {
    blocks: 'wait',
    written: 'wait_for_completion(&pgmap{bar}->done)',
    source: MEMREMAP,
  }),
  step('pgmap.unmap_range', 'pgmap', {
    written: 'pageunmap_range(pgmap{bar})',
    source: MEMREMAP,
  }),
  step('page.set_count(1)', 'page', { written: 'set_page_count(page of BAR{bar}, 1)' }),
  step('page.set_count(0)', 'page', { written: 'set_page_count(page of BAR{bar}, 0)' }),
  step('page.insert', 'page', {
    outcomes: ['ok', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'vm_insert_page(VMA{vma}, page of BAR{bar})',
  }),
  step('page.put', 'page', {
    outcomes: ['more', 'last'],
    written: 'put_page(page of BAR{bar})',
  }),
  step('page.zap', 'vma', { blocks: 'wait', written: 'the PTE of a page of BAR{bar} goes' }),
  step('vma.zap', 'vma', {
    outcomes: ['none'],
    blocks: 'wait',
    written: 'VMA{vma} has no PTE',
  }),
  step('page.pin', 'vma', {
    blocks: 'wait',
    written: 'get_user_pages_fast(), a page of BAR{bar}',
    source: 'mm/gup.c, v7.3',
  }),
  step('vma.pin', 'vma', {
    outcomes: ['-EFAULT'],
    blocks: 'wait',
    written: 'get_user_pages_fast() = -EFAULT',
    source: 'mm/gup.c, v7.3',
  }),
  step('vma.pin_longterm', 'gup', {
    outcomes: ['-EFAULT'],
    written: 'pin_user_pages_remote(FOLL_LONGTERM) fails',
    source: 'vaddr_get_pfns, v7.3',
  }),
  step('io.submit', 'disk', { written: 'submit_bio()', source: 'derived: an O_DIRECT write' }),
  step('io.complete', 'disk', { written: 'the I/O is done', source: 'derived: an O_DIRECT write' }),
];

const files: readonly Call[] = [
  step('vma.shared', 'arguments', {
    outcomes: ['true', 'false'],
    environment: ['false'],
    written: { true: 'MAP_SHARED', false: 'MAP_PRIVATE' },
  }),
  step('vma.pgoff', 'arguments', {
    outcomes: ['0', 'other'],
    environment: ['other'],
    written: { 0: 'offset 0', other: 'an offset' },
  }),
  step('dev.sysfs_create_group', 'file', {
    outcomes: ['ok', '-EEXIST', '-ENOMEM'],
    environment: ['-ENOMEM'],
    written: 'sysfs_create_group(p2pmem)',
  }),
  step('dev.sysfs_remove_group', 'file', {
    outcomes: ['begin', 'end'],
    blocks: 'wait',
    written: { begin: 'sysfs_remove_group(p2pmem)', end: 'sysfs_remove_group() returns' },
  }),
  step('fd.get_active', 'fd', {
    outcomes: ['ok', '-ENODEV'],
    written: 'kernfs_get_active_of()',
    source: KERNFS,
  }),
  step('fd.put_active', 'file', { written: 'kernfs_put_active_of()', source: KERNFS }),
  step('allocate.remove', 'file', {
    outcomes: ['ok', '-ENOENT'],
    written: 'sysfs_remove_file_from_group(allocate)',
    source: KERNFS,
  }),
  step('allocate.drain', 'file', {
    blocks: 'wait',
    written: 'kernfs_drain(): no mmap() runs in it',
    source: KERNFS,
  }),
];

const device: readonly Call[] = [
  step('dev.memory_enabled', 'memory', {
    outcomes: ['true', 'false'],
    written: { true: 'memory of vdev{dev} is on', false: 'memory of vdev{dev} is off' },
    source: '__vfio_pci_memory_enabled, v7.3',
  }),
  step('memory.off', 'memory', {
    written: 'COMMAND.MEM = 0',
    source: 'vfio_basic_config_write, v7.3',
  }),
  step('memory.on', 'memory', {
    written: 'COMMAND.MEM = 1',
    source: 'vfio_basic_config_write, v7.3',
  }),
  step('dev.reset', 'memory', {
    outcomes: ['begin', 'end'],
    written: { begin: 'pci_try_reset_function() begins', end: 'the function is reset' },
    source: 'vfio_pci_ioctl_reset, v7.3',
  }),
  step('dev.disable', 'memory', {
    written: 'vfio_pci_core_disable(vdev{dev})',
    source: 'vfio_pci_core_disable, v7.3',
  }),
];

/** Every call and step of the registration of BARs as code. */
export const codeCalls: readonly Call[] = [
  ...users,
  ...functions,
  ...locks,
  ...mark,
  ...pool,
  ...pages,
  ...files,
  ...device,
];
