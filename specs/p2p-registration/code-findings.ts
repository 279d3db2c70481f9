import type { Finding } from 'xstate-check';
import { RFC0 } from './sources.ts';

type Claim = Pick<Finding, 'id' | 'system' | 'property' | 'claim' | 'source'>;

/** What the RFC lacks as it is stated, or what merged code does to it. */
const stated = (claim: Claim, derived = true): Finding => ({
  ...claim,
  revision: 'rfc-2026-06',
  derived,
});

/** What a reviewer of the RFC, and of P2PDMA as merged, can ask about the code. */
export const codeFindings: readonly Finding[] = [
  stated({
    id: 'F-X10-pool',
    system: 'p2p-teardown',
    property: 'pool-is-there',
    claim:
      'The helper is to destroy the pool of the BAR that is removed, and the pool is that of the device: where a page of another BAR is pinned, gen_pool_destroy() hits BUG_ON().',
    source: `derived from ${RFC0}, and gen_pool_destroy, lib/genalloc.c, v7.3`,
  }),
  stated({
    id: 'F-X10-page',
    system: 'p2p-teardown',
    property: 'pool-outlives-references(bar[1].page[0])',
    claim:
      'Two BARs are registered, and the reset removes the first with the pool, before it has waited for the pages of the second: p2pdma_folio_free() of the last of them finds no pool.',
    source: `derived from ${RFC0}, and p2pdma_folio_free, v7.3`,
  }),
  stated({
    id: 'F-A10',
    system: 'p2p-session',
    property: 'action-has-its-memory',
    claim:
      'Where gen_pool_add_owner() fails, pci_p2pdma_add_resource() frees p2p_pgmap and leaves pci_p2pdma_unmap_mappings(p2p_pgmap) armed: the unbind of the driver reads freed memory. No caller can mend that.',
    source: 'pci_p2pdma_add_resource, v7.3',
  }),
  stated({
    id: 'F-A43',
    system: 'p2p-session',
    property: 'failed-add-leaves-other-bars(bar[1])@register[0]',
    claim:
      'devm_add_action_or_reset() runs the action that it cannot add, and this one removes p2pmem/allocate of the whole device: a second BAR whose registration fails takes the file, and every mapping, of the first.',
    source: 'pci_p2pdma_add_resource, pci_p2pdma_unmap_mappings, v7.3',
  }),
  stated({
    id: 'F-X14-code',
    system: 'p2p-session',
    property: 'failed-add-leaves-nothing',
    claim:
      'A registration that fails after pci_p2pdma_setup_pool() leaves an empty pool and p2pmem in sysfs until the driver is unbound.',
    source: 'pci_p2pdma_add_resource, pci_p2pdma_setup_pool, v7.3',
  }),
  stated({
    id: 'F-X8-code',
    system: 'p2p-session',
    property: 'register-decoding(bar[0])',
    claim: 'Nothing says that the device must decode memory when a BAR is registered.',
    source: `derived from ${RFC0}`,
  }),
  stated({
    id: 'F-X16',
    system: 'p2p-register-again',
    property: 'registered-means-allocatable(bar[0])',
    claim:
      'A registration that fails may leave the pool and its group without allocate; the next one finds the pool, makes no file, and succeeds: a registered BAR of which nobody can take memory.',
    source: 'pci_p2pdma_setup_pool, v7.3: "We already setup pools, do nothing"',
  }),
  stated({
    id: 'F-X9-pin',
    system: 'p2p-memory-off',
    property: 'reset-after-last-pin(io[0])',
    claim:
      'A write that clears COMMAND.MEM is neither reset nor session termination: an O_DIRECT goes on reading a BAR that does not decode.',
    source: `derived from ${RFC0}, and vfio_basic_config_write, v7.3`,
  }),
  stated({
    id: 'F-X9-mapping',
    system: 'p2p-memory-off',
    property: 'no-mapping-while-off(vma[0])',
    claim:
      'A mapping of p2pmem keeps its PTEs when memory is disabled: an access of the CPU is a bus error, where one of a VFIO mapping is SIGBUS.',
    source: `derived from ${RFC0}, and p2pmem_alloc_mmap, v7.3`,
  }),
  {
    ...stated({
      id: 'F-A42',
      system: 'p2pmem-allocate',
      property: 'count-is-references',
      claim:
        'Where vm_insert_page() fails, p2pmem_alloc_mmap() gives the page back to the pool and sets its count to 0 after that: another mmap() gets the page in between, and its count with it. The page is mapped with a count that is one too low.',
      source: 'p2pmem_alloc_mmap, v7.3',
    }),
    revision: 'devres',
  },
  {
    ...stated({
      id: 'F-X11',
      system: 'p2p-teardown',
      property: 'wait-without-a-lock-others-need',
      claim:
        'If the helper is called where reset and close hold memory_lock, config accesses and faults of the device wait for the I/O of another process, without an end that VFIO knows.',
      source: `derived from ${RFC0}, which does not say where the helper is called; memunmap_pages, v7.3`,
    }),
    revision: 'under-lock',
  },
  stated({
    id: 'F-X11-close',
    system: 'p2p-in-use',
    property: 'wait-without-a-lock-others-need',
    claim:
      'The session ends in close_device(), which VFIO calls with dev_set->lock held, and the diffstat touches no file of it outside of vfio-pci: the close waits for pages with the lock held, and every open and close of a device of the set waits with it.',
    source: `derived from ${RFC0}, section 3 and diffstat, and vfio_df_group_close, vfio_df_close, v7.3`,
  }),
  {
    ...stated({
      id: 'F-X12',
      system: 'p2p-in-use',
      property: 'removal-returns(close)',
      claim:
        'If the close waits for pages under memory_lock, and the I/O that has them is answered by a process that touches a BAR of the device, neither ever goes on.',
      source: `derived from ${RFC0}, which does not say where the helper is called`,
    }),
    revision: 'under-lock',
  },
  stated({
    id: 'F-X11-hot-reset',
    system: 'p2p-hot-reset-in-use',
    property: 'wait-without-a-lock-others-need',
    claim:
      'The owner of another device of the set asks for a hot reset, which asks for owners and resets in one section of dev_set->lock: the wait for pages of this device is under that lock, and whoever has a page keeps every open, close and hot reset of the set waiting.',
    source: `derived from ${RFC0}, section 3, and vfio_pci_dev_set_hot_reset, v7.3`,
  }),
  {
    ...stated({
      id: 'F-X12-hot-reset',
      system: 'p2p-hot-reset-in-use',
      property: 'removal-returns(hot_reset)',
      claim:
        'If the hot reset waits for pages under memory_lock, and the I/O that has them is answered by a process that touches a BAR of the device, neither ever goes on.',
      source: `derived from ${RFC0}, which does not say where the helper is called`,
    }),
    revision: 'under-lock',
  },
  {
    ...stated({
      id: 'F-X12-hot-reset-rest',
      system: 'p2p-hot-reset-in-use',
      property: 'rest',
      claim: 'And with it hang the set, for its dev_set->lock, and the process that has the page.',
      source: `derived from ${RFC0}, which does not say where the helper is called`,
    }),
    revision: 'under-lock',
  },
  {
    ...stated(
      {
        id: 'F-A38',
        system: 'p2p-teardown',
        property: 'unbind-waits-for-nobody(io[0])',
        claim:
          'The unbind of a driver of the kernel waits in memunmap_pages() for every O_DIRECT out of p2pmem, in D state and without a timeout.',
        source:
          'memunmap_pages, v7.3; seen on 7.3.4 with the CMB of an nvme: 6.6 s, until a throttled write ended',
      },
      false,
    ),
    revision: 'devres',
  },
];
