import { file } from '../../machines/dma-buf/file.resource.ts';
import { invalidateMappings } from '../../machines/dma-buf/invalidate-mappings.procedure.ts';
import { type MoveVariation, move } from '../../machines/dma-buf/move.procedure.ts';
import { revoked } from '../../machines/dma-buf/revoked.resource.ts';
import { sgt } from '../../machines/dma-buf/sgt.resource.ts';
import { callback } from '../../machines/importer/callback.procedure.ts';
import { importer } from '../../machines/importer/importer.procedure.ts';
import { unmapWork } from '../../machines/importer/unmap-work.procedure.ts';
import { completion } from '../../machines/locks/completion.resource.ts';
import { dmaResv } from '../../machines/locks/dma-resv.resource.ts';
import { kref } from '../../machines/locks/kref.resource.ts';
import type { LockKind } from '../../src/monitors/locks.ts';
import { type Part, procedure, resource } from '../../src/system/part.ts';

/** How the kernel spells its locks. */
export const RWSEM: LockKind = {
  wait: ['down_write', 'down_read'],
  take: ['down_write_trylock:1'],
  release: ['up_write', 'up_read'],
};
export const MUTEX: LockKind = { wait: ['mutex_lock'], take: [], release: ['mutex_unlock'] };
export const RESV: LockKind = { wait: ['lock'], take: [], release: ['unlock'] };

/** An importer of a procedure system. */
export interface ImporterThread {
  /** Number of the attachment. */
  readonly attachment: number;
  readonly buffer: number;
  readonly unmaps: 'in_callback' | 'later';
}

/** vfio_pci_dma_buf_move() of one device, as a thread calls it. */
export function movePart(
  device: number,
  buffers: readonly number[],
  thread: string,
  variation: MoveVariation,
): Part {
  return procedure(`move(dev[${device}])@${thread}`, move(buffers.length, variation), {
    thread,
    roles: ['move'],
    bind: {
      dev: `dev[${device}]`,
      ...Object.fromEntries(buffers.map((buffer, b) => [`buf[${b}]`, `buf[${buffer}]`])),
    },
  });
}

/**
 * dma_buf_invalidate_mappings() of one buffer, as a thread calls it, and the callbacks it runs.
 *
 * @param callers - the variants (`#cleanup`, or none) of the parts of the thread that call it
 */
export function invalidateParts(
  buffer: number,
  importers: readonly ImporterThread[],
  thread: string,
  callers: readonly string[] = [''],
): Part[] {
  const called = (label: string) => [
    label,
    callers.map((variant) => `${label.replace('buf', `buf[${buffer}]`)}${variant}@${thread}`),
  ];
  const own = importers.filter((i) => i.buffer === buffer);
  return [
    procedure(`invalidate_mappings(buf[${buffer}])@${thread}`, invalidateMappings(own.length), {
      thread,
      roles: ['dma_buf'],
      bind: {
        buf: `buf[${buffer}]`,
        ...Object.fromEntries(own.map(({ attachment }, a) => [`att[${a}]`, `att[${attachment}]`])),
      },
      also: Object.fromEntries(
        ['buf.invalidate_mappings:begin', 'buf.invalidate_mappings:end'].map(called),
      ),
    }),
    ...own.map((i) => callbackPart(i, thread)),
  ];
}

function callbackPart({ attachment, buffer, unmaps }: ImporterThread, thread: string): Part {
  const att = `att[${attachment}]`;
  return procedure(`callback(${att})@${thread}`, callback(unmaps), {
    thread,
    roles: ['callback'],
    bind: { buf: `buf[${buffer}]`, att },
    variant: `callback${attachment}`,
    also: {
      'att.invalidate:begin': [`${att}.invalidate:begin@${thread}`],
      'att.invalidate:end': [`${att}.invalidate:end@${thread}`],
      'att.queue_work': [`${att}.queue_work@${thread}`],
    },
  });
}

/** The threads of an importer: its own, and the work item of one that unmaps later. */
export function importerParts(i: ImporterThread, exporters: readonly string[]): Part[] {
  const { attachment, buffer, unmaps } = i;
  const att = `att[${attachment}]`;
  const bind = { buf: `buf[${buffer}]`, att };
  const thread = `importer[${attachment}]`;
  const own = procedure(thread, importer(), { thread, roles: ['importer'], bind });
  if (unmaps === 'in_callback') return [own];
  const work = procedure(`work(${att})`, unmapWork(), {
    thread: `work[${attachment}]`,
    roles: ['work'],
    bind,
    also: { 'att.queue_work': exporters.map((exporter) => `${att}.queue_work@${exporter}`) },
  });
  return [own, work];
}

/** The locks, flags and counters of one buffer. */
export function bufferResources(buffer: number, mappings: number, users: readonly Part[]): Part[] {
  const buf = `buf[${buffer}]`;
  return [
    resource(`${buf}.file`, file(), users, 'file', buf),
    resource(`${buf}.resv`, dmaResv(), users, 'dma_resv'),
    resource(`${buf}.revoked`, revoked(), users, 'revoked', buf),
    resource(`${buf}.kref`, kref(mappings + 1), users, 'kref', buf),
    resource(`${buf}.comp`, completion(), users, 'completion', buf),
  ];
}

export function sgtResource(attachment: number, users: readonly Part[]): Part {
  return resource(`att[${attachment}].sgt`, sgt(), users, 'sgt', `att[${attachment}]`);
}
