import { alphabetOf, type Part, plainLabel, procedure, resource } from 'xstate-check';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { devOpenClose } from '../../machines/xsk-pool/dev-open-close.procedure.ts';
import { memModel } from '../../machines/xsk-pool/mem-model.resource.ts';
import { napi } from '../../machines/xsk-pool/napi.resource.ts';
import { netdev } from '../../machines/xsk-pool/netdev.resource.ts';
import { poolDma } from '../../machines/xsk-pool/pool-dma.resource.ts';
import { poolPointer } from '../../machines/xsk-pool/pool-pointer.resource.ts';
import { port } from '../../machines/xsk-pool/port.resource.ts';
import { rxChannel } from '../../machines/xsk-pool/rx-channel.resource.ts';
import { rxRing } from '../../machines/xsk-pool/rx-ring.resource.ts';
import { txPoll } from '../../machines/xsk-pool/tx-poll.procedure.ts';
import { txRing } from '../../machines/xsk-pool/tx-ring.resource.ts';
import { virtqueue } from '../../machines/xsk-pool/virtqueue.resource.ts';
import { xpReleaseDeferred } from '../../machines/xsk-pool/xp-release-deferred.procedure.ts';
import { xskBind } from '../../machines/xsk-pool/xsk-bind.procedure.ts';
import { xskBuffPool } from '../../machines/xsk-pool/xsk-buff-pool.resource.ts';
import { xskQid } from '../../machines/xsk-pool/xsk-qid.resource.ts';
import { xskSocket } from '../../machines/xsk-pool/xsk-socket.contract.ts';
import type { Driver, Routine } from './drivers.ts';

/** The threads that call into the driver, each with the part of the driver that it calls. */
export const BIND = 'bind';
export const RELEASE = 'release';
export const ADMIN = 'admin';
export const SOFTIRQ = 'softirq';

/** What is there beside the queue. */
export interface Shape {
  /** Whether frames of the pool are sent. */
  readonly sends: boolean;
  /** Whether a virtio device can reset a single queue (VIRTIO_F_RING_RESET). */
  readonly resettable: boolean;
}

/** Core, driver and what both use, of one queue. */
export function partsOf(driver: Driver, shape: Shape): Part[] {
  const threads = threadsOf(driver, shape);
  return [...threads, ...resourcesOf(driver, threads, shape)];
}

function threadsOf(driver: Driver, { sends }: Shape): Part[] {
  const { errnos } = driver;
  const use = driver.readsTwice ? 'tx.xsk_pool.use' : 'tx.pool_used';
  const poll = driver.sharesNapi ? 'rx.poll' : 'tx.poll';
  return [
    procedure(BIND, xskBind(errnos.enable), { thread: BIND, roles: ['xsk_bind'] }),
    ...driverParts(BIND, driver.enable(), driver.routines),
    procedure(RELEASE, xpReleaseDeferred(errnos.disable), {
      thread: RELEASE,
      roles: ['xp_release_deferred'],
    }),
    ...driverParts(RELEASE, driver.disable(), driver.routines),
    procedure(ADMIN, devOpenClose(errnos.open), { thread: ADMIN, roles: ['dev_open_close'] }),
    ...driverParts(ADMIN, driver.openClose(), driver.routines),
    ...(sends
      ? [procedure(SOFTIRQ, txPoll(use, poll), { thread: SOFTIRQ, roles: ['softirq'] })]
      : []),
  ];
}

/** What the driver does on a thread of the core, and the routines that it calls there. */
function driverParts(
  thread: string,
  machine: Part['machine'],
  routines: readonly Routine[],
): Part[] {
  const own = procedure(`driver@${thread}`, machine, {
    thread,
    roles: ['driver'],
    variant: 'driver',
    also: bySide(machine, thread, /^drv\./, ''),
  });
  const called = routines
    .filter((routine) => alphabetOf(own).some((label) => routine.called.test(label)))
    .map(({ name, machine: make, called }) => {
      const routine = make();
      return procedure(`${name}@${thread}`, routine, {
        thread,
        roles: [name],
        variant: name,
        also: bySide(routine, thread, called, '#driver'),
      });
    });
  return [own, ...called];
}

/** The labels by which a part is called are those of its caller. */
function bySide(machine: Part['machine'], thread: string, called: RegExp, variant: string) {
  const labels: readonly string[] = machine.root.meta?.labels ?? [];
  return Object.fromEntries(
    labels
      .filter((label) => called.test(label))
      .map((label) => [label, [`${label}${variant}@${thread}`]]),
  );
}

function resourcesOf(
  driver: Driver,
  threads: readonly Part[],
  { sends, resettable }: Shape,
): Part[] {
  const isChannel = driver.hardware === 'channel';
  return [
    resource('rtnl', mutex(), threads, 'mutex'),
    resource('sk', xskSocket, threads, 'socket'),
    resource('dev', netdev(), threads, 'netdev'),
    poolPart(threads),
    resource('pool.dma', poolDma(), threads, 'pool_dma', 'pool'),
    resource('rx.pointer', poolPointer(), threads, 'pointer', 'rx'),
    resource('rx.ring', rxRing(), threads, 'ring', 'rx'),
    ...(isChannel
      ? [resource('rx.channel', rxChannel(), threads, 'channel', 'rx')]
      : [resource('rx.virtqueue', virtqueue(resettable), threads, 'channel', 'rx')]),
    resource('rx.xdp_rxq', memModel(), threads, 'mem_model'),
    ...(driver.hasTwoModels ? [resource('rx.xsk_rxq', memModel(), threads, 'mem_model')] : []),
    resource('rx.napi', napi(sends && driver.sharesNapi), threads, 'napi', 'rx'),
    resource('tx.pointer', poolPointer(), threads, 'pointer', 'tx'),
    resource('tx.ring', txRing(), threads, 'tx_ring', 'tx'),
    ...(isChannel
      ? []
      : [resource('tx.virtqueue', virtqueue(resettable), threads, 'channel', 'tx')]),
    ...(driver.sharesNapi ? [] : [resource('tx.napi', napi(sends), threads, 'napi', 'tx')]),
    ...(driver.hasPort
      ? [
          resource('emac.port', port(), threads, 'port', 'emac'),
          resource('emac.xsk_qid', xskQid(), threads, 'qid', 'emac'),
        ]
      : []),
  ];
}

/** The pool is used by whoever takes frames of it or gives them back. */
function poolPart(threads: readonly Part[]): Part {
  const own = resource('pool', xskBuffPool(), threads, 'pool');
  const used = threads
    .flatMap((part) => alphabetOf(part).flatMap(part.rename))
    .filter((label) => USES.has(plainLabel(label)));
  return { ...own, rename: (label) => (label === 'used' ? [...new Set(used)] : own.rename(label)) };
}

const USES: ReadonlySet<string> = new Set([
  'rx.fill(xsk):some',
  'rx.drain(xsk)',
  'tx.xsk_pool.use',
  'tx.pool_used',
]);
