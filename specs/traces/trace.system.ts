import type { Part, System } from 'xstate-check';
import { buffer } from '../../machines/buffer/buffer.contract.ts';
import { device } from '../../machines/device/device.contract.ts';
import { memory } from '../../machines/device/memory.contract.ts';
import { bufferCall, labels as callLabels } from '../../machines/traces/buffer-call.procedure.ts';
import { lastPut } from '../../machines/traces/last-put.procedure.ts';
import { leftovers } from '../../machines/traces/leftovers.contract.ts';
import { mappings } from '../../machines/traces/mappings.contract.ts';
import { opened } from '../../machines/traces/opened.contract.ts';
import { section, labels as sectionLabels } from '../../machines/traces/section.procedure.ts';
import { walk, labels as walkLabels } from '../../machines/traces/walk.procedure.ts';

/** How many of each a trace is judged with. */
export interface TraceScope {
  readonly devices: number;
  /** Buffers of each device that may exist at the same time. */
  readonly buffers: number;
  /** Tasks that may be inside a call at the same time. */
  readonly tasks: number;
  /** The sets of devices that a hot reset may have locked. */
  readonly resetSets: readonly (readonly number[])[];
}

/**
 * What a trace is judged by: the contract of devices and buffers, composed with one small machine
 * for each task and lock, and for each task and buffer, which turn what a task calls into the
 * contract's steps. The contract decides; the small machines only say between which lines of the
 * trace a step lies.
 */
export function traceSystem(scope: TraceScope): System {
  const names = namesOf(scope);
  return {
    name: 'trace',
    revision: '7.3',
    scope: { devices: scope.devices, buffers: scope.buffers, tasks: scope.tasks },
    parts: [
      ...names.devices.flatMap((_, d) => deviceParts(d, names)),
      ...names.tasks.flatMap((task) => taskParts(task, names)),
    ],
    calls: [],
    environment: [],
    properties: [],
  };
}

interface Names {
  readonly devices: readonly string[];
  /** For each device its buffers. */
  readonly buffers: readonly (readonly string[])[];
  readonly tasks: readonly string[];
  readonly resetSets: readonly (readonly number[])[];
}

function namesOf({ devices, buffers, tasks, resetSets }: TraceScope): Names {
  return {
    devices: range(devices).map((d) => `dev[${d}]`),
    buffers: range(devices).map((d) => range(buffers).map((slot) => bufferName(d, slot))),
    tasks: range(tasks).map((t) => `task${t}`),
    resetSets,
  };
}

export function bufferName(device: number, slot: number): string {
  return `buf[${device}.${slot}]`;
}

/** The label of a release in a trace that shows no releases. */
export function releaseUnseen(buffer: string): string {
  return `${buffer}.release`;
}

/** The label of a buffer that becomes one of the leftovers of its device. */
export function forgotten(buffer: string): string {
  return `${buffer}.forgotten`;
}

/** The same in a trace that shows no releases, where leftovers need not be counted. */
export function gone(buffer: string): string {
  return `${buffer}.gone`;
}

/**
 * Ways to take the parts apart where too many states fit: each device with its buffers, then each
 * buffer by itself, then every part.
 */
export const apart: readonly ((part: string) => string)[] = [
  (part) => /^(?:dev|older|left|buf)\[(\d+)/.exec(part)?.[1] ?? part,
  (part) => /^buf\[[\d.]+\]/.exec(part)?.[0] ?? /\[(\d+)/.exec(part)?.[1] ?? part,
  (part) => part,
];

/** The label of a hot reset of these devices. */
export function busReset(devices: readonly number[]): string {
  return `bus{${devices.join(',')}}.reset`;
}

/** The label of the bus reset of a last close, for which each of these devices has to be closed. */
export function othersClosed(devices: readonly number[]): string {
  return `others{${devices.join(',')}}.closed`;
}

/** For each device of a set that is reset the others, which are closed at the last close. */
function othersOf(resetSets: Names['resetSets']): number[][] {
  const all = resetSets.flatMap((set) => set.map((d) => set.filter((other) => other !== d)));
  return [...new Map(all.map((others) => [others.join(), others])).values()].filter(
    ({ length }) => length > 0,
  );
}

/** A part whose labels each stand for those of every task; what is not named stands for none. */
function part(
  name: string,
  machine: Part['machine'],
  kind: Part['kind'],
  labels: Readonly<Record<string, readonly string[]>>,
): Part {
  return {
    name,
    machine,
    kind,
    roles: [],
    rename: (label) => labels[label] ?? [],
    renameCommit: (label) => label,
  };
}

const CUTS = ['memory(off)', 'power(D3hot)', 'low_power(enter)', 'reset', 'disable'];
const RELEASES = ['release#listed', 'release#cleaned'];
const READS = ['memory_read:1', 'memory_read:0'];
const TESTS = ['memory_enabled:1#hot_reset', 'memory_enabled:0#hot_reset', 'untested'];
const ENDS = ['end#live', 'end#revoked', 'end#low_power', 'end#cleaned'];

/** The labels as each task takes them. */
const byTasks =
  (tasks: readonly string[]) =>
  (...labels: string[]) =>
    labels.flatMap((label) => tasks.map((task) => `${label}@${task}`));

function deviceParts(d: number, names: Names): Part[] {
  const { buffers, tasks, resetSets } = names;
  const name = `dev[${d}]`;
  const older = `older[${d}]`;
  const own = buffers[d]!;
  const by = byTasks(tasks);
  const dev = (...labels: string[]) => by(...labels.map((label) => `${name}.${label}`));
  const listed = (label: string) => by(...[...own, older].map((buf) => `${buf}.${label}`));
  const ofBuffers = (label: string) => by(...own.map((buf) => `${buf}.${label}`));
  const hotResets = by(...resetSets.filter((set) => set.includes(d)).map(busReset));
  const lastCloses = by(
    ...othersOf(resetSets)
      .filter((set) => set.includes(d))
      .map(othersClosed),
  );
  const each = (...labels: string[]) => Object.fromEntries(labels.map((l) => [l, dev(l)]));
  const steps = [
    'memory(off)',
    'memory(on)',
    'power(D3hot)',
    'power(D0)',
    'low_power(enter)',
    'low_power(exit)',
    'open:ok',
    'disable',
  ];
  return [
    part(name, device(), 'contract', {
      ...each(...steps),
      begin: dev('begin', 'begin#trylock'),
      revoke: listed('revoke'),
      unrevoke: listed('unrevoke'),
      cleanup: listed('cleanup'),
      'reset:ok': dev('reset'),
      'bus_reset:ok': hotResets,
      end: dev(...ENDS, 'end#closed', 'end#plain'),
      // What export asks of a device an access does, too: it is open, and no writer has the lock.
      'export:ok': dev(...READS),
    }),
    part(`${name}.memory`, memory({ lowPower: 'ignored' }), 'contract', {
      ...each(...steps, ...ENDS),
      // A reader is told what a section has to end with.
      'end#live': dev('end#live', 'memory_read:1'),
      'end#revoked': dev('end#revoked', 'memory_read:0'),
      unrevoke: listed('unrevoke'),
      'export:ok#live': ofBuffers('export:ok#live'),
      'export:ok#revoked': ofBuffers('export:ok#revoked'),
    }),
    part(older, opened(), 'contract', {
      ...each('open:ok', 'open:failed', 'core_disable', 'disable', 'end#closed'),
      tested: dev(...TESTS),
      others_closed: lastCloses,
      ...Object.fromEntries(
        ['revoke', 'drained', 'unrevoke', 'cleanup', 'unmap'].map((label) => [
          label,
          by(`${older}.${label}`),
        ]),
      ),
      release: by(...RELEASES.map((label) => `${older}.${label}`)),
    }),
    part(`left[${d}]`, leftovers(), 'contract', {
      forgotten: own.map(forgotten),
      release: by(`left[${d}].release#cleaned`),
    }),
    ...bufferParts(d, names),
  ];
}

/** The dma-bufs of a device, and what is mapped of each. */
function bufferParts(d: number, { buffers, tasks, resetSets }: Names): Part[] {
  const own = buffers[d]!;
  const by = byTasks(tasks);
  const dev = (...labels: string[]) => by(...labels.map((label) => `dev[${d}].${label}`));
  const hotResets = by(...resetSets.filter((set) => set.includes(d)).map(busReset));
  const each = (...labels: string[]) => Object.fromEntries(labels.map((l) => [l, dev(l)]));
  return [
    ...own.map((buf) =>
      part(`${buf}.mappings`, mappings(), 'contract', {
        'map:ok': by(`${buf}.map:ok`),
        unmap: by(`${buf}.unmap`),
        drained: by(`${buf}.drained`),
        release: [
          ...by(...RELEASES.map((label) => `${buf}.${label}`)),
          ...[releaseUnseen(buf), forgotten(buf), gone(buf)],
        ],
      }),
    ),
    ...own.map((buf) => {
      const itself = [
        ...['export:ok#live', 'export:ok#revoked', 'revoke', 'drained', 'unrevoke', 'cleanup'],
        ...['attach:ok', 'attach:-ENODEV', 'map:ok', 'map:-ENODEV'],
        ...['map_file:ok', 'map_file:-ENODEV'],
      ];
      const ends = [releaseUnseen(buf), forgotten(buf), gone(buf)];
      return part(buf, buffer(), 'contract', {
        ...Object.fromEntries(itself.map((label) => [label, by(`${buf}.${label}`)])),
        ...each(...ENDS),
        'end#cleaned': dev('end#cleaned', 'core_disable'),
        cut: [...dev(...CUTS), ...hotResets],
        // It is live, and may still fail to be mapped.
        'map:-EINVAL': by(`${buf}.map:checked`),
        'release#listed': [...by(`${buf}.release#listed`), releaseUnseen(buf)],
        'release#cleaned': [...by(`${buf}.release#cleaned`), ...ends],
      });
    }),
  ];
}

function taskParts(task: string, names: Names): Part[] {
  const { devices, buffers } = names;
  const all = buffers.flat();
  const older = devices.map((_, d) => `older[${d}]`);
  const left = devices.map((_, d) => `left[${d}]`);
  return [
    ...devices.flatMap((_, d) => sectionParts(task, d, names)),
    ...all.map((buf) =>
      part(`${buf}.call@${task}`, bufferCall(), 'procedure', {
        ...Object.fromEntries(callLabels.map((label) => [label, [`${buf}.${label}@${task}`]])),
        enters: [`task.enters@${task}`],
      }),
    ),
    part(`last_put@${task}`, lastPut(), 'procedure', {
      enters: [`task.enters@${task}`],
      closing: [`task.closing@${task}`],
      vfio_pci_dma_buf_release: [`task.vfio_pci_dma_buf_release@${task}`],
      put_registration: [`task.put_registration@${task}`],
      'down_write#release': devices.map((dev) => `${dev}.down_write#release@${task}`),
      'release#listed': [...all, ...older].map((buf) => `${buf}.release#listed@${task}`),
      'release#cleaned': [...all, ...older, ...left].map((buf) => `${buf}.release#cleaned@${task}`),
    }),
  ];
}

/** What a task does of a device under memory_lock. */
function sectionParts(task: string, d: number, { devices, buffers, resetSets }: Names): Part[] {
  const dev = devices[d]!;
  const holdsNothing = [
    `task.holds_nothing@${task}`,
    ...othersOf(resetSets).map((set) => `${othersClosed(set)}@${task}`),
  ];
  const own = [...buffers[d]!, `older[${d}]`];
  const resets = (isIn: boolean) =>
    resetSets.filter((set) => set.includes(d) === isIn).map((set) => `${busReset(set)}@${task}`);
  const of = (label: string) => own.map((buf) => `${buf}.${label}@${task}`);
  const labels = (names: readonly string[], more: Readonly<Record<string, readonly string[]>>) => ({
    ...Object.fromEntries(names.map((label) => [label, [`${dev}.${label}@${task}`]])),
    ...more,
  });
  return [
    part(`${dev}.section@${task}`, section(), 'procedure', {
      ...labels(sectionLabels, {
        enters: [`task.enters@${task}`],
        bus_reset: resets(true),
        holds_nothing: [...resets(false), ...holdsNothing],
        cleanup: of('cleanup'),
        'down_write#export': buffers[d]!.map((buf) => `${buf}.export:begin@${task}`),
        'export:ok#live': buffers[d]!.map((buf) => `${buf}.export:ok#live@${task}`),
        'export:ok#revoked': buffers[d]!.map((buf) => `${buf}.export:ok#revoked@${task}`),
      }),
    }),
    part(`${dev}.walk@${task}`, walk(), 'procedure', {
      ...labels(walkLabels, {
        bus_reset: resets(true),
        cleanup: of('cleanup'),
        revoke: of('revoke'),
        drained: of('drained'),
        unrevoke: of('unrevoke'),
      }),
    }),
  ];
}

const range = (count: number) => Array.from({ length: count }, (_, i) => i);
