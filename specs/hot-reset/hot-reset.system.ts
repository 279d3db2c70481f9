import type { AnyStateMachine } from 'xstate';
import {
  InputError,
  type Part,
  procedure,
  resource,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { commandWrite } from '../../machines/device/command-write.procedure.ts';
import { lowPower } from '../../machines/device/low-power.resource.ts';
import { lowPowerEntry } from '../../machines/device/low-power-entry.procedure.ts';
import { openFile } from '../../machines/device/open-file.resource.ts';
import { pageFault } from '../../machines/device/page-fault.procedure.ts';
import { powerWrite } from '../../machines/device/power-write.procedure.ts';
import { ptes } from '../../machines/device/ptes.resource.ts';
import { hotReset } from '../../machines/hot-reset/hot-reset.procedure.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { transitionCalls } from '../device/calls.ts';
import { failedCallLeaves } from '../questions/failed-call.ts';
import { alsoAsked } from '../questions/template.ts';
import {
  asOf,
  type Design,
  designOf,
  gapOf,
  revisionsOf,
  type Subject,
} from '../revisions/index.ts';
import { contractSystem, range } from '../shared/contract.ts';
import {
  bufferResources,
  closeParts,
  closingResources,
  deviceResources,
  importerParts,
  invalidateParts,
  movePart,
  sgtResource,
} from '../shared/parts.ts';
import { procedureRules } from '../shared/rules.ts';
import { hotResetRules, setNeedsLock } from './rules.ts';
import { buffersOf, moversOf, type Shape, shapeOf } from './shape.ts';

/** Hot reset of a set of devices against config writes, a close, and importers that map and unmap. */
export const hotResetFamily: SystemFamily = {
  name: 'hot-reset',
  title: 'hot reset of a set of devices against config writes, a close and their importers',
  defaultScope: {
    devices: 2,
    unopened: 0,
    buffers: 1,
    importers: 1,
    resets: 1,
    writers: 1,
    faults: 0,
    sleepers: 0,
    engagers: 0,
    closers: 0,
  },
  confidence: {
    devices: 2,
    unopened: 0,
    buffers: 1,
    importers: 1,
    resets: 1,
    writers: 2,
    faults: 1,
    sleepers: 0,
    engagers: 0,
    closers: 0,
  },
  ...revisionsOf(['move', 'hotReset'], {
    also: ['commandWrite', 'notify', 'mapping'],
    asked: ['handlers', 'memoryEnabled'],
  }),
  build({ scope, revision }): System {
    const shape = shapeOf(scope);
    assertRead(shape, revision);
    const design = designOf(revision);
    const threads = threadsOf(shape, design);
    const resources = resourcesOf(shape, threads, design);
    const parts = [...threads, ...resources];
    const common = procedureRules(
      parts,
      { devices: shape.devices, buffers: shape.exporters.length },
      contractOf(shape),
    );
    const own = hotResetRules(shape);
    const set = setNeedsLock(parts, shape.resets);
    const system: System = {
      name: 'hot-reset',
      revision,
      scope,
      parts: [...parts, ...common.monitors, ...own.monitors, ...set.monitors],
      calls: transitionCalls,
      environment: ['user'],
      unused: {
        'dev[1].command': 'config writes go to vdev0 alone, and a reset keeps what COMMAND says',
      },
      properties: [...own.properties, set.property, ...common.properties],
    };
    // Asked where importers have something to lose, and where nobody makes the states many.
    const isAsked = shape.importers.length > 0 && shape.writers.length === 0;
    return isAsked ? alsoAsked(system, [failedCallLeaves]) : system;
  },
};

/** What only some scopes draw. */
const OPTIONS: readonly {
  readonly scope: string;
  readonly drawn: (shape: Shape) => boolean;
  readonly about: readonly Subject[];
}[] = [
  { scope: 'closers=1', drawn: ({ closes }) => closes, about: ['close', 'cleanup'] },
  { scope: 'sleepers=1', drawn: ({ sleeps }) => sleeps, about: ['powerWrite'] },
  { scope: 'engagers=1', drawn: ({ engages }) => engages, about: ['lowPower'] },
  { scope: 'faults=1', drawn: ({ faults }) => faults.length > 0, about: ['pageFault'] },
];

/** @throws InputError for a version of which what the scope asks for was not read */
function assertRead(shape: Shape, revision: string): void {
  for (const { scope, drawn, about } of OPTIONS) {
    const why = drawn(shape) ? gapOf(revision, about) : undefined;
    if (why === undefined) continue;
    throw new InputError(`revision '${revision}' cannot be drawn with '${scope}': ${why}`);
  }
}

function threadsOf(shape: Shape, design: Design): Part[] {
  const moveOf = (d: number, thread: string) => [
    movePart(d, buffersOf(shape, d), thread, design),
    ...buffersOf(shape, d).flatMap((b) => invalidateParts(b, shape.importers, thread)),
  ];
  const { resets, writers, faults, last } = shape;
  return [
    ...resets.flatMap((thread) => [
      procedure(thread, asOf(design, hotReset(shape.devices)), {
        thread,
        roles: ['hot_reset'],
      }),
      ...range(shape.devices).flatMap((d) => moveOf(d, thread)),
    ]),
    ...writers.flatMap(({ device, thread }) => [
      procedure(thread, commandWrite(), {
        thread,
        roles: ['command_write'],
        bind: { dev: `dev[${device}]` },
      }),
      ...moveOf(device, thread),
    ]),
    ...faults.map(({ device, thread }) =>
      procedure(thread, pageFault(), {
        thread,
        roles: ['page_fault'],
        bind: { dev: `dev[${device}]` },
      }),
    ),
    ...(shape.sleeps ? [...ofLast(shape, powerWrite()), ...moveOf(last, 'power_write')] : []),
    ...(shape.engages
      ? [...ofLast(shape, lowPowerEntry({ wakeup: 'none' })), ...moveOf(last, 'low_power_entry')]
      : []),
    ...(shape.closes
      ? closeParts(
          { device: last, of: shape.devices },
          buffersOf(shape, last),
          shape.importers,
          design,
        )
      : []),
    ...shape.importers.flatMap((i) =>
      importerParts(i, moversOf(shape, shape.exporters[i.buffer]!)),
    ),
  ];
}

/** A call of the owner of the last device, on a thread by the name of its machine. */
function ofLast({ last }: Shape, machine: AnyStateMachine): Part[] {
  const { id } = machine;
  return [procedure(id, machine, { thread: id, roles: [id], bind: { dev: `dev[${last}]` } })];
}

function resourcesOf(shape: Shape, threads: readonly Part[], design: Design): Part[] {
  const isOpen = (d: number) => d < openOf(shape);
  const low = lowPowerOf(shape).map((dev) =>
    resource(`${dev}.low_power`, lowPower(), threads, 'low_power', dev),
  );
  return [
    resource('dev_set.lock', mutex(), threads, 'mutex'),
    ...range(shape.devices).flatMap((d) =>
      deviceResources(d, isOpen(d) ? 'open' : 'closed', threads, design),
    ),
    ...(shape.closes
      ? [
          closingFile(shape),
          ...closingResources({ of: shape.devices }, openOf(shape), threads, low),
        ]
      : []),
    ...shape.faults.map(({ device }) => {
      const dev = `dev[${device}]`;
      return resource(`${dev}.ptes`, ptes(), threads, 'mm', dev);
    }),
    ...low,
    ...shape.exporters.flatMap((_, b) =>
      bufferResources(b, shape.importers.filter((i) => i.buffer === b).length, threads),
    ),
    ...shape.importers.map((i) => sgtResource(i.attachment, threads)),
  ];
}

function openOf({ devices, unopened }: Shape): number {
  return devices - unopened;
}

/** The devices of which somebody asks whether they are in low power. */
function lowPowerOf({ faults, engages, last }: Shape): string[] {
  const devices = [...faults.map(({ device }) => device), ...(engages ? [last] : [])];
  return [...new Set(devices)].map((d) => `dev[${d}]`);
}

/** The file of the device that is closed; hot resets go through the file of another one. */
function closingFile({ writers, sleeps, engages, last: d }: Shape): Part {
  const own = writers.filter(({ device }) => device === d);
  const calls = [
    ...own.flatMap(({ thread }) =>
      [0, 1].map((bit) => ({ thread, call: `write_command(MEM=${bit})`, returns: ['ok'] })),
    ),
    ...(sleeps ? ['D0', 'D1', 'D2', 'D3hot'] : []).map((state) => ({
      thread: 'power_write',
      call: `write_pmcsr(${state})`,
      returns: ['ok'],
    })),
    ...(engages
      ? [{ thread: 'low_power_entry', call: 'low_power_entry', returns: ['ok', '-EINVAL'] }]
      : []),
  ];
  const label = (call: string, end: string, thread: string) => `dev[${d}].${call}:${end}@${thread}`;
  const labels: Readonly<Record<string, readonly string[]>> = {
    call: calls.map(({ call, thread }) => label(call, 'begin', thread)),
    return: calls.flatMap(({ call, thread, returns }) =>
      returns.map((end) => label(call, end, thread)),
    ),
    close: [`dev[${d}].close:begin@close`],
  };
  return {
    name: `dev[${d}].file`,
    machine: openFile(Math.max(1, own.length + Number(sleeps) + Number(engages))),
    kind: 'resource',
    roles: ['file'],
    rename: (label) => labels[label] ?? [],
    renameCommit: (label) => label,
  };
}

function contractOf(shape: Shape): System {
  return contractSystem('hot-reset-contract', {
    devices: shape.devices,
    buffers: shape.exporters,
    importers: shape.importers.map((i) => ({
      buffer: i.buffer,
      kind: i.unmaps === 'in_callback' ? 'unmaps_in_callback' : 'unmaps_later',
    })),
    initially: 'running',
    closed: range(shape.unopened).map((u) => shape.devices - 1 - u),
  });
}
