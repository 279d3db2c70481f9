import { all, is, not, type Part, type Property, where } from 'xstate-check';
import {
  balanceMonitors,
  heldMonitors,
  type Lock,
  type LockKind,
  orderMonitors,
} from 'xstate-check/kernel';
import { barMmap } from '../../machines/mmap/bar-mmap.procedure.ts';
import { asOf, type Design, happens } from '../revisions/index.ts';
import { oneAnswer } from '../shared/every-system.ts';
import { MUTEX, RESV, RWSEM } from '../shared/parts.ts';
import { promises } from '../shared/promises.ts';
import { returnsOf } from '../shared/rules.ts';
import { allAreIdle, decodes } from '../shared/words.ts';
import { mmapCalls } from './calls.ts';
import type { Shape } from './shape.ts';

const WRITE: LockKind = { wait: ['down_write'], take: [], release: ['up_write'] };
const L2 = 'derived: L2, every transition ends when importers unmap in bounded time';
const SERIES = 'as of series v6';

/** What the CPU mappings of dma-bufs have to keep. */
export function mmapRules(
  shape: Shape,
  parts: readonly Part[],
  design: Design,
): { monitors: Part[]; properties: Property[] } {
  const used = parts.map(withoutUnused);
  const balance = balanceMonitors(used, locksOf(shape), returnsOf(mmapCalls));
  const order = orderOf(shape, used);
  const ownLock = happens(asOf(design, barMmap()), 'dev.dmabuf_lock.down_write');
  const listLock = ownLock ? 'dmabuf_lock' : 'memory_lock';
  const held = heldMonitors(used, { name: `dev[0].${listLock}`, kind: WRITE }, (label) =>
    /\.(list_add|list_del)$|\.set_status\(.*:begin$/.test(label),
  );
  const names = (monitors: readonly Part[]) => monitors.map(({ name }) => name);
  const promised = promises(parts, returnsOf(mmapCalls));
  return {
    monitors: [...balance, ...order, ...held, ...promised.monitors],
    properties: [
      ...shape.buffers.flatMap((b) => bufferRules(shape, b)),
      ...(shape.closes && shape.faults.length > 0 ? [deviceAlive] : []),
      ...(shape.closes ? [registrationGivenBack(parts)] : []),
      ...promised.properties,
      ...lockRules(shape, { order: names(order), balance: names(balance) }),
      ...(held.length === 0 ? [] : [listNeedsLock(names(held), listLock)]),
      ...soundness(parts),
    ],
  };
}

/** Which locks are inside which, and that each is released. */
function lockRules(
  shape: Shape,
  monitors: { readonly order: readonly string[]; readonly balance: readonly string[] },
): Property[] {
  return [
    {
      id: 'lock-order',
      kind: 'monitor',
      title: `dma_resv inside dmabuf_lock inside memory_lock and mmap_lock, of which ${outerOf(shape)}, for readers as well`,
      parts: monitors.order,
      source: `derived: a reader waits behind a writer that waits; dmabuf_lock -> resv, ${SERIES}`,
      consequence:
        'a read whose copy faults waits for an mmap() or a page fault that waits for it, for ever',
    },
    {
      id: 'lock-balance',
      kind: 'monitor',
      title: 'every lock that a call takes is released before it returns',
      parts: monitors.balance,
      rule: 'S6',
      source: 'derived: S6',
    },
  ];
}

/** What every system has to keep. */
function soundness(parts: readonly Part[]): Property[] {
  return [
    {
      id: 'no-misuse',
      kind: 'monitor',
      title: 'no lock is released unheld, no buffer listed twice, none comes back from the dead',
      parts: parts
        .filter(({ kind, name }) => kind === 'resource' && name !== 'dev[0].registration')
        .map(({ name }) => name),
      source:
        'derived; DEBUG_RWSEMS and DEBUG_MUTEXES of the kernel, PERM_REVOKED of v2 8/9, 2026-05-27',
    },
    {
      id: 'rest',
      kind: 'rest',
      title: 'every thread can return, and every lock become free',
      rule: 'L2',
      source: L2,
      consequence: 'a task hangs in D state',
    },
    {
      id: 'deadlock',
      kind: 'deadlock',
      title: 'something can always move',
      rule: 'L2',
      source: L2,
    },
    oneAnswer,
  ];
}

/** The part without the labels that its version has no use for, on which a monitor would wait. */
function withoutUnused(part: Part): Part {
  const unused: readonly string[] = part.machine.root.meta?.unused ?? [];
  return { ...part, rename: (label) => (unused.includes(label) ? [] : part.rename(label)) };
}

function locksOf({ buffers }: Shape): Lock[] {
  return [
    { name: 'dev_set.lock', kind: MUTEX },
    { name: 'dev[0].memory_lock', kind: RWSEM },
    { name: 'mm.mmap_lock', kind: RWSEM },
    { name: 'dev[0].dmabuf_lock', kind: RWSEM },
    ...buffers.map((b) => ({ name: `buf[${b}].resv`, kind: RESV })),
  ];
}

/** A page fault has mmap_lock before it can know of a device; where there is none, a read decides. */
const outerOf = ({ faults }: Shape) =>
  faults.length > 0 ? 'mmap_lock is outside' : 'memory_lock is outside';

/** dev_set->lock and mmap_lock never meet, and have no order. */
function orderOf(shape: Shape, parts: readonly Part[]): Part[] {
  const [devSet, memory, mmap, ...inner] = locksOf(shape) as [Lock, Lock, Lock, ...Lock[]];
  const lists = [
    shape.faults.length > 0 ? [mmap, memory] : [memory, mmap],
    [devSet, memory, ...inner],
    [mmap, ...inner],
  ];
  const monitors = lists.flatMap((locks) => orderMonitors(parts, locks));
  return monitors.filter(({ name }, i) => monitors.findIndex((m) => m.name === name) === i);
}

function bufferRules({ writes, revokes, closes, faults }: Shape, b: number): Property[] {
  const buf = `buf[${b}]`;
  const locksFree = all(is('dev[0].memory_lock', 'free'), is('dev[0].dmabuf_lock', 'free'));
  const isRevoked = is(`${buf}.status`, 'temporarily_revoked', 'permanently_revoked');
  const mapped = is(`${buf}.mapping`, 'mapped');
  const isFaulted = faults.some(({ buffer }) => buffer === b);
  const changes = writes || closes;
  const properties: Property[] = [];
  if (isFaulted && (changes || (revokes && b === 0))) {
    properties.push({
      id: `revoked-means-unmapped(${buf})`,
      kind: 'invariant',
      title: `no CPU mapping of ${buf} is there once it is revoked and the locks are free`,
      when: all(locksFree, isRevoked),
      then: not(mapped),
      rule: 'S1',
      source: `derived: S1; vfio_pci_dma_buf_set_status, ${SERIES}: unmap_mapping_range()`,
      consequence: 'a process goes on reading and writing what was taken from it',
    });
  }
  if (writes) {
    properties.push({
      id: `disabled-means-revoked(${buf})`,
      kind: 'invariant',
      title: `${buf} is revoked and unmapped while the device does not decode`,
      when: all(not(decodes('dev[0]')), is(`${buf}.listed`, 'on')),
      then: all(isRevoked, not(mapped)),
      rule: 'S1',
      source: 'derived: S1, S3; vfio_pci_lock_revoke_bars, v4 7/10, 2026-07-01',
      consequence: 'DMA or a CPU access reaches a BAR that is off',
    });
  }
  if (writes) {
    properties.push({
      id: `enabled-means-ok(${buf})`,
      kind: 'invariant',
      title: `${buf} is OK, or revoked for good, where memory is enabled and the locks are free`,
      when: all(locksFree, is('dev[0]', 'memory_on'), is(`${buf}.listed`, 'on')),
      then: not(is(`${buf}.status`, 'temporarily_revoked')),
      rule: 'L1',
      source: 'derived: L1; vfio_pci_unrevoke_bars, v4 7/10, 2026-07-01',
      consequence: 'accesses answer SIGBUS and importers get -ENODEV from a device that works',
    });
  }
  return properties;
}

const deviceAlive: Property = {
  id: 'device-alive',
  kind: 'monitor',
  title: 'no page fault takes a lock of a device that was freed',
  parts: ['dev[0].registration'],
  rule: 'S9',
  source:
    'Matt Evans, v2 7/9, 2026-05-27, <20260527102319.100128-8-mattev@meta.com>: a registration "to ensure vdev remains valid"',
  consequence:
    'KASAN: slab-use-after-free in down_read(); without KASAN, the page fault writes into memory of somebody else',
};

/** The open file and the one buffer on the list have held it. */
function registrationGivenBack(parts: readonly Part[]): Property {
  return {
    id: 'registration-given-back',
    kind: 'invariant',
    title: 'nobody but the device itself holds its registration once it is closed',
    when: all(
      is('close', '#closed'),
      allAreIdle(parts.filter(({ name }) => name !== 'unregister')),
    ),
    then: where('dev[0].registration', 'nobody holds it', ({ references }) => references === 0),
    rule: 'S5',
    source: `vfio_pci_dma_buf_cleanup, ${SERIES}: vfio_device_put_registration() with list_del_init()`,
    consequence: 'unbind waits for ever in vfio_unregister_group_dev()',
  };
}

function listNeedsLock(parts: readonly string[], listLock: string): Property {
  return {
    id: 'list-needs-lock',
    kind: 'monitor',
    title: `vdev->dmabufs and the status of a buffer change with ${listLock} held for writing`,
    parts,
    rule: 'S6',
    source: `vfio_pci_dma_buf_set_status, ${SERIES}, and v2 8/9 of 2026-05-27: lockdep_assert_held_write`,
    consequence: 'the list is walked while it changes',
  };
}
