import type { Fault } from 'xstate-check';
import { findings } from './findings.ts';

const ONE_BAR = { devices: 1, bars: 1, vmas: 1, buffers: 1 };
const NO_USERS = { devices: 1, bars: 1, vmas: 0, buffers: 0 };
const TWO_BARS_AND_BUFFER = { devices: 1, bars: 2, vmas: 0, buffers: 1 };
const TYPE1 = { devices: 1, bars: 1, vmas: 1, buffers: 0, type1: 1 };
const TWO_BARS = { devices: 1, bars: 2, vmas: 0, buffers: 0 };
const TWO_DEVICES = { devices: 2, bars: 2, vmas: 0, buffers: 0 };
const RACE = { registrars: 2, exporters: 1, mappers: 1 };

/** What the completed policy is when one of its points is decided otherwise. */
function fault(
  id: string,
  title: string,
  points: string,
  machine: string,
  scope: Fault['scope'],
  expected: readonly string[],
  source: string,
): Fault {
  const change = { revision: `completed, ${points}` };
  const system = 'registrars' in scope ? 'p2p-register-race' : 'p2p-registration';
  return { id, title, machine, change, base: 'completed', system, scope, expected, source };
}

/** Defects that an implementation of P2P registration can have. */
export const faults: readonly Fault[] = [
  fault(
    'A-01',
    'registration does nothing about a VMA that is there',
    'existingVma=ignored',
    'bar',
    ONE_BAR,
    ['no-vma'],
    'derived: vfio_pci_core_mmap of v7.3 records nothing',
  ),
  fault(
    'A-02',
    'registration zaps, and the fault handler puts the PTEs back',
    'existingVma=zapped',
    'bar',
    ONE_BAR,
    ['no-vma'],
    'derived: vfio_pci_mmap_huge_fault of v7.3 looks at the device alone',
  ),
  fault(
    'A-02-race',
    'mmap() looks at the BAR before it is registered, the fault does not look again',
    'fault=tests_device_only',
    'mmap_and_touch',
    RACE,
    ['pages-and-no-ptes'],
    'derived: vfio_pci_core_mmap of v7.3 takes no memory_lock',
  ),
  fault(
    'A-03',
    'export tests the BAR ahead of the section in which it adds to the list',
    'exportTests=before_lock',
    'export',
    RACE,
    ['pages-and-no-buffer'],
    'derived: vfio_pci_core_feature_dma_buf of v7.3 takes memory_lock for list_add_tail only',
  ),
  fault(
    'A-04',
    'a revoked DMABUF does not stand in the way, nor does a device that does not decode',
    'activeBuffer=live_only, precondition=none',
    'bar',
    ONE_BAR,
    ['no-live-buffer', 'no-revoked-buffer'],
    'derived: vfio_pci_dma_buf_move(false) of v7.3 un-revokes every buffer on the list',
  ),
  fault(
    'A-06',
    'an orphan of a closed session still counts as exported',
    'orphans=counted',
    'bar',
    ONE_BAR,
    ['refusals'],
    'derived: vfio_pci_dma_buf_cleanup of v7.3 sets vdev to NULL, so its release counts down nothing',
  ),
  fault(
    'A-07',
    'registering a registered BAR adds its pages again',
    'doubleRegister=adds_again',
    'bar',
    NO_USERS,
    ['double-register'],
    'pagemap_range, mm/memremap.c, v7.3',
  ),
  fault(
    'A-07-race',
    'two threads test the BAR before either marks it, and both make its pages',
    'registerTests=before_lock',
    'register',
    RACE,
    ['pages-made-once', 'pages-and-no-buffer'],
    'pagemap_range, mm/memremap.c, v7.3',
  ),
  fault(
    'A-10',
    'a registration that fails leaves an empty pool in sysfs',
    'failedRegister=leaves_pool',
    'p2pmem',
    NO_USERS,
    ['failed-register'],
    'pci_p2pdma_add_resource, v7.3',
  ),
  fault(
    'A-14',
    'the device is reset before the last page is back',
    'takeaway=does_not_wait',
    'bar',
    NO_USERS,
    ['teardown-before-device-reset', 'teardown-before-hot-reset', 'teardown-before-close'],
    'derived: pages cannot be revoked, only waited for',
  ),
  fault(
    'A-18',
    'the first BAR that is removed takes the pool of the others with it',
    'pool=destroyed_with_first',
    'p2pmem',
    TWO_BARS,
    ['pool-outlives-pages:bar[0]', 'pool-outlives-pages:bar[1]'],
    'gen_pool_destroy, pci_p2pdma_release, v7.3: one pool for each device',
  ),
  fault(
    'A-19',
    'a BAR that is registered again finds the old pool, and no p2pmem/allocate',
    'registerAgain=keeps_old_pool',
    'p2pmem',
    NO_USERS,
    ['allocatable', 'failed-register'],
    'pci_p2pdma_setup_pool, pci_p2pdma_unmap_mappings, v7.3',
  ),
  fault(
    'A-30',
    'unmap of a type1 map looks at the PFN again, which registration has given a page',
    'type1=re_evaluates',
    'type1_map',
    TYPE1,
    ['type1-unmap'],
    'derived: put_pfn, is_invalid_reserved_pfn, v7.3; where ZONE_DEVICE pages are not PG_reserved',
  ),
  fault(
    'A-31',
    'COMMAND.MEM is cleared over registered pages',
    'memoryDisable=ignored',
    'bar',
    NO_USERS,
    ['teardown-before-memory-disable'],
    'derived: p2pmem mappings do not fault through VFIO',
  ),
  fault(
    'A-32',
    'the device goes to D3hot or low power over registered pages',
    'd3hot=ignored, lowPowerEntry=ignored',
    'bar',
    NO_USERS,
    ['teardown-before-d3hot', 'teardown-before-low-power'],
    'derived: p2pmem mappings do not fault through VFIO',
  ),
  fault(
    'A-34',
    'a hot reset tears down the device it was asked of, and not the others of the set',
    'hotReset=first_device_only',
    'bar',
    TWO_DEVICES,
    ['teardown-before-hot-reset:bar[1]'],
    'derived: vfio_pci_dev_set_hot_reset of v7.3 takes every device of the set',
  ),
  fault(
    'A-36',
    'close leaves the registration behind',
    'close=ignored',
    'bar',
    NO_USERS,
    ['session', 'teardown-before-close'],
    'derived: vfio_pci_core_close_device; mappings of p2pmem do not hold the device file',
  ),
  fault(
    'A-37',
    'the BAR counts as free before the last page is back',
    'freedAt=remove_resource',
    'bar',
    NO_USERS,
    ['free-means-drained', 'teardown-before-device-reset'],
    'derived: the mark goes last',
  ),
  fault(
    'X4-all',
    'a DMABUF does not say of which BAR it is, so that each stands in the way of all BARs',
    'bufferBar=not_recorded_all_count',
    'bar',
    TWO_BARS_AND_BUFFER,
    ['refusals'],
    'derived: struct vfio_pci_dma_buf of v7.3 stores ranges and provider, not the BAR',
  ),
  fault(
    'X4-none',
    'a DMABUF does not say of which BAR it is, so that none stands in the way of any',
    'bufferBar=not_recorded_none_counts',
    'bar',
    ONE_BAR,
    ['no-live-buffer'],
    'derived: struct vfio_pci_dma_buf of v7.3 stores ranges and provider, not the BAR',
  ),
  fault(
    'X8',
    'a BAR is registered while its device does not decode',
    'precondition=none',
    'bar',
    NO_USERS,
    ['register-decoding'],
    'derived: struct pages map the BAR for the CPU outside the fault handler',
  ),
];

/**
 * The revisions of a system: those that somebody stands for, those that a finding is about, then
 * each with one defect in it.
 */
export function revisionsOf(system: string, stated: Readonly<Record<string, unknown>>): string[] {
  const faulty = faults.flatMap((fault) =>
    fault.system === system && 'revision' in fault.change ? [fault.change.revision] : [],
  );
  const found = findings.flatMap((finding) =>
    finding.system === system ? [finding.revision] : [],
  );
  return [...new Set([...Object.keys(stated), ...found, ...faulty])];
}
