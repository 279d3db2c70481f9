import type { Revision } from 'xstate-check';
import { madeOnce } from '../../machines/made-once.ts';
import { bar } from '../../machines/p2p-registration/bar.contract.ts';
import { barVma } from '../../machines/p2p-registration/bar-vma.contract.ts';
import { p2pmem } from '../../machines/p2p-registration/p2pmem.contract.ts';
import { type1Map } from '../../machines/p2p-registration/type1-map.contract.ts';
import { choose, type Values } from '../shared/choose.ts';
import { afterChanges, type MachineChanges } from '../written-anew.ts';
import {
  addsAgain,
  buffersOfOthersCount,
  doesNotWait,
  everyBufferCounts,
  faultsBlocked,
  freeBeforeDrained,
  noBufferCounts,
  onlyWhileDecoding,
  orphansCount,
  type Takeaway,
  takeaways,
  tornDownBy,
} from './otherwise/bar.ts';
import { notReserved, remembers, zapped } from './otherwise/mappings.ts';
import { destroyedWithLast, keepsOldPool, undone } from './otherwise/pool.ts';
import { RFC0 } from './sources.ts';

/** Everything that a policy for P2P registration decides, point by point. */
export interface Policy {
  /**
   * What registration does about a VMA that is there already: nothing; take its PTEs, which the
   * next fault puts back; or take them and let the fault handler answer SIGBUS until the BAR is
   * free again.
   */
  readonly existingVma: 'ignored' | 'zapped' | 'zapped_and_blocked';
  /** Which DMABUFs stand in the way: those not revoked, or every one on `vdev->dmabufs`. */
  readonly activeBuffer: 'live_only' | 'any_on_list';
  /**
   * What the test of a DMABUF's BAR goes by: the BAR that the buffer records; or nothing, so that
   * every buffer of the device stands in the way of every BAR, or none in the way of any.
   */
  readonly bufferBar: 'recorded' | 'not_recorded_all_count' | 'not_recorded_none_counts';
  /** What the device must be like: nothing is asked, or it must decode memory. */
  readonly precondition: 'none' | 'decoding';
  /** What registering a registered BAR does: it is answered, or pages are added again. */
  readonly doubleRegister: 'answered' | 'adds_again';
  /** Whether what takes the memory away waits until the last page is back. */
  readonly takeaway: 'waits_for_pages' | 'does_not_wait';
  /** When the BAR counts as free again: when the pages are gone, or when they are asked to go. */
  readonly freedAt: 'drained' | 'remove_resource';
  /** Whether a buffer that outlives its session still counts: an orphan is off the list. */
  readonly orphans: 'off_list' | 'counted';
  readonly deviceReset: TornDown;
  /** A hot reset tears down the BARs of every device of the set, or of the one it was asked of. */
  readonly hotReset: TornDown | 'first_device_only';
  readonly close: TornDown;
  readonly memoryDisable: TornDown;
  readonly d3hot: TornDown;
  readonly lowPowerEntry: TornDown;
  /** When the pool is destroyed: with the first BAR that is removed, or with the last. */
  readonly pool: 'destroyed_with_first' | 'destroyed_with_last';
  /** What a registration that fails leaves behind: nothing, or an empty pool in sysfs. */
  readonly failedRegister: 'undone' | 'leaves_pool';
  /** What a second registration finds: everything made anew, or the pool without its file. */
  readonly registerAgain: 'creates_allocate' | 'keeps_old_pool';
  /**
   * How unmap decides whether there is a page to unpin: it looks at the PFN once more, or it
   * remembers for each map that none was pinned.
   */
  readonly type1: 're_evaluates' | 'remembers';
  /**
   * Whether the struct pages of a registered BAR are PG_reserved. That bit alone then keeps an
   * unmap that looks at the PFN once more from unpinning.
   */
  readonly zoneDevicePages: 'reserved' | 'not_reserved';
}

/** Whether a call ends the registration of a BAR first, or goes on over it. */
type TornDown = 'torn_down' | 'ignored';

/**
 * The policy completed by the rules that a review of it arrives at. It does not lean on PG_reserved
 * of ZONE_DEVICE pages, which mm would rather not set.
 */
const COMPLETED: Policy = {
  existingVma: 'zapped_and_blocked',
  activeBuffer: 'any_on_list',
  bufferBar: 'recorded',
  precondition: 'decoding',
  doubleRegister: 'answered',
  takeaway: 'waits_for_pages',
  freedAt: 'drained',
  orphans: 'off_list',
  deviceReset: 'torn_down',
  hotReset: 'torn_down',
  close: 'torn_down',
  memoryDisable: 'torn_down',
  d3hot: 'torn_down',
  lowPowerEntry: 'torn_down',
  pool: 'destroyed_with_last',
  failedRegister: 'undone',
  registerAgain: 'creates_allocate',
  type1: 'remembers',
  zoneDevicePages: 'not_reserved',
};

/**
 * The policy as the cover letter and the UAPI patch of the RFC state it, read to the letter.
 * Patches 2 to 5 could not be read. What the text does not touch at all (a second registration,
 * when the BAR counts as free, whether sysfs is made anew) is unknown and taken as completed, so
 * that nothing is held against code that nobody here has seen. The RFC does not touch type1, which
 * is as v7.3 has it, where __init_zone_device_page() sets PG_reserved.
 */
const STATED: Policy = {
  ...COMPLETED,
  existingVma: 'ignored',
  activeBuffer: 'live_only',
  precondition: 'none',
  memoryDisable: 'ignored',
  d3hot: 'ignored',
  lowPowerEntry: 'ignored',
  pool: 'destroyed_with_first',
  failedRegister: 'leaves_pool',
  type1: 're_evaluates',
  zoneDevicePages: 'reserved',
};

/** The one that is under review first. */
export const REVISIONS: Readonly<Record<string, Policy>> = {
  'rfc-2026-06': STATED,
  completed: COMPLETED,
};

/** The designs that are compared. */
export const designs: readonly Revision[] = [
  {
    name: 'rfc-2026-06',
    title: '[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, to the letter',
    kind: 'series',
    source: RFC0,
    words: [
      'VFIO_DEVICE_FEATURE_P2P_REGISTER',
      'pci_p2pdma_remove_resource()',
      'vfio-p2p',
      'Mutual Exclusivity Policy: a BAR is exclusive',
      'vfio: Add UAPI for ZONE_DEVICE-backed P2P registration',
      'vfio/pci: Implement ZONE_DEVICE-backed P2P registration',
      'vfio/pci: Block mmap & dmabuf export for ZONE_DEVICE-registered BARs',
      'vfio/pci: Block ZONE_DEVICE registration for BARs with active DMABUFs',
      'PCI/P2PDMA: Introduce a helper to release P2P resources',
    ],
  },
  {
    name: 'under-lock',
    title: 'the same, and its teardown waits for pages under memory_lock, too',
    kind: 'what-if',
    source: `derived: ${RFC0} does not say where the helper is called`,
  },
  {
    name: 'devres',
    title: 'a kernel driver that registers BARs when it probes, as merged',
    kind: 'what-if',
    source: 'pci_p2pdma_add_resource, pci_p2pdma_release, v7.3',
  },
  {
    name: 'completed',
    title: 'the same, completed by the rules that a review of it arrives at',
    kind: 'what-if',
    source: 'derived: what mends the findings F-X3 to F-X15',
  },
];

const VALUES: Values<Policy> = {
  existingVma: ['ignored', 'zapped', 'zapped_and_blocked'],
  activeBuffer: ['live_only', 'any_on_list'],
  bufferBar: ['recorded', 'not_recorded_all_count', 'not_recorded_none_counts'],
  precondition: ['none', 'decoding'],
  doubleRegister: ['answered', 'adds_again'],
  takeaway: ['waits_for_pages', 'does_not_wait'],
  freedAt: ['drained', 'remove_resource'],
  orphans: ['off_list', 'counted'],
  deviceReset: ['torn_down', 'ignored'],
  hotReset: ['torn_down', 'ignored', 'first_device_only'],
  close: ['torn_down', 'ignored'],
  memoryDisable: ['torn_down', 'ignored'],
  d3hot: ['torn_down', 'ignored'],
  lowPowerEntry: ['torn_down', 'ignored'],
  pool: ['destroyed_with_first', 'destroyed_with_last'],
  failedRegister: ['undone', 'leaves_pool'],
  registerAgain: ['creates_allocate', 'keeps_old_pool'],
  type1: ['re_evaluates', 'remembers'],
  zoneDevicePages: ['reserved', 'not_reserved'],
};

/** The policy of a revision, some points of it decided otherwise. @throws as `choose` */
export function policyOf(revision: string): Policy {
  return choose(revision, REVISIONS, VALUES);
}

/** How many of the things are there that the machines of a BAR are drawn for. */
interface BarScope {
  /** The number of its device. */
  readonly device: number;
  readonly buffers: number;
  /** The buffers of other BARs that the test takes for those of this one. */
  readonly others: number;
}

/** With how many buffers there are that can stand in the way. */
interface Counted extends BarScope {
  readonly counted: number;
}

/** What a decision makes of the machine that states the RFC; where it is the RFC's, nothing. */
type Decisions<S> = {
  readonly [P in keyof Policy]?: Readonly<Partial<Record<Policy[P], (scope: S) => MachineChanges>>>;
};

/** In the order in which they are made: a later one has the last word on a state. */
const OF_BAR: Decisions<Counted> = {
  existingVma: { zapped_and_blocked: () => faultsBlocked },
  activeBuffer: { any_on_list: ({ counted }) => everyBufferCounts(counted) },
  bufferBar: {
    not_recorded_all_count: ({ buffers, others }) => buffersOfOthersCount(buffers, others),
    not_recorded_none_counts: ({ buffers }) => noBufferCounts(buffers),
  },
  precondition: { decoding: () => onlyWhileDecoding },
  doubleRegister: { adds_again: () => addsAgain },
  takeaway: { does_not_wait: () => doesNotWait },
  freedAt: { remove_resource: () => freeBeforeDrained },
  orphans: { counted: () => orphansCount },
};

const OF_POOL: Decisions<number> = {
  pool: { destroyed_with_last: destroyedWithLast },
  failedRegister: { undone: () => undone },
  registerAgain: { keeps_old_pool: keepsOldPool },
};

const OF_VMA: Decisions<void> = {
  existingVma: { zapped: () => zapped, zapped_and_blocked: () => zapped },
};

const OF_TYPE1: Decisions<void> = {
  zoneDevicePages: { not_reserved: () => notReserved },
  type1: { remembers: () => remembers },
};

function decided<S>(policy: Policy, decisions: Decisions<S>, scope: S): MachineChanges[] {
  return Object.entries(decisions).flatMap(([point, values]) => {
    const decision = (values as Record<string, (scope: S) => MachineChanges>)[
      policy[point as keyof Policy]
    ];
    return decision === undefined ? [] : [decision(scope)];
  });
}

export const barOf = madeOnce((policy: Policy, scope: BarScope) => {
  const most = scope.buffers + scope.others;
  const counted = policy.bufferBar === 'not_recorded_none_counts' ? 0 : most;
  const calls = tornDownBy(endsOf(policy, scope.device));
  return afterChanges(bar(most), [...decided(policy, OF_BAR, { ...scope, counted }), calls]);
});

export const poolOf = madeOnce((policy: Policy, bars: number) =>
  afterChanges(p2pmem(bars), decided(policy, OF_POOL, bars)),
);

export function vmaOf(policy: Policy) {
  return afterChanges(barVma, decided(policy, OF_VMA, undefined));
}

export function type1Of(policy: Policy) {
  return afterChanges(type1Map, decided(policy, OF_TYPE1, undefined));
}

/** The calls that end the registration of the BARs of a device. */
function endsOf(policy: Policy, device: number): Takeaway[] {
  const { hotReset } = policy;
  const ofOne = device === 0 ? 'torn_down' : 'ignored';
  const answers: Readonly<Record<Takeaway, TornDown>> = {
    'dev.device_reset': policy.deviceReset,
    'bus.hot_reset': hotReset === 'first_device_only' ? ofOne : hotReset,
    'dev.close': policy.close,
    'dev.write_command(MEM=0)': policy.memoryDisable,
    'dev.write_pmcsr(D3hot)': policy.d3hot,
    'dev.low_power_entry': policy.lowPowerEntry,
  };
  return takeaways.filter((call) => answers[call] === 'torn_down');
}
