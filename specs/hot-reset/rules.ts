import { all, any, is, monitor, not, type Part, type Predicate, type Property } from 'xstate-check';
import { heldMonitors } from 'xstate-check/kernel';
import { cutTogether } from '../../machines/hot-reset/cut-together.monitor.ts';
import { range } from '../shared/contract.ts';
import { MUTEX } from '../shared/parts.ts';
import {
  decodes,
  isBeingReset,
  isFree,
  isIdle,
  isIn,
  isInLowPower,
  isListed,
  isOutOfLowPower,
  isRevoked,
  isWriteHeld,
  memoryOn,
} from '../shared/words.ts';
import { moversOf, type Shape } from './shape.ts';

/**
 * The devices of a set are walked with the lock of the set held.
 *
 * @param threads - those that walk it
 */
export function setNeedsLock(
  parts: readonly Part[],
  threads: readonly string[],
): { monitors: Part[]; property: Property } {
  const walking = parts.filter(({ thread = '' }) => threads.includes(thread));
  const monitors = heldMonitors(walking, { name: 'dev_set.lock', kind: MUTEX }, (label) =>
    WALK.test(label),
  );
  return {
    monitors,
    property: {
      id: 'set-needs-lock',
      kind: 'monitor',
      title: 'the devices of a set are walked with dev_set->lock held',
      parts: monitors.map(({ name }) => name),
      source:
        'vfio_pci_dev_set_hot_reset, v7.3: mutex_lock(&dev_set->lock) around it; vfio_release_device_set, v7.3 takes a device off the list with it',
      consequence: 'a device that is unregistered meanwhile is freed under the walk',
    },
  };
}

/** What is done with a device of a walk. */
const WALK = /^dev\[\d+\]\./;

/** What hot reset promises, apart from what every system of procedures keeps. */
export function hotResetRules(shape: Shape): {
  monitors: Part[];
  properties: Property[];
} {
  const cut = shape.resets.map((thread) => cutMonitor(shape, thread));
  return {
    monitors: cut,
    properties: [
      ...returns(shape),
      ...shape.exporters.map((d, b) => enabledMeansLive(shape, d, b)),
      ...(shape.engages && shape.exporters.length > 0 ? [liveMeansAwake(shape)] : []),
      ...shape.exporters.map((d, b) => resetMeansUnmapped(shape, d, b)),
      ...range(shape.devices - shape.unopened).map((d) => unrevokeNeedsEnabled(shape, d)),
      {
        id: 'cut-together',
        kind: 'monitor',
        title: 'a device loses CPU mappings and DMA mappings before the next one is tried',
        parts: cut.map(({ name }) => name),
        source:
          'Alex Williamson on v1 10/10, 2025-08-06, <20250806162455.350f73a4.alex.williamson@redhat.com>: "The revoke should have happened at the time the BARs were zapped"',
        consequence:
          'where the next device is busy, the way back leaves a device whose CPU mappings went and whose buffers were never revoked',
      },
    ],
  };
}

function cutMonitor({ devices }: Shape, thread: string): Part {
  const ofEach = (...labels: string[]) =>
    range(devices).flatMap((d) => labels.map((label) => `dev[${d}].${label}@${thread}`));
  return monitor(`cut_together@${thread}`, cutTogether, {
    trylock: ofEach('memory_lock.down_write_trylock:1', 'memory_lock.down_write_trylock:0'),
    revoked: ofEach('move(true):end'),
    zapped: ofEach('zap_bars'),
  });
}

const L2 = 'derived: L2, every transition ends when importers unmap in bounded time';

function returns({ resets, writers, closes }: Shape): Property[] {
  const suffix = (thread: string) => thread.replace(/^[a-z_]+/, '');
  return [
    ...writers.map(
      ({ thread }): Property => ({
        id: `write-returns${suffix(thread)}`,
        kind: 'leads-to',
        title: 'a config write that has begun returns',
        when: not(isIdle(thread)),
        then: isIdle(thread),
        rule: 'L2',
        source: L2,
        consequence: 'every access that needs memory_lock blocks for ever, and so does close()',
      }),
    ),
    ...resets.map(
      (thread): Property => ({
        id: `hot-reset-returns${suffix(thread)}`,
        kind: 'leads-to',
        title: 'a hot reset that has begun returns',
        when: not(isIdle(thread)),
        then: isIdle(thread),
        rule: 'L2',
        source: L2,
        consequence: 'dev_set->lock stays held: no device of the set can be reset or closed',
      }),
    ),
    ...(!closes
      ? []
      : [
          {
            id: 'close-returns',
            kind: 'leads-to',
            title: 'a close that has begun returns',
            when: not(isIdle('close')),
            then: is('close', '#closed'),
            rule: 'L2',
            source: L2,
            consequence: 'close() hangs in D state, and so does the exit of the process',
          } satisfies Property,
        ]),
  ];
}

/** Buffer b is that of device d. */
function enabledMeansLive({ engages, last }: Shape, d: number, b: number): Property {
  return {
    id: `enabled-means-live(buf[${b}])`,
    kind: 'invariant',
    title: `buf[${b}] is live whenever memory of its device is enabled and nobody holds memory_lock`,
    when: all(
      isFree(`dev[${d}].memory_lock`),
      memoryOn(`dev[${d}]`),
      isListed(`buf[${b}]`),
      ...(engages && d === last ? [isOutOfLowPower(`dev[${d}]`)] : []),
    ),
    then: not(isRevoked(`buf[${b}]`)),
    rule: 'L1',
    source: 'derived: L1; vfio_pci_dev_set_hot_reset, v7.3 un-revokes on success and failure',
    consequence: 'importers get -ENODEV from a device that works, until somebody resets it again',
  };
}

/** The last device is put into low power, and a sibling resets the bus. */
function liveMeansAwake({ exporters, last }: Shape): Property {
  const buffer = exporters.indexOf(last);
  return {
    id: `live-means-awake(buf[${buffer}])`,
    kind: 'invariant',
    title: `buf[${buffer}] is not live while its device is in low power and nobody holds memory_lock`,
    when: all(isInLowPower(`dev[${last}]`), isFree(`dev[${last}].memory_lock`)),
    then: isRevoked(`buf[${buffer}]`),
    rule: 'S1',
    source:
      'derived: S1; vfio_pci_runtime_pm_entry, v7.3 revokes; vfio_pci_vmf_insert_pfn, v7.3 looks at pm_runtime_engaged',
    consequence: 'a peer maps a device that suspends when the call is over',
  };
}

function resetMeansUnmapped(shape: Shape, d: number, b: number): Property {
  const dev = `dev[${d}]`;
  const mapped = shape.importers.flatMap(({ attachment, buffer }) =>
    buffer === b ? [is(`att[${attachment}].sgt`, 'mapped')] : [],
  );
  const touched = shape.faults.some(({ device }) => device === d);
  const cpu = touched ? [is(`dev[${d}].ptes`, 'present')] : [];
  return {
    id: `reset-means-unmapped(buf[${b}])`,
    kind: 'invariant',
    title: `buf[${b}] is neither live nor mapped while its device is in reset, off or in D3hot`,
    when: any(isBeingReset(dev), not(decodes(dev)), isIn(dev, 'd3hot')),
    then: not(any(...mapped, ...cpu, not(isRevoked(`buf[${b}]`)))),
    rule: 'S1',
    source: 'derived: S1; vfio_pci_dma_buf_move, v7.3 waits for every mapping',
    consequence:
      'a peer reads all ones from a BAR that is not there, or its bridge reports an error',
  };
}

/** Every thread that gives access back has looked at the device, under a lock that nobody else has. */
function unrevokeNeedsEnabled(shape: Shape, d: number): Property {
  const restoring = moversOf(shape, d).map(
    (thread): Predicate => is(`move(dev[${d}])@${thread}`, '#gives_access_back'),
  );
  return {
    id: `unrevoke-needs-enabled(dev[${d}])`,
    kind: 'invariant',
    title: `access to dev[${d}] comes back while it is open, its memory enabled, memory_lock held`,
    when: any(...restoring),
    then: all(memoryOn(`dev[${d}]`), isWriteHeld(`dev[${d}].memory_lock`)),
    rule: 'S7',
    source:
      'derived: S7; vfio_pci_dev_set_hot_reset as merged for v6.19: open_count && __vfio_pci_memory_enabled()',
    consequence: 'importers map a device that is closed, off, or in the middle of a change',
  };
}
