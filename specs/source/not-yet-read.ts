/* Why a machine is not held against C, where several have the same reason. */
const DERIVED = 'no function of the kernel: what an importer may do';
const SERIES = 'a function of a posted series, which no tree that is read has';
const TRACE = 'what a trace tells of several functions';
const DESIGN = 'a design, which the kernel does not have';
const NETWORK =
  'of a network driver or its core: a step stands for whole calls into rings, firmware and NAPI, and was read by eye';
const USER = 'a program of user space';

/** Every procedure machine that does not say which C it is, and why. */
export const notYetRead: Readonly<Record<string, string>> = {
  fill_sg_entry:
    'a step of it is an address and a length, which the C writes in two statements, and what the machine ' +
    'is about is what an unsigned int keeps of them: the reader knows no types, so that i * UINT_MAX ' +
    'would not overflow in it; carries tells its defects by the text',
  map_chunks:
    'how many entries it allocates is a sum of quotients, which the reader does not calculate; the calls ' +
    'of the same C are compared as phys_vec_to_sgt, free_sgt and map_attachment',
  calc_map_type:
    'it walks a tree upwards, whose bridges the reader takes for any, and counts a distance on either side, ' +
    'which makes more than 20,000 states of it; it was read by eye, and it is held against the simulator in ' +
    'every tree of up to four devices on either side',
  route_importer:
    'vfio_pci_dma_buf_map() and dma_buf_phys_vec_to_sgt() down to one question of them: the calls of the ' +
    'same C are compared as map_attachment and phys_vec_to_sgt',
  route_owner:
    'several calls of user space in a row: close, unbind, bind, export; their C is compared as cleanup, ' +
    'p2pdma_release, probe and feature_dma_buf',
  region_user:
    'vfio_pci_core_feature_dma_buf() down to what is behind a region: its C is compared as feature_dma_buf',
  guest_fault: SERIES,
  pfn_owner: SERIES,
  deaf_callback:
    'ib_umem_dmabuf_unsupported_move_notify() up to 7.0, which the newest kernel has not',
  callback_later: DERIVED,
  unmap_work: DERIVED,
  evict_callback: DERIVED,
  remap_callback_from_work: DERIVED,
  remap_callback_in_callback: DERIVED,
  remap_work: DERIVED,
  locking_unmap_work: DERIVED,
  submit_work: DERIVED,
  error_recovery:
    'pcie_do_recovery() walks a bus with callbacks, of which the C does not say what they are',
  importer_hardware: 'hardware, which has no C',
  attached_iova: DESIGN,
  bar_mmap: SERIES,
  dma_buf_fault: SERIES,
  revoke_and_write: SERIES,
  revoke_bars: SERIES,
  set_status: SERIES,
  revoke_dma_buf: SERIES,
  cleanup_of_series: SERIES,
  register: DESIGN,
  export: DESIGN,
  page_allocate: DESIGN,
  page_export: DESIGN,
  page_importer: DESIGN,
  page_mapping: DESIGN,
  page_o_direct: DESIGN,
  page_release: DESIGN,
  page_reset: DESIGN,
  page_revoke: DESIGN,
  page_touch: DESIGN,
  p2p_register: DESIGN,
  remove_resource: DESIGN,
  p2p_reset: DESIGN,
  p2p_hot_reset: DESIGN,
  p2p_disable: DESIGN,
  p2p_close: DESIGN,
  p2p_probe: 'a driver that registers several BARs, which no driver of the tree does',
  p2p_unbind:
    'devres_release_all() walks a list of callbacks, of which the C does not say what they are',
  unmap_mappings:
    'pci_p2pdma_unmap_mappings() is one statement; its steps are those of kernfs, of which no object is a device',
  p2pmem_user: 'several calls of a process in a row, down to mm',
  o_direct: 'a write of a process, from GUP to the block layer',
  type1_do_map:
    'vfio_pin_map_dma() counts down by npage << PAGE_SHIFT, which is a configuration of the kernel and no ' +
    'number to the reader; vaddr_get_pfns(), which decides what is mapped, is compared',
  type1_do_unmap:
    'vfio_unmap_unpin() gathers what it unmaps in sizes that it finds in the page table, which the reader ' +
    'does not calculate',
  type1_map_dma: 'GUP decides, by flags of the page, which is arithmetic',
  open_other: 'what any open of a device does with one lock',
  mmap_and_touch: DESIGN,
  section: TRACE,
  walk: TRACE,
  buffer_call: TRACE,
  last_put: TRACE,
  compositor: USER,
  spdk_target: USER,
  spdk_target_odp: USER,
  vmm: USER,
  vmm_realize: USER,
  scanout_work: DERIVED,
  xsk_bind: NETWORK,
  xp_release_deferred: NETWORK,
  dev_open_close: NETWORK,
  tx_poll: NETWORK,
  prueth_xsk_pool_enable: NETWORK,
  prueth_xsk_pool_disable: NETWORK,
  prueth_destroy_rxq: NETWORK,
  prueth_create_rxq: NETWORK,
  emac_ndo_open_stop: NETWORK,
  igb_xsk_pool_enable: NETWORK,
  igb_xsk_pool_disable: NETWORK,
  igb_open_close: NETWORK,
  virtnet_xsk_pool_enable: NETWORK,
  virtnet_xsk_pool_disable: NETWORK,
  virtnet_rq_bind_xsk_pool: NETWORK,
  virtnet_sq_bind_xsk_pool: NETWORK,
  virtnet_open_close: NETWORK,
  required_pool_enable: DESIGN,
  required_pool_disable: DESIGN,
  required_open_stop: DESIGN,
  match_mapping: SERIES,
  mapping_attach: SERIES,
  typed_importer: SERIES,
  typed_callback: SERIES,
  typed_invalidate:
    'dma_buf_invalidate_mappings() of one attachment, for an exporter that admits importers without ops; the C is compared as invalidate_listed',
  exporter_device:
    'what a reset and the last close do, as far as one buffer sees it; the C is compared as device_reset and cleanup',
};
