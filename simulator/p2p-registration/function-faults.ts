import type { SimulatorFault } from '../faults.ts';

const X10 = 'derived from memunmap_pages(), p2pdma_folio_free(), v7.3: the order of a teardown';

const table = {
  'A-07': {
    does: 'register does not test whether the BAR is registered',
    source: 'pagemap_range, v7.3: WARN "Conflicting mapping in same section", -ENOMEM',
    shows: 'the pages of a BAR are made a second time',
  },
  'A-08': {
    does: 'register adds BARs without memory_lock',
    source: 'pci_p2pdma_setup_pool, v7.3, which leaves serialising to its caller',
    shows: 'two BARs are added at once',
  },
  'A-10': {
    does: 'where gen_pool_add_owner() fails, the action of devres stays armed',
    source: 'pci_p2pdma_add_resource, v7.3',
    shows: 'no devm_remove_action(); a use after free when the device is unbound',
  },
  'A-11': {
    does: 'teardown waits for pages with memory_lock held',
    source: 'derived from memunmap_pages, v7.3, which waits without a limit',
    shows: 'remove_resource begins in the section',
  },
  'A-12': {
    does: 'close and hot reset wait for pages with dev_set->lock held',
    source: 'derived from vfio_df_close, v7.3',
    shows: 'dev_set->lock is taken before memory_lock',
  },
  'A-14': {
    does: 'memunmap_pages() does not wait for the last page',
    source: 'derived: O_DIRECT into a device that is being reset',
    shows: 'pages go while in use, and the device is reset',
  },
  'A-15': {
    does: 'the pool is destroyed before the last page is back',
    source: X10,
    shows: 'the pool goes ahead of memunmap_pages()',
  },
  'A-16': {
    does: 'the pool is destroyed without synchronize_rcu()',
    source: X10,
    shows: 'no grace period',
  },
  'A-17': {
    does: 'the pool goes before p2pmem/allocate does',
    source: X10,
    shows: 'an mmap() finds no pool, and dereferences NULL',
  },
  'A-18': {
    does: 'the pool goes with the first BAR that is removed',
    source: 'gen_pool_destroy(), lib/genalloc.c, v7.3: a pool cannot lose one chunk',
    shows: 'drop_chunk says last while another BAR is in the pool',
  },
  'A-19': {
    does: 'the pool outlives the last BAR',
    source: 'pci_p2pdma_setup_pool, v7.3, makes the file only where there is no pool',
    shows: 'a BAR that is registered again has no p2pmem/allocate',
  },
  'A-31': {
    does: 'a write that clears COMMAND.MEM leaves the registration',
    source: '[RFC PATCH 0/5], 2026-06-10, names reset and the end of the session only',
    shows: 'memory goes off with pages in use',
  },
  'A-36': {
    does: 'the last close leaves the registration',
    source: 'derived: the teardown of the RFC left out',
    shows: 'the device is disabled with pages in use',
  },
  'A-37': {
    does: 'a BAR counts as free before the call is done with it',
    source: 'derived: the mark is cleared where the pages are removed',
    shows: 'the mark goes ahead of the reset',
  },
  'A-40': {
    does: 'pages of PCI memory can be pinned for long',
    source: 'mm/gup.c, v7.3 refuses FOLL_LONGTERM with FOLL_PCI_P2PDMA',
    shows: 'VFIO_IOMMU_MAP_DMA succeeds',
  },
  'A-42': {
    does: 'where vm_insert_page() fails, the page is in the pool before its count is 0',
    source: 'p2pmem_alloc_mmap, v7.3',
    shows: 'gen_pool_free() comes before set_page_count(0)',
  },
  'A-43': {
    does: 'where the action of devres cannot be added, it is run: the file of every BAR goes',
    source: 'pci_p2pdma_add_resource, v7.3: devm_add_action_or_reset()',
    shows: 'unmap_mappings in a registration that fails',
  },
  X8: {
    does: 'register does not test whether the device decodes memory',
    source: '[RFC PATCH 0/5], 2026-06-10, names no precondition',
    shows: 'pages of a BAR that is off',
  },
  X14: {
    does: 'a registration that fails leaves an empty pool and p2pmem',
    source: 'pci_p2pdma_add_resource, v7.3: pci_p2pdma_setup_pool() is not undone',
    shows: 'p2pmem of a device of which no BAR is registered',
  },
} as const satisfies Record<string, SimulatorFault>;

/** The name of what is wrong in the functions of a registration. */
export type FunctionFaultId = keyof typeof table;

/** Every fault that the simulated functions of a registration can be built with. */
export const functionFaults: Readonly<Record<FunctionFaultId, SimulatorFault>> = table;
