import type { AnyStateMachine } from 'xstate';
import { type CloseVariation, close } from '../../machines/device/close.procedure.ts';
import { coreDisable } from '../../machines/device/core-disable.procedure.ts';
import { pciCommand } from '../../machines/device/pci-command.resource.ts';
import { pciPower } from '../../machines/device/pci-power.resource.ts';
import { pciReset } from '../../machines/device/pci-reset.resource.ts';
import { type VdevVariation, vdev } from '../../machines/device/vdev.resource.ts';
import { type CleanupVariation, cleanup } from '../../machines/dma-buf/cleanup.procedure.ts';
import { file } from '../../machines/dma-buf/file.resource.ts';
import { invalidateMappings } from '../../machines/dma-buf/invalidate-mappings.procedure.ts';
import { listed } from '../../machines/dma-buf/listed.resource.ts';
import { type MoveVariation, move } from '../../machines/dma-buf/move.procedure.ts';
import { revoked } from '../../machines/dma-buf/revoked.resource.ts';
import { sgt } from '../../machines/dma-buf/sgt.resource.ts';
import { callback } from '../../machines/importer/callback.procedure.ts';
import { importer } from '../../machines/importer/importer.procedure.ts';
import { unmapWork } from '../../machines/importer/unmap-work.procedure.ts';
import { completion } from '../../machines/locks/completion.resource.ts';
import { dmaResv } from '../../machines/locks/dma-resv.resource.ts';
import { kref } from '../../machines/locks/kref.resource.ts';
import { rwsem } from '../../machines/locks/rwsem.resource.ts';
import type { LockKind } from '../../src/monitors/locks.ts';
import { alphabetOf, type Binding, type Part, procedure, resource } from '../../src/system/part.ts';

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

/** The variants (`#cleanup`, or none) of the parts of a thread that call vfio_pci_dma_buf_move(). */
export interface MoveCallers {
  readonly revoke: readonly string[];
  readonly restore: readonly string[];
}

/** vfio_pci_dma_buf_move() of one device, as a thread calls it. */
export function movePart(
  device: number,
  buffers: readonly number[],
  thread: string,
  variation: MoveVariation,
  callers: MoveCallers = { revoke: [''], restore: [''] },
): Part {
  const dev = `dev[${device}]`;
  return procedure(`move(${dev})@${thread}`, move(buffers.length, variation), {
    thread,
    roles: ['move'],
    bind: { dev, ...bindBuffers(buffers) },
    also: {
      ...calledBy(['dev.move(true):begin', 'dev.move(true):end'], dev, thread, callers.revoke),
      ...calledBy(['dev.move(false):begin', 'dev.move(false):end'], dev, thread, callers.restore),
    },
  });
}

/** The labels by which the parts of a thread call an operation of a device. */
function calledBy(
  labels: readonly string[],
  dev: string,
  thread: string,
  callers: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    labels.map((label) => [
      label,
      callers.map((variant) => `${label.replace('dev', dev)}${variant}@${thread}`),
    ]),
  );
}

/** The b-th buffer of a machine is the b-th of these. */
function bindBuffers(buffers: readonly number[]): Binding {
  return Object.fromEntries(buffers.map((buffer, b) => [`buf[${b}]`, `buf[${buffer}]`]));
}

/** How a version closes a device. */
export interface CloseDesign {
  readonly close: CloseVariation;
  readonly cleanup: CleanupVariation;
  readonly move: MoveVariation;
}

/** vfio_pci_core_close_device() of one device on a thread of its own, down to the callbacks. */
export function closeParts(
  device: number,
  buffers: readonly number[],
  importers: readonly ImporterThread[],
  design: CloseDesign,
  thread = 'close',
): Part[] {
  const dev = `dev[${device}]`;
  const called = (name: string, machine: AnyStateMachine, labels: readonly string[]) =>
    procedure(`${name}(${dev})@${thread}`, machine, {
      thread,
      roles: [name],
      bind: { dev, ...bindBuffers(buffers) },
      variant: name,
      also: calledBy(labels, dev, thread, ['']),
    });
  return [
    procedure(thread, close(design.close), { thread, roles: ['close'], bind: { dev } }),
    called('cleanup', cleanup(buffers.length, design.cleanup), [
      'dev.cleanup:begin',
      'dev.cleanup:end',
    ]),
    called('core_disable', coreDisable(), ['dev.core_disable:begin', 'dev.core_disable:end']),
    movePart(device, buffers, thread, design.move, {
      revoke: ['#cleanup'],
      restore: ['#core_disable'],
    }),
    ...buffers.flatMap((b) => invalidateParts(b, importers, thread, ['', '#cleanup'])),
  ];
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

/**
 * A device: its memory_lock, what the kernel believes of it (`dev[0]`) and what it is
 * (`dev[0].command`, `dev[0].power`, `dev[0].reset`).
 *
 * @param users - the parts whose labels name them
 */
export function deviceResources(
  device: number,
  initially: 'open' | 'closed',
  users: readonly Part[],
  variation?: VdevVariation,
): Part[] {
  const dev = `dev[${device}]`;
  const resets = (...outcomes: string[]) =>
    used(users, (candidate) =>
      outcomes.some((outcome) =>
        [
          `bus.pci_reset_bus:${outcome}`,
          `${dev}.pci_try_reset_function:${outcome}`,
          `${dev}.pci_reset_function:${outcome}`,
        ].includes(candidate),
      ),
    );
  const memoryBit = variation?.memoryBit === 'none' ? 'none' : 'implemented';
  const hardware = (name: string, machine: AnyStateMachine): Part => {
    const part = resource(`${dev}.${name}`, machine, users, 'hardware', dev);
    return {
      ...part,
      rename: (label) => {
        const own = part.rename(label);
        if (label === 'reset:begin') return [...own, ...resets('begin')];
        if (label === 'reset:end') return [...own, ...resets('ok', 'failed', '-ENOTTY')];
        return own;
      },
    };
  };
  const kernel = resource(dev, vdev(initially, variation), users, 'vdev');
  const resetOfFunction = resets('begin').filter((label) => label.startsWith(`${dev}.`));
  return [
    resource(`${dev}.memory_lock`, rwsem(), users, 'rwsem'),
    {
      ...kernel,
      rename: (label) => {
        const own = kernel.rename(label);
        // pci_dev_save_and_disable() brings the function to D0 before its reset.
        return label === 'set_power_state(D0)' ? [...own, ...resetOfFunction] : own;
      },
    },
    hardware('command', pciCommand(initially === 'open' ? 'on' : 'off', memoryBit)),
    hardware('power', pciPower()),
    hardware('reset', pciReset()),
  ];
}

/** The labels of some parts that, variant and thread aside, are wanted. */
function used(users: readonly Part[], wanted: (label: string) => boolean): string[] {
  const all = users.flatMap((user) => alphabetOf(user).flatMap((label) => user.rename(label)));
  return [...new Set(all.filter((label) => wanted(label.replace(/[#@].*$/, ''))))];
}

/** The locks, flags and counters of one buffer, which is on the list of its device. */
export function bufferResources(buffer: number, mappings: number, users: readonly Part[]): Part[] {
  const buf = `buf[${buffer}]`;
  return [
    resource(`${buf}.listed`, listed(), users, 'list', buf),
    resource(`${buf}.file`, file(), users, 'file', buf),
    resource(`${buf}.resv`, dmaResv(), users, 'dma_resv'),
    resource(`${buf}.revoked`, revoked(), users, 'revoked', buf),
    resource(`${buf}.kref`, kref(mappings + 1), users, 'kref', buf),
    resource(`${buf}.comp`, completion(), users, 'completion', buf),
  ];
}

export function sgtResource(
  attachment: number,
  users: readonly Part[],
  made: Parameters<typeof sgt>[0] = 'ok',
): Part {
  return resource(`att[${attachment}].sgt`, sgt(made), users, 'sgt', `att[${attachment}]`);
}
