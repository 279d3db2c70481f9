import type { Fault } from 'xstate-check';
import { anew } from '../change-machines.ts';

const TEARDOWN = { bars: 2, registered: 1, mappers: 1, pinners: 1, resets: 1 };
const ONE_BAR = { bars: 1, registered: 1, mappers: 1, pinners: 1, resets: 1 };
const SESSION = { bars: 2, registrars: 2, closes: 1, unbinds: 1 };
const WITH_DISABLE = { ...SESSION, disables: 1 };
const AGAIN = { bars: 1, registrars: 1, mappers: 1, resets: 1 };
const TWO_MAPPERS = { bars: 1, pages: 1, registered: 1, mappers: 2, resets: 1 };
const ONE_READER = { bars: 1, registered: 1, mappers: 1, readers: 1, resets: 1 };
const SERVED = { bars: 1, registered: 1, mappers: 1, pinners: 1, served: 1, closes: 1, others: 1 };
const BY_ANOTHER = {
  ...{ bars: 1, registered: 1, mappers: 1, pinners: 1, served: 1 },
  ...{ hot_resets: 1, others: 1 },
};
const LEFT_OVER = { bars: 1, registered: 1, mappers: 1, pinners: 1, closes: 1, unbinds: 1 };
const MEMORY_OFF = { bars: 1, registered: 1, mappers: 1, pinners: 1, disables: 1 };

type Step = Pick<
  Fault,
  'title' | 'machine' | 'change' | 'system' | 'scope' | 'expected' | 'source'
> &
  Partial<Pick<Fault, 'base'>>;

/** A defect of the code, which the completed policy does not have; the policy may have it, too. */
function steps(defect: string, of: Step): Fault {
  return { id: `${defect}-code`, defect, base: 'completed', ...of };
}

/** The close goes on to the device, and nothing is torn down. */
const closesOver = anew({ open: { on: { 'dev.close:begin': 'set' } }, teardown: 'gone' });

/** Defects that an implementation of registration can have in the order of its steps and its locks. */
export const codeFaults: readonly Fault[] = [
  steps('A-07', {
    title: 'registration does not look whether the BAR is registered',
    machine: 'p2p_register',
    change: anew({
      test: {
        on: {
          'bar.mark:free': 'decodes',
          'bar.mark:registering': 'decodes',
          'bar.mark:registered': 'decodes',
          'bar.mark:unregistering': 'decodes',
        },
      },
    }),
    system: 'p2p-session',
    scope: SESSION,
    expected: ['pages-made-once', 'refinement'],
    source: 'pagemap_range, mm/memremap.c, v7.3',
  }),
  steps('A-08', {
    title: 'two BARs are registered at once, and both find no pool',
    machine: 'p2p_register',
    change: {
      patches: [
        { kind: 'skip', step: { node: 'lock', event: 'dev.memory_lock.down_write' } },
        { kind: 'skip', step: { node: 'unlock', event: 'dev.memory_lock.up_write' } },
        { kind: 'skip', step: { node: 'unlock_failed', event: 'dev.memory_lock.up_write' } },
        { kind: 'skip', step: { node: 'unlock_refused', event: 'dev.memory_lock.up_write' } },
      ],
    },
    system: 'p2p-session',
    scope: SESSION,
    expected: ['pool-is-there'],
    source: 'pci_p2pdma_setup_pool, v7.3: tests and sets p2pdma->pool without a lock',
  }),
  {
    ...steps('A-08', {
      title: 'a BAR is registered while another one is being removed, which takes the pool',
      machine: 'p2p_register',
      change: anew({
        others: { on: { 'dev.unregistering:false': 'test', 'dev.unregistering:true': 'test' } },
      }),
      system: 'p2p-session',
      scope: { ...WITH_DISABLE, closes: 0, unbinds: 0 },
      expected: ['pool-is-there'],
      source: 'derived: the removal waits without memory_lock, and the pool is that of all BARs',
    }),
    id: 'A-08-removal',
  },
  steps('A-10', {
    title: 'where gen_pool_add_owner() fails, p2p_pgmap is freed and its action stays',
    machine: 'add_resource',
    change: { revision: 'rfc-2026-06' },
    system: 'p2p-session',
    scope: SESSION,
    expected: ['action-has-its-memory', 'failed-add-leaves-nothing'],
    source: 'pci_p2pdma_add_resource, v7.3',
  }),
  {
    id: 'A-11',
    title: 'the teardown waits for pages under memory_lock',
    machine: 'p2p_reset',
    change: { revision: 'under-lock' },
    base: 'rfc-2026-06',
    system: 'p2p-teardown',
    scope: TEARDOWN,
    expected: ['wait-without-a-lock-others-need'],
    source: 'derived: memunmap_pages, v7.3, waits without a timeout',
  },
  {
    id: 'A-12',
    title: 'the close waits for pages under dev_set->lock',
    machine: 'p2p_close',
    change: { revision: 'rfc-2026-06' },
    base: 'completed',
    system: 'p2p-in-use',
    scope: SERVED,
    expected: ['wait-without-a-lock-others-need'],
    source: 'derived: vfio_df_close of v7.3 is called with dev_set->lock held',
  },
  {
    id: 'A-13',
    title: 'who has the page needs the lock of the one who waits for it',
    machine: 'p2p_close',
    change: { revision: 'under-lock' },
    base: 'completed',
    system: 'p2p-in-use',
    scope: SERVED,
    expected: ['removal-returns(close)', 'rest'],
    source: 'derived: an O_DIRECT to a block device that a user of the device serves',
  },
  {
    ...steps('A-10', {
      title: 'remove calls pci_p2pdma_unmap_mappings() and leaves its devm action armed',
      machine: 'remove_resource',
      change: anew({
        idle: { on: { 'bar.remove_resource:begin': 'unmap' } },
        disarm: 'gone',
      }),
      system: 'p2p-session',
      scope: SESSION,
      expected: ['action-has-its-memory'],
      source: 'derived: devm_release_action() takes an action off the list, a call of it does not',
    }),
    id: 'A-10-remove',
  },
  steps('A-14', {
    title: 'the device is reset before the last page is back',
    machine: 'p2p_reset',
    change: anew({
      'teardown.scanned': {
        always: [
          { guard: 'more', target: 'scan', actions: 'next', meta: { unused: true } },
          { target: '#p2p_reset.reset', actions: 'fromFirst' },
        ],
      },
      'teardown.unlock': 'gone',
      'teardown.remove': 'gone',
    }),
    system: 'p2p-teardown',
    scope: ONE_BAR,
    expected: ['reset-after-last-pin(io[0])', 'no-mapping-while-off(vma[0])'],
    source: 'derived: pages cannot be revoked, only waited for',
  }),
  {
    id: 'A-15',
    title: 'the pool is destroyed before the last page is back',
    machine: 'remove_resource',
    change: anew({
      unmapping: { on: { 'bar.unmap_mappings:end': 'test' } },
      removing_group: { on: { 'dev.sysfs_remove_group:end': 'pages' } },
      removing_pages: { on: { 'bar.memunmap_pages:end': 'free' } },
      test: { on: { 'bar.drop_chunk:last': 'clear', 'bar.drop_chunk:more': 'pages' } },
    }),
    base: 'completed',
    system: 'p2p-teardown',
    scope: ONE_BAR,
    expected: ['pool-outlives-references(bar[0].page[0])', 'pool-is-there'],
    source: 'gen_pool_destroy, lib/genalloc.c, v7.3; p2pdma_folio_free, v7.3',
  },
  {
    id: 'A-16',
    title: 'the pool is destroyed without waiting for the readers of its pointer',
    machine: 'remove_resource',
    change: anew({
      clear: { on: { 'dev.pool.clear': 'destroy' } },
      sync: 'gone',
      syncing: 'gone',
    }),
    base: 'completed',
    system: 'p2pmem-size',
    scope: ONE_READER,
    expected: ['pool-is-there'],
    source: 'size_show, pci_p2pdma_release, v7.3',
  },
  {
    id: 'A-17',
    title: 'the pool is taken away while allocate is still there',
    machine: 'remove_resource',
    change: anew({
      disarm: { on: { 'bar.devm_remove_action': 'pages' } },
      unmap: 'gone',
      unmapping: 'gone',
    }),
    base: 'completed',
    system: 'p2pmem-size',
    scope: ONE_READER,
    expected: ['pool-is-there', 'no-alloc-after-remove(bar[0])@reset'],
    source: 'p2pmem_alloc_mmap, v7.3: does not test p2pdma->pool',
  },
  steps('A-18', {
    title: 'the first BAR that is removed takes the pool of the others with it',
    machine: 'remove_resource',
    change: { revision: 'rfc-2026-06' },
    system: 'p2p-teardown',
    scope: TEARDOWN,
    expected: ['pool-outlives-references(bar[1].page[0])', 'pool-is-there'],
    source: 'gen_pool_destroy, pci_p2pdma_release, v7.3: one pool for each device',
  }),
  steps('A-19', {
    title: 'the pool is kept, and its group in sysfs, and allocate is gone for good',
    machine: 'remove_resource',
    change: anew({
      test: { on: { 'bar.drop_chunk:last': 'free', 'bar.drop_chunk:more': 'free' } },
      clear: 'gone',
      sync: 'gone',
      syncing: 'gone',
      destroy: 'gone',
      group: 'gone',
      removing_group: 'gone',
    }),
    system: 'p2p-register-again',
    scope: AGAIN,
    expected: ['registered-means-allocatable(bar[0])', 'failed-add-leaves-nothing'],
    source: 'pci_p2pdma_setup_pool, pci_p2pdma_unmap_mappings, v7.3',
  }),
  steps('A-31', {
    title: 'COMMAND.MEM is cleared over registered pages',
    machine: 'p2p_disable',
    change: { revision: 'rfc-2026-06' },
    system: 'p2p-memory-off',
    scope: MEMORY_OFF,
    expected: ['reset-after-last-pin(io[0])', 'no-mapping-while-off(vma[0])'],
    source: 'derived: p2pmem mappings do not fault through VFIO',
  }),
  {
    id: 'A-33',
    title: 'a reset through sysfs does not pass vfio-pci',
    machine: 'p2p_reset',
    change: anew({
      idle: { on: { 'dev.device_reset:begin': 'reset' } },
      teardown: 'gone',
      resetting: { on: { 'dev.reset:end': 'return' } },
      marks: 'gone',
      unlock: 'gone',
    }),
    base: 'completed',
    system: 'p2p-teardown',
    scope: ONE_BAR,
    expected: ['reset-after-last-pin(io[0])', 'no-mapping-while-off(vma[0])'],
    source:
      'vfio_pci_core_err_handlers, v7.3: no reset_prepare; [RFC,v1,1/1] vfio/pci: Revoke BARs and DMABUFs during sysfs-triggered PCI reset, <20260807201405.3717430-2-praan@google.com>',
  },
  steps('A-36', {
    title: 'close leaves the registration behind',
    machine: 'p2p_close',
    change: closesOver,
    system: 'p2p-in-use',
    scope: SERVED,
    expected: ['session', 'reset-after-last-pin(io[0])', 'no-mapping-while-off(vma[0])'],
    source: 'derived: vfio_pci_core_close_device, v7.3; mappings of p2pmem hold no device file',
  }),
  steps('A-37', {
    title: 'the BAR counts as free before the last page is back',
    machine: 'p2p_reset',
    change: anew({
      'teardown.mark': { on: { 'bar[b].mark.free': { target: 'scanned', actions: 'take' } } },
    }),
    system: 'p2p-teardown',
    scope: ONE_BAR,
    expected: ['free-means-drained(bar[0])'],
    source: 'derived: the mark goes last',
  }),
  {
    id: 'A-38',
    title: 'what close has left over is torn down when the driver is unbound, which waits',
    machine: 'p2p_close',
    change: closesOver,
    base: 'completed',
    system: 'p2p-in-use',
    scope: LEFT_OVER,
    expected: ['unbind-waits-for-nobody(io[0])', 'session'],
    source: 'devres_release_all, memunmap_pages, v7.3; seen on 7.3.4: the unbind waits for the I/O',
  },
  {
    id: 'A-40',
    title: 'a pin has no end: a buffer that io_uring or RDMA keeps',
    machine: 'o_direct',
    change: anew({
      dma: { tags: ['pins', 'dma'], on: { 'io.complete': 'kept' } },
      kept: { tags: ['pins'] },
    }),
    base: 'completed',
    system: 'p2p-teardown',
    scope: ONE_BAR,
    expected: ['removal-returns(reset)'],
    source:
      'is_valid_gup_args, mm/gup.c, v7.3: FOLL_LONGTERM and FOLL_PCI_P2PDMA exclude each other',
  },
  {
    id: 'A-42',
    title: 'a page that could not be inserted goes back to the pool before its count is 0',
    machine: 'alloc_mmap',
    change: { revision: 'rfc-2026-06' },
    base: 'completed',
    system: 'p2pmem-allocate',
    scope: TWO_MAPPERS,
    expected: [
      'count-is-references',
      'pool-outlives-references(bar[0].page[0])',
      'removal-returns(reset)',
      'rest',
    ],
    source: 'p2pmem_alloc_mmap, v7.3: gen_pool_free() ahead of set_page_count(page, 0)',
  },
  {
    id: 'A-43',
    title: 'a devm action that cannot be added for one BAR removes allocate for all',
    machine: 'add_resource',
    change: { revision: 'rfc-2026-06' },
    base: 'completed',
    system: 'p2p-session',
    scope: SESSION,
    expected: [
      'failed-add-leaves-other-bars(bar[1])@register[0]',
      'other-bar-keeps-its-pool(bar[1])',
      'registered-means-allocatable(bar[1])',
    ],
    source: 'devm_add_action_or_reset(), pci_p2pdma_unmap_mappings, v7.3',
  },
  {
    id: 'X12-hot-reset',
    title: 'a hot reset by the owner of another device waits for pages under memory_lock',
    machine: 'p2p_hot_reset',
    change: { revision: 'under-lock' },
    base: 'completed',
    system: 'p2p-hot-reset-in-use',
    scope: BY_ANOTHER,
    expected: ['removal-returns(hot_reset)'],
    source: 'derived from the RFC, which does not say where the helper is called',
  },
  steps('X8', {
    title: 'a BAR is registered while its device does not decode',
    machine: 'p2p_register',
    change: { revision: 'rfc-2026-06' },
    system: 'p2p-session',
    scope: WITH_DISABLE,
    expected: ['register-decoding(bar[0])'],
    source: 'derived: struct pages map the BAR for the CPU outside the fault handler',
  }),
];
