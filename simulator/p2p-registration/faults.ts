import type { SimulatorFault } from '../faults.ts';

const RFC0 =
  '[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10, <20260610151853.3608948-1-praan@google.com>';
const READ = `${RFC0}, read to the letter`;
const SILENT = `${RFC0} names reset and the end of the session only`;

const table = {
  vma_not_zapped: {
    does: 'register leaves the page tables of mappings that exist as they are',
    source: `${READ}: mmap() is blocked, mappings are not mentioned`,
    shows: 'a mapping that was used before the registration goes on being used after it',
  },
  fault_not_tested: {
    does: 'the BAR fault handler does not test whether the BAR is registered',
    source: `${READ}: mmap() is blocked, the fault handler is not mentioned`,
    shows: 'a mapping made before the registration faults the BAR in after it',
  },
  mmap_not_blocked: {
    does: 'mmap() does not test whether the BAR is registered',
    source: 'derived: patch 3/5 of the RFC left out',
    shows: 'mmap:ok of a registered BAR; its faults are SIGBUS',
  },
  export_not_blocked: {
    does: 'DMABUF export does not test whether the BAR is registered',
    source: 'derived: the UAPI patch of the RFC names mmap() only',
    shows: 'a live DMABUF of a registered BAR',
  },
  export_tests_early: {
    does: 'DMABUF export tests before it takes memory_lock, and lists the buffer under it',
    source:
      'derived from vfio_pci_core_feature_dma_buf, v7.3, whose tests all come before the lock',
    shows: 'a registration in between',
  },
  live_only: {
    does: 'register counts live DMABUFs only, not those that are revoked for now',
    source: `${READ}: "active" DMABUF`,
    shows: 'the buffer comes back to life over a registered BAR',
  },
  bar_not_recorded: {
    does: 'any DMABUF of the device stands in the way of a registration, of whichever BAR it is',
    source: 'derived: struct vfio_pci_dma_buf of v7.3 does not have the index of the region',
    shows: 'register:refused of a BAR that is free',
  },
  orphans_count: {
    does: 'a DMABUF whose session is over still stands in the way',
    source: 'derived: the list is not what counts, but the buffers that exist',
    shows: 'register:refused in the next session',
  },
  no_precondition: {
    does: 'register does not test whether the device decodes memory',
    source: `${READ}: no precondition is named`,
    shows: 'register:admitted with memory off',
  },
  adds_again: {
    does: 'register does not test whether the BAR is registered already',
    source: 'derived from pagemap_range, v7.3: WARN "Conflicting mapping in same section", -ENOMEM',
    shows: 'register:admitted a second time',
  },
  reset_ignored: {
    does: 'VFIO_DEVICE_RESET goes on over the registration',
    source: 'derived: the teardown of the RFC left out',
    shows: 'pages are in use while the device resets',
  },
  hot_reset_ignored: {
    does: 'hot reset goes on over the registration',
    source: 'derived: the teardown of the RFC left out',
    shows: 'pages are in use while the bus resets',
  },
  hot_reset_first_only: {
    does: 'hot reset tears down the registrations of the device it was asked of only',
    source: 'derived: the set has other devices',
    shows: 'pages of another device are in use while the bus resets',
  },
  close_ignored: {
    does: 'the last close leaves the registration',
    source: 'derived: the teardown of the RFC left out',
    shows: 'the next session finds the BAR registered, with pages of the last',
  },
  memory_disable_ignored: {
    does: 'a write that clears COMMAND.MEM leaves the registration',
    source: SILENT,
    shows: 'pages are in use while memory is off: bus errors',
  },
  d3hot_ignored: {
    does: 'D3hot leaves the registration',
    source: SILENT,
    shows: 'pages are in use in D3hot: bus errors',
  },
  low_power_ignored: {
    does: 'LOW_POWER_ENTRY leaves the registration',
    source: SILENT,
    shows: 'pages are in use while the device may suspend: bus errors',
  },
  does_not_wait: {
    does: 'teardown goes on while pages are held',
    source: 'derived: memunmap_pages, v7.3, waits for the last page',
    shows: 'the call is done and a page is still held',
  },
  free_at_remove: {
    does: 'the BAR counts as free as soon as the pages are asked back',
    source: 'derived: the mark is cleared before the wait',
    shows: 'mmap:ok while pages are held',
  },
  failed_leaves_pool: {
    does: 'a registration that fails leaves the empty pool and p2pmem/allocate',
    source: 'pci_p2pdma_add_resource, v7.3: pci_p2pdma_setup_pool() is not undone',
    shows: 'allocate:-ENOMEM where nothing is registered',
  },
  failed_leaves_mark: {
    does: 'a registration that fails leaves the BAR marked',
    source: 'derived: the mark is set before pci_p2pdma_add_resource() and not undone',
    shows: 'no mmap(), no export and no registration, for ever',
  },
  pool_with_first: {
    does: 'the pool goes with the first BAR of a device that is torn down',
    source: 'gen_pool_destroy(), lib/genalloc.c, v7.3: a pool cannot lose one chunk',
    shows: 'gen_pool_destroy() BUGs on pages of another BAR',
  },
  keeps_old_pool: {
    does: 'the pool outlives the last registration, and the next one does not make p2pmem/allocate',
    source: 'pci_p2pdma_setup_pool, v7.3, is called only where there is no pool',
    shows: 'allocate:-ENOENT for a BAR that is registered again',
  },
  pool_before_wait: {
    does: 'teardown destroys the pool before it waits for the last page',
    source: 'derived: p2pdma_folio_free, v7.3, gives the page back to the pool',
    shows: 'gen_pool_destroy() BUGs on a page that is held',
  },
  type1_re_evaluates: {
    does: 'type1 looks at the PFN again when it unmaps',
    source: 'put_pfn, is_invalid_reserved_pfn, v7.3',
    shows: 'a page that was never pinned is unpinned',
  },
} as const satisfies Record<string, SimulatorFault>;

/** The name of a way to leave the rules of P2P registration. */
export type P2pFaultId = keyof typeof table;

/** Every way to leave the rules that the simulated registration can be built with. */
export const p2pFaults: Readonly<Record<P2pFaultId, SimulatorFault>> = table;
