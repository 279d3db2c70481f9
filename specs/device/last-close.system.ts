import {
  all,
  any,
  is,
  not,
  type Part,
  type Property,
  procedure,
  resource,
  type System,
  type SystemFamily,
  where,
} from 'xstate-check';
import { openFile } from '../../machines/device/open-file.resource.ts';
import { pciReset } from '../../machines/device/pci-reset.resource.ts';
import { runtimeResume } from '../../machines/device/runtime-resume.procedure.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { type Design, designOf } from '../revisions/index.ts';
import { atMostOne, contractSystem, range } from '../shared/contract.ts';
import {
  bufferResources,
  closeParts,
  closingResources,
  deviceResources,
  type ImporterThread,
  importerParts,
  sgtResource,
} from '../shared/parts.ts';
import { procedureRules } from '../shared/rules.ts';
import { decodes, isIdle, isRevoked } from '../shared/words.ts';
import { transitionCalls } from './calls.ts';
import { ownerParts, pmCoreParts, versionsOf } from './parts.ts';
import { eventfdMeansEngaged, SUSPENDED, transitionSystem, unmapped } from './rules.ts';

const OWNER = 'owner[0]';

/** Who takes part: one buffer a device, importers of the first, which can be in low power. */
interface Shape {
  readonly devices: number;
  readonly importers: readonly ImporterThread[];
  readonly engages: boolean;
}

const closer = (d: number) => `close[${d}]`;

/** Closing resets: each device by itself, and the bus when the last of the set is closed. */
export const lastCloseFamily: SystemFamily = {
  name: 'last-close',
  title: 'every device of a set is closed and reset, then its bus, with an importer of one',
  defaultScope: { devices: 2, importers: 1, engagers: 0 },
  confidence: { devices: 2, importers: 1, engagers: 1 },
  ...versionsOf(['move', 'cleanup', 'close'], ['lowPower', 'mapping']),
  build: ({ scope, revision }) => built('last-close', scope, revision),
};

/** A device is closed while it is in low power, asleep, or on its way into or out of it. */
export const closeInLowPowerFamily: SystemFamily = {
  name: 'close-in-low-power',
  title: 'a device is closed in low power, with or without a wake-up, against runtime PM',
  defaultScope: { devices: 1, importers: 1, engagers: 1 },
  confidence: { devices: 2, importers: 0, engagers: 1 },
  ...versionsOf(['move', 'cleanup', 'close'], ['lowPower', 'mapping']),
  build: ({ scope, revision }) => built('close-in-low-power', scope, revision),
};

function built(name: string, scope: System['scope'], revision: string): System {
  atMostOne(scope, 'engagers');
  const shape: Shape = {
    devices: Math.max(1, scope.devices ?? 1),
    importers: range(scope.importers ?? 0).map((attachment) => ({
      attachment,
      buffer: 0,
      unmaps: 'in_callback',
    })),
    engages: scope.engagers === 1,
  };
  const design = designOf(revision);
  const threads = threadsOf(shape, design);
  const parts = [...threads, ...resourcesOf(shape, threads, design)];
  const { monitors, properties } = procedureRules(
    parts,
    { devices: shape.devices, buffers: shape.devices },
    contractOf(name, shape),
    transitionCalls,
  );
  return transitionSystem({
    name,
    revision,
    scope,
    parts: [...parts, ...monitors],
    properties: [
      ...ownRules(shape),
      // A wake-up leaves a device awake and its buffer revoked (O2), which the contract forbids.
      ...properties.filter(({ kind }) => kind !== 'refinement' || !shape.engages),
    ],
  });
}

function contractOf(name: string, { devices, importers }: Shape): System {
  return contractSystem(`${name}-contract`, {
    devices,
    buffers: range(devices),
    importers: importers.map(() => ({ buffer: 0, kind: 'unmaps_in_callback' })),
    initially: 'running',
  });
}

function threadsOf({ devices, importers, engages }: Shape, design: Design): Part[] {
  return [
    ...range(devices).flatMap((d) => [
      ...closeParts(
        { device: d, of: devices, sleeping: engages ? [0] : [] },
        [d],
        importers,
        design,
        closer(d),
      ),
      ...(engages ? [wokenBy(d)] : []),
    ]),
    ...(engages
      ? [
          ...ownerParts(
            OWNER,
            ['low_power_entry', 'low_power_entry_with_wakeup'],
            importers,
            design,
          ),
          ...pmCoreParts(),
        ]
      : []),
    ...importers.flatMap((i) => importerParts(i, [closer(0), ...(engages ? [OWNER] : [])])),
  ];
}

/** The first device, which alone can sleep, resumes on a thread that closes it or resets the bus. */
function wokenBy(device: number): Part {
  const thread = closer(device);
  const callers = device === 0 ? ['core_disable', 'try_reset'] : ['try_reset'];
  return procedure(`runtime_resume@${thread}`, runtimeResume(), {
    thread,
    roles: ['runtime_resume'],
    bind: { dev: 'dev[0]' },
    variant: 'runtime_resume',
    also: Object.fromEntries(
      ['begin', 'end'].map((end) => [
        `dev.runtime_resume:${end}`,
        callers.map((caller) => `dev[0].runtime_resume:${end}#${caller}@${thread}`),
      ]),
    ),
  });
}

function resourcesOf(shape: Shape, threads: readonly Part[], design: Design): Part[] {
  const { devices, importers } = shape;
  return [
    resource('dev_set.lock', mutex(), threads, 'mutex'),
    ...range(devices).flatMap((d) => [
      ...deviceResources(d, 'open', threads, design),
      filePart(d, shape),
      ...bufferResources(d, d === 0 ? importers.length : 0, threads),
    ]),
    ...closingResources({ of: devices }, devices, threads),
    busReset(threads),
    ...importers.map((i) => sgtResource(i.attachment, threads)),
  ];
}

/** The bus between the beginning and the end of its reset. */
function busReset(threads: readonly Part[]): Part {
  const ends: Readonly<Record<string, readonly string[]>> = {
    'reset:begin': ['begin'],
    'reset:end': ['ok', '-ENOTTY'],
  };
  const outcomes = Object.values(ends).flat();
  const labels = Object.fromEntries(
    outcomes.map((end) => [
      end,
      threads
        .filter(({ roles }) => roles.includes('try_reset'))
        .flatMap((part) => part.rename(`bus.pci_reset_bus:${end}`)),
    ]),
  );
  return {
    name: 'bus.reset',
    machine: pciReset(),
    kind: 'resource',
    roles: ['hardware'],
    rename: (label) => ends[label]?.flatMap((end) => labels[end]!) ?? [],
    renameCommit: (label) => label,
  };
}

/** A call of the owner holds the file open from before it keeps the device awake. */
function filePart(d: number, { engages }: Shape): Part {
  const owned = d === 0 && engages;
  const labels: Readonly<Record<string, readonly string[]>> = {
    call: owned
      ? ['active', 'suspended'].map((a) => `dev[0].pm_runtime_resume_and_get:${a}@${OWNER}`)
      : [],
    return: owned ? [`dev[0].pm_runtime_put@${OWNER}`] : [],
    close: [`dev[${d}].close:begin@${closer(d)}`],
  };
  return {
    name: `dev[${d}].file`,
    machine: openFile(1),
    // The VFS: a file that a call holds is not released, however often one asks.
    kind: 'contract',
    roles: ['file'],
    rename: (label) => labels[label] ?? [],
    renameCommit: (label) => label,
  };
}

function ownRules({ devices, importers, engages }: Shape): Property[] {
  const mappedOf = (b: number) =>
    b === 0 ? importers.map(({ attachment }) => is(`att[${attachment}].sgt`, 'mapped')) : [];
  const reached = (b: number) => any(...mappedOf(b), not(isRevoked(`buf[${b}]`)));
  return [
    ...range(devices).map((d) => closeReturns(d)),
    ...range(devices).flatMap((d): Property[] => [
      {
        id: `reset-means-unmapped(buf[${d}])`,
        kind: 'invariant',
        title: `buf[${d}] is neither live nor mapped while its device is in reset or off`,
        when: any(is(`dev[${d}].reset`, 'resetting'), not(decodes(`dev[${d}]`))),
        then: not(reached(d)),
        rule: 'S1',
        source:
          'derived: S1; vfio_pci_core_disable, vfio_pci_dev_set_try_reset, v7.3: no memory_lock, no revoke',
        consequence:
          'a peer reads all ones from a BAR that is not there, or writes to the next driver',
      },
      {
        id: `closed-means-unmapped(buf[${d}])`,
        kind: 'invariant',
        title: `buf[${d}] is neither live nor mapped once its device is closed`,
        when: is(`dev[${d}]`, 'closed'),
        then: not(reached(d)),
        rule: 'S1',
        source: 'derived: S1, S5; vfio_pci_core_close_device, v7.3, cleans the buffers up first',
        consequence: 'DMA reaches a BAR that belongs to the next driver',
      },
      {
        id: `reset-means-closed(dev[${d}])`,
        kind: 'invariant',
        title: `closing resets dev[${d}] only when nobody has it open`,
        when: is(`dev[${d}].reset`, 'resetting'),
        then: is(`dev[${d}]`, 'closed'),
        source:
          'vfio_pci_dev_set_needs_reset, v7.3: "No other VFIO device in the set can be open."',
        consequence: 'the device of another process is reset under it',
      },
      {
        id: `references-balanced(dev[${d}])`,
        kind: 'invariant',
        title: `nothing keeps dev[${d}] awake once every device is closed`,
        when: all(is('dev_set.open', 'none'), is('dev_set.lock', 'free')),
        then: where(`dev[${d}].runtime_pm`, 'usage is 0', ({ usage }) => usage === 0),
        source:
          'derived: __vfio_pci_runtime_pm_exit, vfio_pci_core_disable, v7.3: each get has its put',
        consequence: 'a device that nobody uses never sleeps again, or its count underflows',
      },
    ]),
    ...(engages
      ? [
          unmapped(SUSPENDED, { owners: [OWNER], importers, cpus: 0 }),
          eventfdMeansEngaged,
          busResetMeansAwake,
        ]
      : []),
  ];
}

const busResetMeansAwake: Property = {
  id: 'bus-reset-means-awake',
  kind: 'invariant',
  title: 'the bus is reset only while the device that can sleep is awake',
  when: is('bus.reset', 'resetting'),
  then: is('dev[0].runtime_pm', 'active'),
  source:
    'vfio_pci_dev_set_try_reset, v7.3: "Some of the devices in the bus can be in the runtime suspended state."',
  consequence: 'the saved config space of a device that sleeps is written back while it wakes up',
};

function closeReturns(d: number): Property {
  return {
    id: `close-returns(dev[${d}])`,
    kind: 'leads-to',
    title: `a close of dev[${d}] that has begun returns`,
    when: not(isIdle(closer(d))),
    then: is(closer(d), '#closed'),
    rule: 'L2',
    source: 'derived: L2, every transition ends when importers unmap in bounded time',
    consequence: 'close() hangs in D state, with dev_set->lock held',
  };
}
