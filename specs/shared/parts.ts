import type { AnyStateMachine } from 'xstate';
import {
  alphabetOf,
  type Binding,
  formatLabel,
  type Part,
  parseLabel,
  plainLabel,
  procedure,
  resource,
  WAIT,
} from 'xstate-check';
import type { LockKind } from 'xstate-check/kernel';
import { cleanup } from '../../machines/buffer/cleanup.procedure.ts';
import { file } from '../../machines/buffer/file.resource.ts';
import { listed } from '../../machines/buffer/listed.resource.ts';
import { move } from '../../machines/buffer/move.procedure.ts';
import { revoked } from '../../machines/buffer/revoked.resource.ts';
import { close } from '../../machines/device/close.procedure.ts';
import { coreDisable } from '../../machines/device/core-disable.procedure.ts';
import { lowPower } from '../../machines/device/low-power.resource.ts';
import { needsReset } from '../../machines/device/needs-reset.resource.ts';
import { openCount } from '../../machines/device/open-count.resource.ts';
import { pciCommand } from '../../machines/device/pci-command.resource.ts';
import { pciPower } from '../../machines/device/pci-power.resource.ts';
import { pciReset } from '../../machines/device/pci-reset.resource.ts';
import { runtimePm } from '../../machines/device/runtime-pm.resource.ts';
import { vdev } from '../../machines/device/vdev.resource.ts';
import { tryReset } from '../../machines/hot-reset/try-reset.procedure.ts';
import { callback } from '../../machines/importers/callback.procedure.ts';
import { callbackLater } from '../../machines/importers/callback-later.procedure.ts';
import { importer } from '../../machines/importers/importer.procedure.ts';
import { invalidateMappings } from '../../machines/importers/invalidate-mappings.procedure.ts';
import { sgt } from '../../machines/importers/sgt.resource.ts';
import { unmapWork } from '../../machines/importers/unmap-work.procedure.ts';
import { completion } from '../../machines/locks/completion.resource.ts';
import { dmaResv } from '../../machines/locks/dma-resv.resource.ts';
import { kref } from '../../machines/locks/kref.resource.ts';
import { queueLabels, rwsem } from '../../machines/locks/rwsem.resource.ts';
import { asOf, base, type Design } from '../revisions/index.ts';

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
  design: Pick<Design, 'anew'>,
  callers: MoveCallers = { revoke: [''], restore: [''] },
): Part {
  const dev = `dev[${device}]`;
  return procedure(`move(${dev})@${thread}`, asOf(design, move(buffers.length)), {
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
export type CloseDesign = Pick<Design, 'anew'>;

/** A device that is closed, and the set that it is of. */
export interface Closing {
  readonly device: number;
  /** How many devices the set has. */
  readonly of: number;
  /** Those that runtime PM may have suspended; where nobody suspends them, there are none. */
  readonly sleeping?: readonly number[];
}

/** vfio_pci_core_close_device() of one device on a thread of its own, down to the callbacks. */
export function closeParts(
  closing: Closing,
  buffers: readonly number[],
  importers: readonly ImporterThread[],
  design: CloseDesign,
  thread = 'close',
): Part[] {
  const { device } = closing;
  const dev = `dev[${device}]`;
  const called = (name: string, machine: AnyStateMachine, labels: readonly string[]) =>
    procedure(`${name}(${dev})@${thread}`, machine, {
      thread,
      roles: [name],
      bind: { dev, ...bindBuffers(buffers) },
      variant: name,
      also: calledBy(labels, dev, thread, ['']),
    });
  const cleaning = called('cleanup', asOf(design, cleanup(buffers.length)), [
    'dev.cleanup:begin',
    'dev.cleanup:end',
  ]);
  // Since 7.1 vfio_pci_dma_buf_cleanup() leaves it to vfio_pci_dma_buf_move() to tell the importers.
  const tells = alphabetOf(cleaning).some((label) => label.includes('invalidate_mappings'));
  return [
    procedure(thread, asOf(design, close()), { thread, roles: ['close'], bind: { dev } }),
    cleaning,
    ...disableParts(closing, thread),
    movePart(device, buffers, thread, design, {
      revoke: ['#cleanup'],
      restore: ['#core_disable'],
    }),
    ...buffers.flatMap((b) =>
      invalidateParts(b, importers, thread, tells ? ['', '#cleanup'] : ['']),
    ),
  ];
}

/** vfio_pci_core_disable() of one device on a thread, and vfio_pci_dev_set_try_reset() of its set. */
export function disableParts({ device, of, sleeping = [] }: Closing, thread: string): Part[] {
  const dev = `dev[${device}]`;
  const ends = (call: string, object: string) =>
    Object.fromEntries(
      ['begin', 'end'].map((end) => [`${call}:${end}`, [`${object}:${end}@${thread}`]]),
    );
  const tries = ends('dev_set.try_reset', 'dev_set.try_reset');
  return [
    procedure(`core_disable(${dev})@${thread}`, coreDisable(), {
      thread,
      roles: ['core_disable'],
      bind: { dev },
      variant: 'core_disable',
      also: { ...ends('dev.core_disable', `${dev}.core_disable`), ...tries },
    }),
    procedure(`try_reset@${thread}`, tryReset(of), {
      thread,
      roles: ['try_reset'],
      variant: 'try_reset',
      also: tries,
    }),
  ].map((part) => findsAwake(part, sleeping));
}

/** A part that finds every device awake but for those that may sleep. */
function findsAwake(part: Part, sleeping: readonly number[]): Part {
  const wakes = /^dev\[(\d+)\]\.(runtime_resume:|pm_runtime_resume(_and_get)?:suspended)/;
  const happens = (label: string) => {
    const device = wakes.exec(label)?.[1];
    return device === undefined || sleeping.includes(Number(device));
  };
  return { ...part, rename: (label) => part.rename(label).filter(happens) };
}

/**
 * What closing looks at besides the device itself, of every device of the set: whether it is in low
 * power, what keeps it awake, whether it is dirty; and how many are open.
 *
 * @param open - how many devices are open at the beginning
 * @param has - the parts that the system has already
 */
export function closingResources(
  { of }: Pick<Closing, 'of'>,
  open: number,
  users: readonly Part[],
  has: readonly Part[] = [],
): Part[] {
  const threads = new Set(users.map(({ thread }) => thread));
  const counts = users.flatMap((user) =>
    alphabetOf(user)
      .flatMap((label) => user.rename(label))
      .filter((label) => /^dev\[\d+\]\.open_count\.dec[#@]/.test(label)),
  );
  const count = resource('dev_set.open', openCount(open), users, 'open_count', 'dev_set');
  const perDevice = Array.from({ length: of }, (_, d) => `dev[${d}]`).flatMap((dev) => [
    resource(`${dev}.low_power`, lowPower(), users, 'low_power', dev),
    resource(`${dev}.runtime_pm`, runtimePm(threads.size + 1), users, 'runtime_pm', dev),
    resource(`${dev}.needs_reset`, needsReset(), users, 'needs_reset', dev),
  ]);
  return [
    ...perDevice.filter(({ name }) => !has.some((part) => part.name === name)),
    {
      ...count,
      rename: (label) => (label === 'open_count.dec' ? counts : count.rename(label)),
    },
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
  const called = unmaps === 'in_callback' ? callback() : callbackLater();
  return procedure(`callback(${att})@${thread}`, called, {
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
  design: Pick<Design, 'anew'> = base,
  memoryBit: 'implemented' | 'none' = 'implemented',
): Part[] {
  const dev = `dev[${device}]`;
  const resets = (...outcomes: string[]) =>
    used(users, (candidate) =>
      outcomes.some((outcome) =>
        [
          `bus.pci_reset_bus:${outcome}`,
          `${dev}.pci_try_reset_function:${outcome}`,
          `${dev}.pci_reset_function:${outcome}`,
          `${dev}.__pci_reset_function_locked:${outcome}`,
        ].includes(candidate),
      ),
    );
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
  const kernel = resource(dev, asOf(design, vdev(initially, memoryBit)), users, 'vdev');
  const resetOfFunction = resets('begin').filter((label) =>
    /^dev\[\d+\]\.pci_(try_)?reset_function:/.test(label),
  );
  return [
    rwsemPart(`${dev}.memory_lock`, users),
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

/**
 * A rwsem. Its writers are seen to queue where anybody reads; where nobody does, nobody can tell. A
 * thread that reads again counts as another reader.
 */
export function rwsemPart(
  name: string,
  users: readonly Part[],
  initially: 'uninitialised' | 'free' = 'free',
): Part {
  const labels = users.flatMap((user) => alphabetOf(user).flatMap((label) => user.rename(label)));
  const taking = (operation: string) => [
    ...new Set(labels.filter((label) => plainLabel(label) === `${name}.${operation}`)),
  ];
  const readers = taking('down_read').length;
  if (readers === 0) {
    return resource(name, rwsem({ readers: 1, writers: 0 }, initially), users, 'rwsem');
  }
  const writers = taking('down_write');
  const threads = [...new Set(writers.map((label) => parseLabel(label).thread))];
  const queue = queueLabels(threads.length);
  const own = resource(
    name,
    rwsem({ readers: 2 * readers, writers: threads.length }, initially),
    users,
    'rwsem',
  );
  return {
    ...own,
    rename: (label) => {
      const w = queue.findIndex(({ wait, take }) => label === wait || label === take);
      if (w < 0) return label === 'down_write' ? [] : own.rename(label);
      const ofThread = writers.filter((writer) => parseLabel(writer).thread === threads[w]);
      return label === queue[w]!.take ? ofThread : ofThread.map(queueing);
    },
  };
}

/** The step by which a thread queues for what it waits to take. */
const queueing = (label: string) => formatLabel({ ...parseLabel(label), outcome: WAIT });

/** The labels of some parts that, variant and thread aside, are wanted. */
function used(users: readonly Part[], wanted: (label: string) => boolean): string[] {
  const all = users.flatMap((user) => alphabetOf(user).flatMap((label) => user.rename(label)));
  return [...new Set(all.filter((label) => wanted(plainLabel(label))))];
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
