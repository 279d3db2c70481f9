import type { LeftOut } from 'xstate-check';

/** A procedure machine, where the functions it stands for were read, and what it leaves out of them. */
export interface Reading {
  readonly machine: string;
  /**
   * The release whose text it was held against, branch by branch; `derived` for what no source
   * states (an importer of a kind), `proposal` for what was posted and not merged.
   */
  readonly read: '7.3.4' | '6.19' | 'derived' | 'proposal';
  readonly leftOut: readonly Omit<LeftOut, 'machine'>[];
}

type Row = readonly [name: string, what: string, why: string];

function reading(machine: string, read: Reading['read'], ...leftOut: readonly Row[]): Reading {
  return {
    machine,
    read,
    leftOut: leftOut.map(([name, what, why]) => ({ function: name, what, why })),
  };
}

const ARGUMENTS = 'arguments of the caller are a table, not states (docs/export-arguments.md)';
const ONE_CONFIG = 'nothing of the device or of its buffers has changed by then';

/** Every procedure machine; a test holds that none is missing and that each row names what is there. */
export const readings: readonly Reading[] = [
  reading(
    'hot_reset',
    '7.3.4',
    [
      'vfio_pci_dev_set_pm_runtime_get',
      'a device that sleeps is resumed, which takes its memory_lock in vfio_pci_core_runtime_resume()',
      'no device of the system sleeps; try_reset, which makes the same call, has it',
    ],
    [
      'vfio_pci_dev_set_hot_reset',
      'how a device is owned: by its group, its iommufd or the iommufd of its group',
      ARGUMENTS,
    ],
    [
      'vfio_pci_dev_set_hot_reset',
      'pci_reset_bus() also answers -EAGAIN, where the slot, the bus or a device of it is locked by somebody else: nothing is reset then',
      'whatever a failed reset answers is returned, and it takes the way back of -ENOTTY',
    ],
  ),
  reading('move', '7.3.4'),
  reading('invalidate_mappings', '7.3.4'),
  reading(
    'type1_do_map',
    '7.3.4',
    [
      'vfio_dma_do_map',
      'sizes, alignment, ranges of the IOMMU, dma_avail, VFIO_DMA_MAP_FLAG_VADDR, dirty pages',
      ARGUMENTS,
    ],
    [
      'vfio_pin_pages_remote',
      'pages that are pinned and counted, and PFNs in a row',
      'a page of a BAR has no struct page; of several each is as one',
    ],
  ),
  reading(
    'xsk_bind',
    '7.3.4',
    [
      'xsk_bind',
      'a socket that is bound already, XDP_SHARED_UMEM, XDP_COPY, and what is refused before the pool is made',
      ARGUMENTS,
    ],
    [
      'xp_assign_dev',
      'features, frame size and memory providers, which are asked before the driver; a driver that has mapped nothing: WARN, -EINVAL',
      'they answer before anything of the queue is touched; each driver that is drawn maps the pool first',
    ],
  ),
  reading('xp_release_deferred', '7.3.4'),
  reading('dev_open_close', '7.3.4', [
    '__dev_open',
    'netif_device_present(), the notifiers, ndo_validate_addr(), netpoll, dev_activate()',
    'they are of the network device, and of no queue',
  ]),
  reading(
    'tx_poll',
    '7.3.4',
    [
      'emac_tx_complete_packets',
      'frames that are no frames of the pool, the teardown marker, budget and need_wakeup',
      'what the pool is used for is the same in each',
    ],
    [
      'virtnet_poll_tx',
      'frames are reaped where there is a pool alone',
      'its NAPI is disabled while the pointer changes',
    ],
  ),
  reading('prueth_xsk_pool_enable', '7.3.4', [
    'prueth_xsk_pool_enable',
    'the queue id, the frame size, and prueth_xsk_wakeup() at the end',
    'the first two are refused before anything is done; the third tests what was just set',
  ]),
  reading('prueth_xsk_pool_disable', '7.3.4', [
    'prueth_xsk_pool_disable',
    'the range of the queue id',
    'the core has asked it when the pool came',
  ]),
  reading('prueth_destroy_rxq', '7.3.4', [
    'prueth_destroy_rxq',
    'NAPI is scheduled to pop the marker of the teardown; the timer of interrupt pacing',
    'they decide how long the wait is, and nothing that is drawn',
  ]),
  reading('prueth_create_rxq', '7.3.4', [
    'prueth_prepare_rx_chan',
    'a fill that ends early: a partial one of a pool is a success, one of pages gives back what it has',
    'the ring is empty or has buffers, however many',
  ]),
  reading('emac_ndo_open_stop', '7.3.4', [
    'emac_ndo_open',
    'the channels, interrupts, firmware and flow that are requested, and prueth_create_txq()',
    'their errors go back before the queue is made, or by prueth_destroy_rxq()',
  ]),
  reading('igb_xsk_pool_enable', '7.3.4', [
    'igb_xsk_pool_enable',
    'the range of the queue, no XDP program, and igb_xsk_wakeup(), which fails where __IGB_DOWN is set',
    'refused before anything is done; without a program nothing is done; that state is not drawn',
  ]),
  reading('igb_xsk_pool_disable', '7.3.4', [
    'igb_xsk_pool_disable',
    'no XDP program',
    'without one it unmaps, and no more',
  ]),
  reading('igb_open_close', '7.3.4', [
    '__igb_open',
    'transmit resources, interrupts, the counts of queues, firmware',
    'their errors go back over what igb_configure() did, with NAPI not enabled yet',
  ]),
  reading('virtnet_xsk_pool_enable', '7.3.4', [
    'virtnet_xsk_pool_enable',
    'headroom, big packets, the range of the queue, the DMA device of both queues',
    'refused before anything is done',
  ]),
  reading('virtnet_xsk_pool_disable', '7.3.4'),
  reading('virtnet_rq_bind_xsk_pool', '7.3.4'),
  reading('virtnet_sq_bind_xsk_pool', '7.3.4'),
  reading('virtnet_open_close', '7.3.4', [
    'virtnet_open',
    'more than one pair of queues, the link, the work of a late refill',
    'one queue is drawn',
  ]),
  reading('required_pool_enable', 'derived'),
  reading('required_pool_disable', 'derived'),
  reading('required_open_stop', 'derived'),
  reading('match_mapping', 'proposal'),
  reading('mapping_attach', 'proposal'),
  reading('typed_importer', 'proposal'),
  reading('typed_callback', 'proposal'),
  reading('typed_invalidate', 'derived'),
  reading('exporter_device', 'derived'),
  reading('vaddr_get_pfns', '7.3.4', [
    'follow_fault_pfn',
    '-EAGAIN where a fault has dropped mmap_lock, and -EFAULT where the PTE is not writable',
    'the fault handler of vfio-pci drops no lock, and a BAR is mapped writable',
  ]),
  reading('type1_do_unmap', '7.3.4', [
    'vfio_dma_do_unmap',
    'ranges that cut a mapping, VFIO_DMA_UNMAP_FLAG_ALL and _VADDR, dirty pages, mediated devices',
    ARGUMENTS,
  ]),
  reading('fill_sg_entry', '7.3.4'),
  reading(
    'map_chunks',
    '7.3.4',
    [
      'vfio_pci_dma_buf_attach',
      'priv->revoked and dma_buf_attach_revocable()',
      'attach has them: an importer of this system can be revoked, and nobody revokes',
    ],
    [
      'dma_buf_phys_vec_to_sgt',
      'dma->state, and the range of addresses behind an IOMMU that translates',
      'phys_vec_to_sgt and fill_sg_entry have them: their entries do not depend on the ranges',
    ],
  ),
  reading('munmap', 'derived'),
  reading('compositor', 'derived'),
  reading('scanout_work', 'derived'),
  reading('spdk_target', 'derived'),
  reading('spdk_target_odp', 'derived'),
  reading('vmm', 'derived'),
  reading('vmm_realize', 'derived'),
  reading('invalidate_listed', '7.3.4'),
  reading(
    'command_write',
    '7.3.4',
    [
      'vfio_basic_config_write',
      'vfio_bar_restore() writes the BARs back, under memory_lock, ahead of a write of COMMAND that finds a device which was reset behind its back',
      'the write of COMMAND is one step with it (device-registers, which has the addresses, and recovery of an error); firmware that resets so is not drawn',
    ],
    [
      'vfio_basic_config_write',
      'INTx emulation and the I/O bit',
      'no memory of a BAR depends on them',
    ],
  ),
  reading(
    'close',
    '7.3.4',
    [
      'vfio_pci_core_close_device',
      'vf_token->users of the PF, and the eventfds of errors and requests',
      'they decide nothing about memory; what becomes of the VFs of a PF that is closed is not drawn, since one device is drawn at a time',
    ],
    [
      'vfio_df_close',
      'a device that is opened several times through its group: only the last close closes it',
      'an earlier close does nothing but count',
    ],
  ),
  reading('cleanup', '7.3.4'),
  reading(
    'core_disable',
    '7.3.4',
    [
      'vfio_pci_core_disable',
      'bus mastering, interrupts, ioeventfds, regions of drivers, dummy resources',
      'they are about what the device itself starts, and about no memory of a BAR',
    ],
    [
      'vfio_pci_core_disable',
      'pci_load_and_free_saved_state() fails, and the state of now is saved, or nothing is restored where there is no reset either',
      'only where a capability has changed its size since the device was opened',
    ],
    [
      'vfio_pci_core_disable',
      'disable_idle_d3: no reference is put',
      'a module parameter, off unless somebody sets it',
    ],
  ),
  reading('try_reset', '7.3.4'),
  reading('importer', '7.3.4', [
    'dma_buf_map_attachment',
    'dma_buf_pin_on_map(), and the wait for KERNEL fences of a static importer',
    'both are for importers without importer_ops, which cannot attach: they are not P2P',
  ]),
  reading('callback_in_callback', '7.3.4', [
    'virtgpu_dma_buf_move_notify',
    'the host is told before, and nothing is done for an object that it does not know yet',
    'an object is mapped and made known to the host in one section of dma_resv',
  ]),
  reading('callback_later', 'derived'),
  reading('unmap_work', 'derived'),
  reading('device_call', '7.3.4', [
    'vfio_device_fops_unl_ioctl',
    'calls that change nothing a rule speaks of',
    ONE_CONFIG,
  ]),
  reading(
    'power_write',
    '7.3.4',
    [
      'vfio_pm_config_write',
      'vfio_default_config_write() fails, and no power state is set',
      ONE_CONFIG,
    ],
    [
      'vfio_pci_set_power_state',
      'D0 that the device does not reach',
      'a device that does not come back answers no config access either (failing-config-write)',
    ],
  ),
  reading(
    'function_reset',
    '7.3.4',
    [
      'vfio_exp_config_write',
      'the write or the read of DEVCAP fails, or the device has no FLR: nothing is reset',
      ONE_CONFIG,
    ],
    [
      'vfio_af_config_write',
      'the write or the read of AF_CAP fails, or the device has no FLR: nothing is reset',
      ONE_CONFIG,
    ],
  ),
  reading('device_reset', '7.3.4'),
  reading('low_power_entry', '7.3.4'),
  reading('low_power_entry_with_wakeup', '7.3.4', [
    'vfio_pci_runtime_pm_entry',
    'its caller reads the eventfd first (-EFAULT, -EINVAL, -EBADF) and puts it where the entry fails',
    ARGUMENTS,
  ]),
  reading('low_power_exit', '7.3.4'),
  reading('runtime_resume', '7.3.4', [
    'vfio_pci_core_runtime_resume',
    'INTx is unmasked',
    'no memory of a BAR depends on it',
  ]),
  reading(
    'pm_core',
    '7.3.4',
    [
      'rpm_suspend',
      'a suspend that fails, autosuspend, and the states of parents and suppliers',
      'a device that stays awake is always drawn beside',
    ],
    ['vfio_pci_core_runtime_suspend', 'INTx is masked', 'no memory of a BAR depends on it'],
  ),
  reading(
    'page_fault',
    '7.3.4',
    [
      'vfio_pci_mmap_huge_fault',
      'an address that is not aligned to the order of a huge fault: VM_FAULT_FALLBACK, and the fault comes again with a smaller order',
      'the answer of the smallest order is drawn',
    ],
    [
      'vfio_pci_vmf_insert_pfn',
      'vmf_insert_pfn() fails for want of memory',
      'no PTE is there, as after SIGBUS',
    ],
  ),
  reading(
    'sysfs_reset',
    '7.3.4',
    ['pci_reset_function', '-ENOTTY of a device that has no reset', 'nothing is reset then'],
    [
      'pci_reset_function',
      'the locks of the bridge and of the device, around the reset',
      'vfio-pci only tries them (pci_dev_trylock), and then answers -EAGAIN, which is drawn',
    ],
  ),
  reading(
    'error_recovery',
    '7.3.4',
    [
      'pcie_do_recovery',
      'errors that are not fatal, a device below the port that wants a reset or cannot recover, and a reset that fails',
      'nothing is reset where the link is not frozen; a driver of another device may ask for it, and then slot_reset is missing all the same',
    ],
    [
      'pci_reset_bridge',
      'slots, and the locks of the bus',
      'the reset of a slot puts back as little; the device is not reset while somebody else resets it',
    ],
  ),
  reading(
    'sriov_configure',
    '7.3.4',
    [
      'vfio_pci_core_sriov_configure',
      '-EINVAL for a PF that has VFs already, and vfio_pci_sriov_pfs_mutex around the list that it is told from',
      'sriov_numvfs_store() has answered -EBUSY before, and both run under device_lock()',
    ],
    [
      'vfio_pci_core_sriov_configure',
      'the probe of the VFs inside pci_enable_sriov()',
      'no lock of the PF is held by then (since 40ef3edf151e)',
    ],
  ),
  reading(
    'feature_dma_buf',
    '7.3.4',
    [
      'vfio_pci_core_feature_dma_buf',
      'vfio_check_feature() with PROBE answers 0 and does nothing; which of the tests of the header refuses, with which errno',
      ARGUMENTS,
    ],
    [
      'dma_buf_export',
      'WARN_ON() of the operations, -ENOENT of a module that is being unloaded',
      'the operations are constant, and a module whose ioctl runs is not unloaded',
    ],
    [
      'vfio_pci_core_feature_dma_buf',
      'get_dmabuf_phys() of a variant driver',
      'no variant driver is drawn',
    ],
  ),
  reading('fput', '7.3.4'),
  reading('fput_o_path', '7.3.4'),
  reading('release', '7.3.4'),
  reading(
    'probe',
    '7.3.4',
    [
      'vfio_pci_core_enable',
      'pci_try_reset_function() of the first open, without memory_lock',
      'a device that is not open has no buffers: the close before has cleaned them up and waited, which is drawn (last-close)',
    ],
    [
      'vfio_pci_core_enable',
      'an open that fails: no resume, pci_enable_device(), -EAGAIN of the reset, -ENOMEM',
      'there is no file to call an ioctl on then',
    ],
  ),
  reading('unregister', '7.3.4', [
    'vfio_unregister_group_dev',
    'ops->request() every ten seconds, and a wait that a signal makes uninterruptible',
    'user space is asked and need not answer',
  ]),
  reading('attach', '7.3.4', [
    'dma_buf_dynamic_attach',
    'WARN_ON() of a buffer or a device that is NULL',
    'a defect of the importer that no importer of the tree has',
  ]),
  reading('detach', '7.3.4'),
  reading('evict_callback', 'derived'),
  reading('remap_callback_from_work', 'derived'),
  reading('remap_callback_in_callback', 'derived'),
  reading('deaf_callback', '6.19'),
  reading('remap_work', 'derived'),
  reading('locking_unmap_work', 'derived'),
  reading('submit_work', 'derived'),
  reading('importer_hardware', 'derived'),
  reading(
    'map_file',
    '7.3.4',
    ['iopt_alloc_dmabuf_pages', '-EINVAL of a range that is not in the buffer', ARGUMENTS],
    [
      'iopt_map_dmabuf',
      'mutex_lock(&pages->mutex) and back inside dma_resv, where CONFIG_LOCKDEP is set',
      'it tells lockdep the order that revoke_notify has',
    ],
    [
      'iopt_map_dmabuf',
      'dma_buf_pin() fails',
      'vfio-pci has no .pin since 7.1, and before that iommufd did not pin',
    ],
    [
      'vfio_pci_dma_buf_iommufd_map',
      '-EOPNOTSUPP: not a buffer of vfio-pci, or symbol_get() finds no vfio-pci-core',
      'the buffer is one, and keeps the module that it comes from',
    ],
    [
      'iopt_area_fill_domains',
      'no domain, several, or one that cannot be filled: the pages are released as by IOAS_UNMAP',
      'one domain is drawn; what a release does is drawn for IOAS_UNMAP',
    ],
  ),
  reading('revoke_notify', '7.3.4'),
  reading('ioas_unmap', '7.3.4', [
    'iopt_unmap_iova_range',
    '-EBUSY, -ENOENT and -EDEADLOCK; accesses that are told to let go; domains_rwsem, iova_rwsem',
    'one area, whole, without accesses: those of a dma-buf are refused (access_pin)',
  ]),
  reading('release_pages', '7.3.4', [
    'iopt_release_pages',
    'pages of user memory and of files',
    'they are no dma-buf',
  ]),
  reading('access_pin', '7.3.4', [
    'iopt_area_add_access',
    '-EPERM of an access that may not write',
    ARGUMENTS,
  ]),
  reading(
    'register_mr',
    '7.3.4',
    [
      'ib_umem_dmabuf_get_pinned_and_lock',
      'dma_buf_get() of a bad descriptor, a range outside the buffer or without a page',
      ARGUMENTS,
    ],
    [
      'ib_umem_dmabuf_map_pages',
      'the wait for KERNEL fences fails or times out',
      'it is not interruptible and has no timeout',
    ],
    ['irdma_reg_user_mr_dmabuf', '-EOPNOTSUPP of a DMA handle, -EINVAL of a length', ARGUMENTS],
    [
      'irdma_reg_user_mr_type_mem',
      'errors of the control queue, which leave as -ENOMEM does',
      'the way back is one',
    ],
  ),
  reading('deregister_mr', '7.3.4', [
    'irdma_dereg_mr',
    '-EBUSY of a region that backs a user ring; irdma_hwdereg_mr() fails',
    'regions of type MEM; a hardware that does not answer is reset by its driver, which is not drawn',
  ]),
  reading('umem_revoke', '7.3.4', [
    'ib_umem_dmabuf_revoke_locked',
    'the callback of the driver cannot stop the hardware, and asks for a reset of it',
    'what hardware does that does not answer is not drawn',
  ]),
  reading('umem_release', '7.3.4'),
  reading('map_attachment', '7.3.4'),
  reading('phys_vec_to_sgt', '7.3.4'),
  reading('free_sgt', '7.3.4'),
  reading('attached_iova', 'proposal'),
  reading('bar_mmap', 'proposal'),
  reading('dma_buf_fault', 'proposal'),
  reading('nvgrace_read', 'proposal'),
  reading('revoke_and_write', 'proposal'),
  reading('revoke_bars', 'proposal'),
  reading('set_status', 'proposal'),
  reading('revoke_dma_buf', 'proposal'),
  reading('cleanup_of_series', 'proposal'),
  reading('register', 'proposal'),
  reading('add_resource', '7.3.4', [
    'pci_p2pdma_add_resource',
    '-EINVAL of a BAR that is no memory, of an offset or size beyond it, and of a device without P2PDMA',
    ARGUMENTS,
  ]),
  reading('alloc_mmap', '7.3.4'),
  reading('folio_free', '7.3.4'),
  reading('memunmap_pages', '7.3.4'),
  reading('p2pdma_release', '7.3.4'),
  reading('size_show', '7.3.4'),
  reading('unmap_mappings', '7.3.4', [
    'kernfs_drain_open_files',
    'a mapping of another process is taken away while that one is being copied by fork()',
    'VM_DONTCOPY or not, unmap_mapping_range() finds every VMA of the file',
  ]),
  reading('p2p_unbind', '7.3.4', [
    'devres_release_all',
    'the actions of the driver itself, before and between those of P2PDMA',
    'they are about no page of a BAR',
  ]),
  reading('p2pmem_user', '7.3.4', [
    'kernfs_fop_mmap',
    'of->mutex, and -EINVAL of a file whose mappings have different operations',
    'one file has one kind of mapping',
  ]),
  reading('o_direct', 'derived'),
  reading('open_other', '7.3.4'),
  reading('p2p_probe', 'derived'),
  reading('type1_map_dma', '7.3.4'),
  reading('p2p_register', 'proposal'),
  reading('remove_resource', 'proposal'),
  reading('p2p_reset', 'proposal'),
  reading('p2p_hot_reset', 'proposal'),
  reading('p2p_disable', 'proposal'),
  reading('p2p_close', 'proposal'),
  reading('export', 'proposal'),
  reading('mmap_and_touch', 'proposal'),
  reading('page_export', 'proposal'),
  reading('page_mapping', 'proposal'),
  reading('page_touch', 'proposal'),
  reading('page_o_direct', 'derived'),
  reading('page_reset', 'proposal'),
  reading('page_revoke', 'proposal'),
  reading('page_release', 'proposal'),
  reading('page_allocate', 'derived'),
  reading('page_importer', 'proposal'),
  reading('route_importer', '7.3.4'),
  reading('map_type', '7.3.4'),
  reading('calc_map_type', '7.3.4', [
    'calc_map_type_and_dist',
    'the distance, by which pci_p2pmem_find_many() chooses a pool, and the warnings',
    'no dma-buf of VFIO comes from such a pool',
  ]),
  reading('host_bridge_whitelist', '7.3.4', [
    '__host_bridge_whitelist',
    'the list itself, and which device of a root bus is looked up in it',
    'a host bridge of the model is in the list or not; the simulator has the entries',
  ]),
  reading('route_owner', '7.3.4'),
  reading('region_user', '7.3.4', [
    'vfio_pci_core_feature_dma_buf',
    'every other errno of an export',
    ARGUMENTS,
  ]),
  reading('core_phys', '7.3.4', [
    'vfio_pci_core_fill_phys_vec',
    '-EOVERFLOW, and -EINVAL of a range of no length',
    ARGUMENTS,
  ]),
  reading('nvgrace_phys', '7.3.4'),
  reading('guest_fault', 'proposal'),
  reading('pfn_owner', 'proposal'),
  reading('section', 'derived'),
  reading('walk', 'derived'),
  reading('buffer_call', 'derived'),
  reading('last_put', 'derived'),
];

/** What is left out of functions that are drawn. */
export const leftOut: readonly LeftOut[] = readings.flatMap(({ machine, leftOut: rows }) =>
  rows.map((row) => ({ machine, ...row })),
);
