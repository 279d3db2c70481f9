import { type CloseVariation, close } from '../../machines/device/close.procedure.ts';
import { commandWrite } from '../../machines/device/command-write.procedure.ts';
import { deviceFile } from '../../machines/device/device-file.resource.ts';
import { vdev } from '../../machines/device/vdev.resource.ts';
import type { MoveVariation } from '../../machines/dma-buf/move.procedure.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { rwsem } from '../../machines/locks/rwsem.resource.ts';
import { any, is, not } from '../../src/check/predicate.ts';
import type { Property } from '../../src/check/property.ts';
import { type Part, procedure, resource } from '../../src/system/part.ts';
import type { System, SystemFamily } from '../../src/system/system.ts';
import { atMostOne, contractSystem, range } from '../dma-buf/contract.ts';
import {
  bufferResources,
  type ImporterThread,
  importerParts,
  invalidateParts,
  movePart,
  sgtResource,
} from '../procedures/parts.ts';
import { procedureRules } from '../procedures/rules.ts';
import { procedureCalls } from '../vfio/calls.ts';

interface RevokeVariation {
  readonly move: MoveVariation;
  readonly close: CloseVariation;
}

/**
 * Versions of the revoke series, and 7.3 with its waits taken out: that is what M4 says of 6.19 and
 * 7.0, whose other differences (no kref at all, the order of close) are not drawn here. Of v5 only
 * the un-revoke was read; its wait of one second is not drawn, and its close is that of 7.3.
 */
const REVISIONS: Readonly<Record<string, RevokeVariation>> = {
  '7.3': { move: { rearm: 'after_drain', drain: 'waits' }, close: { drain: 'by_move' } },
  '7.1-rc': { move: { rearm: 'before_flag', drain: 'waits' }, close: { drain: 'inline' } },
  'revoke-series-v5': {
    move: { rearm: 'after_flag', drain: 'waits' },
    close: { drain: 'by_move' },
  },
  '7.3-without-waits': {
    move: { rearm: 'after_drain', drain: 'notifies' },
    close: { drain: 'by_move' },
  },
};

/** Config writes and the close of a device against importers that map and unmap its buffer. */
export const revokeFamily: SystemFamily = {
  name: 'revoke',
  title: 'config writes and the close of one device against importers of its buffer',
  defaultScope: { importers: 2, closers: 1 },
  revisions: Object.keys(REVISIONS),
  build({ scope, revision }): System {
    const variation = REVISIONS[revision]!;
    atMostOne(scope, 'closers');
    const importers = range(scope.importers ?? 0).map(
      (a): ImporterThread => ({
        attachment: a,
        buffer: 0,
        unmaps: a % 2 === 0 ? 'in_callback' : 'later',
      }),
    );
    const closes = scope.closers !== 0;
    const threads = threadsOf(importers, closes, variation);
    const parts = [...threads, ...resourcesOf(importers, threads)];
    const { monitors, properties } = procedureRules(
      parts,
      { devices: 1, buffers: 1 },
      contractSystem('revoke-contract', {
        devices: 1,
        buffers: [0],
        importers: importers.map((i) => ({
          buffer: 0,
          kind: i.unmaps === 'in_callback' ? 'unmaps_in_callback' : 'unmaps_later',
        })),
        initially: 'running',
      }),
    );
    return {
      name: 'revoke',
      revision,
      scope,
      parts: [...parts, ...monitors],
      calls: procedureCalls,
      environment: ['user'],
      properties: [...ownRules(importers, closes), ...properties],
    };
  },
};

function threadsOf(
  importers: readonly ImporterThread[],
  closes: boolean,
  variation: RevokeVariation,
): Part[] {
  const revoker = (thread: string, callers = ['']) => [
    movePart(0, [0], thread, variation.move),
    ...invalidateParts(0, importers, thread, callers),
  ];
  const bind = { dev: 'dev[0]', buf: 'buf[0]' };
  const closer = procedure('close', close(variation.close), {
    thread: 'close',
    roles: ['close'],
    bind,
    variant: 'cleanup',
    also: {
      'dev.close:begin': ['dev[0].close:begin@close'],
      'dev.close:ok': ['dev[0].close:ok@close'],
      'dev.move(true):begin': ['dev[0].move(true):begin@close'],
      'dev.move(true):end': ['dev[0].move(true):end@close'],
    },
  });
  const writer = procedure('command_write', commandWrite(), {
    thread: 'command_write',
    roles: ['command_write'],
    bind,
  });
  return [
    writer,
    ...(closes ? [closer] : []),
    ...revoker('command_write'),
    ...(closes ? revoker('close', ['', '#cleanup']) : []),
    ...importers.flatMap((i) => importerParts(i, ['command_write', ...(closes ? ['close'] : [])])),
  ];
}

function resourcesOf(importers: readonly ImporterThread[], threads: readonly Part[]): Part[] {
  return [
    deviceFilePart(),
    resource('dev_set.lock', mutex(), threads, 'mutex'),
    resource('dev[0].memory_lock', rwsem(), threads, 'rwsem'),
    resource('dev[0]', vdev('open'), threads, 'vdev'),
    ...bufferResources(0, importers.length, threads),
    ...importers.map((i) => sgtResource(i.attachment, threads)),
  ];
}

/** Config writes and the close go through one open file. */
function deviceFilePart(): Part {
  const writes = ['dev[0].write_command(MEM=0)', 'dev[0].write_command(MEM=1)'];
  const labels: Readonly<Record<string, readonly string[]>> = {
    call: writes.map((write) => `${write}:begin@command_write`),
    return: writes.map((write) => `${write}:ok@command_write`),
    close: ['dev[0].close:begin@close'],
  };
  return {
    name: 'dev[0].file',
    machine: deviceFile(),
    kind: 'resource',
    roles: ['file'],
    rename: (label) => labels[label] ?? [],
    renameCommit: (label) => label,
  };
}

function ownRules(importers: readonly ImporterThread[], closes: boolean): Property[] {
  const mapped = importers.map((i) => is(`att[${i.attachment}].sgt`, 'mapped'));
  const closeReturns: Property = {
    id: 'close-returns',
    kind: 'leads-to',
    title: 'a close that has begun returns',
    when: not(is('close', 'open', 'closed')),
    then: is('close', 'closed'),
    source: 'derived: L2, every transition ends when importers unmap in bounded time',
    consequence: 'close() hangs in D state, and so does the exit of the process',
  };
  return [
    ...(closes ? [closeReturns] : []),
    {
      id: 'disabled-means-unmapped',
      kind: 'invariant',
      title: 'nobody has the buffer mapped while the device does not answer',
      when: is('dev[0]', 'memory_off', 'closed'),
      then: not(any(...mapped)),
      source: 'derived: S1; vfio_pci_dma_buf_move, v7.3 waits for every mapping',
      consequence: 'DMA reaches a BAR that is off, or that belongs to the next driver',
    },
  ];
}
