import { move } from '../../machines/dma-buf/move.procedure.ts';
import { invalidateMappings } from '../../machines/dma-buf/invalidate-mappings.procedure.ts';
import { revoked } from '../../machines/dma-buf/revoked.resource.ts';
import { sgt } from '../../machines/dma-buf/sgt.resource.ts';
import { commandWrite } from '../../machines/device/command-write.procedure.ts';
import { vdev } from '../../machines/device/vdev.resource.ts';
import { hotReset, type HotResetVariation } from '../../machines/hot-reset/hot-reset.procedure.ts';
import { callback } from '../../machines/importer/callback.procedure.ts';
import { importer } from '../../machines/importer/importer.procedure.ts';
import { unmapWork } from '../../machines/importer/unmap-work.procedure.ts';
import { completion } from '../../machines/locks/completion.resource.ts';
import { dmaResv } from '../../machines/locks/dma-resv.resource.ts';
import { kref } from '../../machines/locks/kref.resource.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { rwsem } from '../../machines/locks/rwsem.resource.ts';
import { is } from '../../src/check/predicate.ts';
import type { Property } from '../../src/check/property.ts';
import { balanceMonitors, heldMonitors, type Lock, type LockKind, orderMonitors } from '../../src/monitors/locks.ts';
import { parseLabel } from '../../src/lts/label.ts';
import { type Part, procedure, resource } from '../../src/system/part.ts';
import type { System, SystemFamily } from '../../src/system/system.ts';
import { procedureCalls } from '../vfio/calls.ts';

/** How the kernel spells its locks. */
const RWSEM: LockKind = {
  wait: ['down_write', 'down_read'],
  take: ['down_write_trylock:1'],
  release: ['up_write', 'up_read'],
};
const MUTEX: LockKind = { wait: ['mutex_lock'], take: [], release: ['mutex_unlock'] };
const RESV: LockKind = { wait: ['lock'], take: [], release: ['unlock'] };

const REVISIONS: Readonly<Record<string, HotResetVariation>> = {
  '7.3': { unrevoke: 'with_unlock', openCount: 'tested' },
  v9: { unrevoke: 'with_unlock', openCount: 'not_tested' },
  v6: { unrevoke: 'before_unlock', openCount: 'not_tested' },
  v5: { unrevoke: 'after_reset', openCount: 'not_tested' },
};

/** Hot reset of a set of open devices against a config write and importers that map and unmap. */
export const hotResetFamily: SystemFamily = {
  name: 'hot-reset',
  title: 'hot reset of a set of devices against a config write of one and an importer of each',
  defaultScope: { devices: 2, buffers: 1, importers: 1 },
  revisions: Object.keys(REVISIONS),
  build({ scope, revision }): System {
    const { devices = 0, buffers = 0, importers = 0 } = scope;
    const reset = procedure('hot_reset', hotReset(devices, REVISIONS[revision]!), {
      thread: 'hot_reset',
      roles: ['hot_reset'],
    });
    const write = procedure('command_write', commandWrite(), {
      thread: 'command_write',
      roles: ['command_write'],
      bind: { dev: 'dev[0]' },
    });
    const moves = [
      ...range(devices).flatMap((d) => moveParts(d, 'hot_reset', buffers, importers)),
      ...moveParts(0, 'command_write', buffers, importers),
    ];
    const users = range(importers).flatMap((a) => importerParts(a, ['hot_reset', ...(a === 0 ? ['command_write'] : [])]));
    const threads = [reset, write, ...moves, ...users];
    const resources = [
      resource('dev_set.lock', mutex(), threads, 'mutex'),
      ...range(devices).flatMap((d) => [
        resource(`dev[${d}].memory_lock`, rwsem(), threads, 'rwsem'),
        resource(`dev[${d}]`, vdev('open'), threads, 'vdev'),
      ]),
      ...range(buffers === 0 ? 0 : devices).flatMap((d) => bufferResources(d, threads)),
      ...range(importers).map((a) => resource(`att[${a}].sgt`, sgt(), threads, 'sgt', `att[${a}]`)),
    ];
    const { monitors, properties } = rules([...threads, ...resources], devices);
    return {
      name: 'hot-reset',
      revision,
      scope,
      parts: [...threads, ...resources, ...monitors],
      calls: procedureCalls,
      environment: ['user'],
      properties,
    };
  },
};

/** What runs below vfio_pci_dma_buf_move() of one device on one thread; buffer d is device d's. */
function moveParts(d: number, thread: string, buffers: number, importers: number): Part[] {
  const buffer = `buf[${d}]`;
  const attached = d < importers ? 1 : 0;
  return [
    procedure(`move(dev[${d}])@${thread}`, move(buffers, { rearm: 'after_drain', drain: 'waits' }), {
      thread,
      roles: ['move'],
      bind: { dev: `dev[${d}]`, 'buf[0]': buffer },
    }),
    procedure(`invalidate_mappings(${buffer})@${thread}`, invalidateMappings(attached), {
      thread,
      roles: ['dma_buf'],
      bind: { buf: buffer, 'att[0]': `att[${d}]` },
    }),
  ];
}

/** An importer: even ones unmap in their callback, odd ones later. */
function importerParts(a: number, exporters: readonly string[]): Part[] {
  const unmaps = a % 2 === 0 ? 'in_callback' : 'later';
  const bind = { buf: `buf[${a}]`, att: `att[${a}]` };
  const queue = exporters.map((thread) => `att[${a}].queue_work@${thread}`);
  return [
    procedure(`importer[${a}]`, importer(), {
      thread: `importer[${a}]`,
      roles: ['importer'],
      bind,
    }),
    ...exporters.map((thread) =>
      procedure(`callback(att[${a}])@${thread}`, callback(unmaps), {
        thread,
        roles: ['callback'],
        bind,
        variant: 'callback',
        also: {
          'att.invalidate:begin': [`att[${a}].invalidate:begin@${thread}`],
          'att.invalidate:end': [`att[${a}].invalidate:end@${thread}`],
          'att.queue_work': [`att[${a}].queue_work@${thread}`],
        },
      }),
    ),
    ...(unmaps === 'later'
      ? [
          procedure(`work(att[${a}])`, unmapWork(), {
            thread: `work[${a}]`,
            roles: ['work'],
            bind,
            also: { 'att.queue_work': queue },
          }),
        ]
      : []),
  ];
}

function bufferResources(b: number, threads: readonly Part[]): Part[] {
  const buffer = `buf[${b}]`;
  return [
    resource(`${buffer}.resv`, dmaResv(), threads, 'dma_resv'),
    resource(`${buffer}.revoked`, revoked(), threads, 'revoked', buffer),
    resource(`${buffer}.kref`, kref(2), threads, 'kref', buffer),
    resource(`${buffer}.comp`, completion(), threads, 'completion', buffer),
  ];
}

function rules(
  parts: readonly Part[],
  devices: number,
): { monitors: Part[]; properties: Property[] } {
  const locks: Lock[] = [
    { name: 'dev_set.lock', kind: MUTEX },
    ...range(devices).map((d) => ({ name: `dev[${d}].memory_lock`, kind: RWSEM })),
    ...range(devices).map((b) => ({ name: `buf[${b}].resv`, kind: RESV })),
  ];
  const balance = balanceMonitors(parts, locks, isReturn);
  const order = orderMonitors(parts, locks);
  const held = range(devices).flatMap((d) =>
    heldMonitors(
      parts,
      { name: `dev[${d}].memory_lock`, kind: RWSEM },
      (label) => label === `dev[${d}].move(true):begin` || label === `dev[${d}].move(false):begin`,
    ),
  );
  const properties: Property[] = [
    {
      id: 'write-returns',
      kind: 'leads-to',
      title: 'a config write that has begun returns',
      when: is('command_write', 'disable', 'enable'),
      then: is('command_write', 'idle'),
      source: 'derived: L2, every transition terminates with importers that unmap in bounded time',
      consequence: 'every access that needs memory_lock blocks for ever, and so does close()',
    },
    {
      id: 'lock-balance',
      kind: 'monitor',
      title: 'every lock that a call takes is released before it returns',
      parts: balance.map((part) => part.name),
      source: 'vfio_pci_dev_set_hot_reset, v7.3: err_undo is shared by success and failure',
      consequence:
        'the next BAR fault, config write or close of the device blocks for ever, and the next hot reset fails with -EBUSY',
    },
    {
      id: 'lock-order',
      kind: 'monitor',
      title: 'locks are taken in one global order and released in reverse',
      parts: order.map((part) => part.name),
      source: 'lock order dev_set->lock, memory_lock, dma_resv, as observed in v7.3',
    },
    {
      id: 'move-needs-memory-lock',
      kind: 'monitor',
      title: 'vfio_pci_dma_buf_move() runs with memory_lock held for writing',
      parts: held.map((part) => part.name),
      source: 'lockdep_assert_held_write in vfio_pci_dma_buf_move, v7.3',
    },
    {
      id: 'no-misuse',
      kind: 'monitor',
      title: 'no lock is released unheld, no refcount goes below 0, no closed device is asked',
      parts: parts.filter((part) => part.kind === 'resource').map((part) => part.name),
      source: 'refcount_t, DEBUG_RWSEMS and DEBUG_MUTEXES of the kernel',
    },
    { id: 'rest', kind: 'rest', title: 'every thread can return and every lock become free', source: 'derived: L2' },
    { id: 'deadlock', kind: 'deadlock', title: 'something can always move', source: 'derived: L2' },
    { id: 'totality', kind: 'totality', title: 'every call has exactly one answer', source: 'derived' },
  ];
  return { monitors: [...balance, ...order, ...held], properties };
}

/** A call from user space returns: its outcome, not its beginning. */
function isReturn(label: string): boolean {
  const { operation, outcome } = parseLabel(label);
  return (
    outcome !== undefined &&
    outcome !== 'begin' &&
    ['hot_reset', 'write_command(MEM=0)', 'write_command(MEM=1)', 'map_attachment', 'unmap_attachment'].includes(operation)
  );
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
