import {
  all,
  alphabetOf,
  any,
  is,
  monitor,
  not,
  type Part,
  type Predicate,
  type Property,
  type System,
  said,
  where,
  withoutVariant,
} from 'xstate-check';
import { failedCall } from '../../machines/device/failed-call.monitor.ts';
import { staysRevoked } from '../../machines/device/stays-revoked.monitor.ts';
import type { Design } from '../revisions/index.ts';
import type { ImporterThread } from '../shared/parts.ts';
import { procedureRules } from '../shared/rules.ts';
import {
  allAreIdle,
  decodes,
  isBeingReset,
  isFree,
  isIdle,
  isIn,
  isOutOfLowPower,
  isRevoked,
  isSuspended,
  isWriteHeld,
  memoryOn,
} from '../shared/words.ts';
import { transitionCalls } from './calls.ts';
import { armsAfterDrain, type OperationName, transitionContract } from './parts.ts';

/** Who takes part in a system, as far as its rules speak of them. */
export interface Cast {
  readonly owners: readonly string[];
  readonly importers: readonly ImporterThread[];
  readonly cpus: number;
}

const live = not(isRevoked('buf[0]'));
const hasPte = is('dev[0].ptes', 'present');
/** Where __vfio_pci_memory_enabled() says true, but for a VF. */
const MEMORY_ON = ['memory_on'];

/** Memory is enabled, the device is not in low power, and nobody is changing that. */
function enabled(states: readonly string[]): Predicate {
  return all(
    isFree('dev[0].memory_lock'),
    memoryOn('dev[0]', ...states),
    isOutOfLowPower('dev[0]'),
  );
}

function mappedBy(importers: readonly ImporterThread[]): Predicate[] {
  return importers.map(({ attachment }) => is(`att[${attachment}].sgt`, 'mapped'));
}

/** No importer has the buffer mapped, and none can map it. */
function unreachable(importers: readonly ImporterThread[]): Predicate {
  return not(any(live, ...mappedBy(importers)));
}

/** A state of the device in which it does not answer. */
export interface Silence {
  readonly id: string;
  readonly words: string;
  readonly when: Predicate;
}

export const DECODE_OFF: Silence = {
  id: 'off',
  words: 'memory decoding is off',
  when: not(decodes('dev[0]')),
};
export const D3HOT: Silence = {
  id: 'd3hot',
  words: 'the device is in D3hot',
  when: isIn('dev[0]', 'd3hot'),
};
export const IN_RESET: Silence = {
  id: 'reset',
  words: 'the device is being reset',
  when: isBeingReset('dev[0]'),
};
export const SUSPENDED: Silence = {
  id: 'suspended',
  words: 'the device is runtime suspended',
  when: isSuspended('dev[0]'),
};
export const D1_D2: Silence = {
  id: 'd1-d2',
  words: 'the device is in D1 or D2 and nobody is changing that',
  when: all(isIn('dev[0]', 'd1', 'd2'), isFree('dev[0].memory_lock')),
};

/** S1 for DMA: no importer reaches a device that does not answer. */
export function unmapped({ id, words, when }: Silence, { importers }: Cast): Property {
  return {
    id: `unmapped-while-${id}`,
    kind: 'invariant',
    title: `no buffer is live or mapped while ${words}`,
    when,
    then: unreachable(importers),
    rule: 'S1',
    source:
      'derived: S1; dma_buf_invalidate_mappings, v7.3: what the exporter may rely on when it has waited',
    consequence: 'DMA of a peer goes to a device that does not answer',
  };
}

/** S1 for the CPU: no load or store reaches a device that does not answer. */
export function noPte({ id, words, when }: Silence): Property {
  return {
    id: `no-pte-while-${id}`,
    kind: 'invariant',
    title: `no CPU has a PTE of a BAR while ${words}`,
    when,
    then: not(hasPte),
    rule: 'S1',
    source:
      'derived: S1; vfio_pci_zap_bars, vfio_pci_vmf_insert_pfn, v7.3: zapped before, SIGBUS after',
    consequence:
      'a load of the CPU goes to a device that does not answer: all ones, or a machine check',
  };
}

/** S1 for whoever takes part. */
export function silent(silence: Silence, cast: Cast): Property[] {
  return [unmapped(silence, cast), ...(cast.cpus > 0 ? [noPte(silence)] : [])];
}

const L1 = {
  kind: 'invariant',
  then: live,
  rule: 'L1',
  source: 'derived: L1; the callers of vfio_pci_dma_buf_move(), v7.3',
  consequence: 'importers get -ENODEV from a device that works',
} as const;

/**
 * L1: where memory is enabled and the device is awake, its buffers are live.
 *
 * @param states - of the device, where __vfio_pci_memory_enabled() says true
 */
export function enabledMeansLive(...states: readonly string[]): Property {
  return {
    ...L1,
    id: 'enabled-means-live',
    title: 'the buffer is live whenever memory is enabled, the device awake and memory_lock free',
    when: enabled(states.length > 0 ? states : MEMORY_ON),
  };
}

/** L1, for those who change the device without a look at the buffers: once everybody is done. */
export function liveInTheEnd(...idle: readonly Predicate[]): Property {
  return {
    ...L1,
    id: 'live-in-the-end',
    title:
      'the buffer is live when memory is enabled, the device awake and every call has returned',
    when: all(enabled(MEMORY_ON), ...idle),
  };
}

/** S7: access comes back only under memory_lock and while memory is enabled. */
export function restoredInSection(threads: readonly string[], en: readonly string[]): Property {
  return {
    id: 'restored-in-section',
    kind: 'invariant',
    title: 'access comes back only under memory_lock, for an open device whose memory is enabled',
    when: any(...threads.map((thread) => is(`move(dev[0])@${thread}`, '#gives_access_back'))),
    then: all(isWriteHeld('dev[0].memory_lock'), memoryOn('dev[0]', ...en)),
    rule: 'S7',
    source: 'derived: S7; the callers of vfio_pci_dma_buf_move(false), v7.3',
    consequence: 'importers map a BAR that is about to go, or has gone',
  };
}

/** What lets __vfio_pci_runtime_pm_exit() put the eventfd only where low power is engaged. */
export const eventfdMeansEngaged: Property = {
  id: 'eventfd-means-engaged',
  kind: 'invariant',
  title: 'an eventfd that waits for the wake-up is that of a device in low power',
  when: is('dev[0].low_power', 'out.with_wakeup', 'engaged.with_wakeup'),
  then: any(is('dev[0].low_power', 'engaged'), is('dev[0].memory_lock', 'write_held')),
  source: 'derived: vfio_pci_runtime_pm_entry, __vfio_pci_runtime_pm_exit, v7.3',
  consequence: 'the eventfd is never put, or is signalled for a low power that is long over',
};

/** S4: a revoke that has ended leaves the buffer ready for the next one. */
const armed: Property = {
  id: 'armed-again',
  kind: 'invariant',
  title: 'a buffer that is revoked, with nobody at it, has its kref armed again',
  when: all(isRevoked('buf[0]'), isFree('dev[0].memory_lock')),
  then: is('buf[0].kref', 'counting'),
  rule: 'S4',
  source: 'vfio_pci_dma_buf_move, c64a647c84f3: the state after a revoke is that after creation',
  consequence: 'the next revoke waits for a completion that nobody completes',
};

/** L2: what the owner calls returns. */
function callsReturn(owner: string): Property {
  return {
    id: `call-returns(${owner})`,
    kind: 'leads-to',
    title: `a call that ${owner} has made returns`,
    when: is(owner, '#in_call'),
    then: is(owner, '#leaving'),
    rule: 'L2',
    source: 'derived: L2, every transition ends when importers unmap in bounded time',
    consequence: 'the thread hangs in D state',
  };
}

/** What keeps a device awake: its open, unless that gave it up for low power, and its VFs. */
function awakeBalanced(users: readonly Part[]): Property {
  const usage = (n: number) =>
    where('dev[0].runtime_pm', `usage is ${n}`, (context) => context.usage === n);
  const hasVfs = users.some(({ name }) => name === 'dev[0].sriov');
  const low = is('dev[0].low_power', 'engaged');
  const vfs = is('dev[0].sriov', 'vfs.some');
  return {
    id: 'references-balanced(dev[0])',
    kind: 'invariant',
    title: 'once every call has returned, dev[0] is kept awake by its open and its VFs alone',
    when: allAreIdle(users),
    then: said(
      hasVfs
        ? any(all(not(vfs), usage(1)), all(vfs, usage(2)))
        : any(all(low, usage(0)), all(not(low), usage(1))),
      'its runtime PM references are those of its open and its VFs',
      'a runtime PM reference too many keeps it awake, or one is missing',
    ),
    source:
      'derived: vfio_pci_core_enable, vfio_pci_runtime_pm_entry, __vfio_pci_runtime_pm_exit, v7.3: each get has its put',
    consequence: 'a device that is in low power never sleeps, or one that is in use does',
  };
}

/**
 * The rules of every system of this folder, and the monitors they need.
 *
 * @param users - all parts, where some are left out of the rules about locks
 */
export function commonRules(
  parts: readonly Part[],
  cast: Cast,
  design: Pick<Design, 'anew'>,
  users: readonly Part[] = parts,
): { monitors: Part[]; properties: Property[] } {
  const common = procedureRules(
    parts,
    { devices: 1, buffers: 1 },
    transitionContract(cast.importers),
    transitionCalls,
  );
  return {
    monitors: common.monitors,
    properties: [
      ...(armsAfterDrain(design) ? [armed] : []),
      ...cast.owners.map(callsReturn),
      awakeBalanced(users),
      ...common.properties,
    ],
  };
}

/** O1: an operation of the owner that must not give access back in low power, and its rule. */
export function staysRevokedRule(
  parts: readonly Part[],
  name: OperationName,
): { monitors: Part[]; properties: Property[] } {
  const labels = labelsIn(parts);
  const plain = (label: string) => withoutVariant(label).replace(/@.*$/, '');
  const part = `stays_revoked(${name})`;
  return {
    monitors: [
      monitor(part, staysRevoked, {
        enter: labels.filter((label) => plain(label) === 'dev[0].pm_runtime_engaged.set'),
        exit: labels.filter((label) => plain(label) === 'dev[0].pm_runtime_engaged.clear'),
        unrevoke: labels.filter((label) => label.startsWith(`dev[0].move(false):begin#${name}@`)),
        unrevoked: labels.filter((label) => label.startsWith(`dev[0].move(false):end#${name}@`)),
      }),
    ],
    properties: [
      {
        id: `stays-revoked(${name})`,
        kind: 'monitor',
        title: `${name} gives no access back while pm_runtime_engaged is set`,
        parts: [part],
        rule: 'S1',
        source:
          'derived: S1; vfio_pci_vmf_insert_pfn, v7.3 tests pm_runtime_engaged, __vfio_pci_memory_enabled does not',
        consequence:
          'importers map a device that suspends when the call returns, while the CPU gets SIGBUS',
      },
    ],
  };
}

/** A LOW_POWER_ENTRY of a thread that fails has revoked nothing. */
export function failedEntryRule(
  parts: readonly Part[],
  owner: string,
): { monitors: Part[]; properties: Property[] } {
  const labels = labelsIn(parts);
  const entry = (outcome: string) => [`dev[0].low_power_entry:${outcome}@${owner}`];
  const part = `failed_entry@${owner}`;
  return {
    monitors: [
      monitor(part, failedCall, {
        begin: entry('begin'),
        change: labels.filter((label) => label === `buf[0].revoked.set@${owner}`),
        ok: entry('ok'),
        error: entry('-EINVAL'),
        left: [`dev[0].pm_runtime_put@${owner}`],
      }),
    ],
    properties: [
      {
        id: `failed-entry(${owner})`,
        kind: 'monitor',
        title: 'a LOW_POWER_ENTRY that returns -EINVAL has revoked nothing',
        parts: [part],
        source: 'derived: vfio_pci_runtime_pm_entry, v7.3 revokes before it tests',
        consequence: 'a call that failed has taken the mappings of the importers away',
      },
    ],
  };
}

function labelsIn(parts: readonly Part[]): string[] {
  return [...new Set(parts.flatMap((part) => alphabetOf(part).flatMap((l) => part.rename(l))))];
}

/** An owner thread makes no call. */
export function outside(owners: readonly string[]): Predicate[] {
  return owners.map(isIdle);
}

/** A system of this folder. */
export function transitionSystem(
  system: Pick<System, 'name' | 'revision' | 'scope' | 'parts' | 'properties' | 'unused'>,
): System {
  return { ...system, calls: transitionCalls, environment: ['user'] };
}
