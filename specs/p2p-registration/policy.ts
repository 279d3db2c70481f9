import { type BarPolicy, takeaways } from '../../machines/bar/bar.contract.ts';
import type { PoolPolicy } from '../../machines/bar/p2pmem.contract.ts';
import type { Type1Policy } from '../../machines/bar/type1-map.contract.ts';
import type { Revision } from '../../src/catalogue/catalogue.ts';
import { choose, type Values } from './choose.ts';
import { RFC0 } from './sources.ts';

/** Everything that a policy for P2P registration decides, point by point. */
export interface Policy extends Omit<BarPolicy, 'tornDownBy'>, PoolPolicy, Type1Policy {
  readonly deviceReset: TornDown;
  /** A hot reset tears down the BARs of every device of the set, or of the one it was asked of. */
  readonly hotReset: TornDown | 'first_device_only';
  readonly close: TornDown;
  readonly memoryDisable: TornDown;
  readonly d3hot: TornDown;
  readonly lowPowerEntry: TornDown;
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
 * is as v7.3 has it; whether ZONE_DEVICE pages are PG_reserved there was not read, and is taken as
 * recent kernels have it.
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

/** What one BAR of a device is told of the policy. */
export function barPolicyOf(policy: Policy, device: number): BarPolicy {
  const answers: Readonly<Record<BarPolicy['tornDownBy'][number], TornDown>> = {
    'dev.device_reset': policy.deviceReset,
    'bus.hot_reset':
      policy.hotReset === 'first_device_only'
        ? device === 0
          ? 'torn_down'
          : 'ignored'
        : policy.hotReset,
    'dev.close': policy.close,
    'dev.write_command(MEM=0)': policy.memoryDisable,
    'dev.write_pmcsr(D3hot)': policy.d3hot,
    'dev.low_power_entry': policy.lowPowerEntry,
  };
  return { ...policy, tornDownBy: takeaways.filter((call) => answers[call] === 'torn_down') };
}
