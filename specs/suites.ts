import {
  InputError,
  type Product,
  parseLabel,
  type Scope,
  type SuiteSource,
  type System,
  type SystemFamily,
  suggested,
  suiteOf,
} from 'xstate-check';
import { alphabetOf } from 'xstate-check/engine';
import { move } from '../machines/buffer/move.procedure.ts';
import type { TargetScope } from '../targets/target-scope.ts';
import { exportFamily } from './buffer/export.system.ts';
import { lifeSystem } from './buffer/life.system.ts';
import { revokeFamily } from './buffer/revoke.system.ts';
import { functionResetOrderFamily } from './device/function-reset-order.system.ts';
import { wakeUpFamily } from './device/low-power.system.ts';
import { sriovFamily, sysfsResetFamily } from './device/outside-vfio.system.ts';
import { hotResetFamily } from './hot-reset/hot-reset.system.ts';
import { attachesAnybody } from './importers/answers.ts';
import { chunkSuites } from './importers/chunk-suites.ts';
import { importerFamilies, scopeOf } from './importers/importers.system.ts';
import { rangesSystem, WAYS, type Way } from './importers/ranges.system.ts';
import { mappingSuites } from './mapping-types/suites.ts';
import { codeSuites } from './p2p-registration/code-suites.ts';
import { registrationSuites } from './p2p-registration/suites.ts';
import { pageBackedSuites } from './page-backed/suites.ts';
import {
  asOf,
  type Design,
  designOf,
  differsAt,
  NEWEST,
  revisions,
  revisionsOf,
  whatIfs,
} from './revisions/index.ts';
import { type ContractScope, type ImporterSpec, range } from './shared/contract.ts';
import { titleOf } from './subjects.ts';
import { type1LifetimeFamily } from './type1/lifetime.system.ts';
import { TWO_BUFFERS, TWO_REGIONS, twoBuffersSystem } from './uses/two-buffers.system.ts';

/** A suite of one version, or why there is none. */
type Drawn = (
  revision: string,
) => SuiteSource<TargetScope> | { readonly name: string; readonly why: string };

/** What the contracts of a device and its importers are drawn from. */
const OF_CONTRACTS = [
  'move',
  'cleanup',
  'close',
  'deviceReset',
  'memoryEnabled',
  'attach',
] as const;

/**
 * The contracts by which a version is tested. They say nothing of the order in which an un-revoke
 * tells importers and lets them map; what else a version does otherwise they do not draw, but for
 * low power and who may attach.
 */
function contractsOf(revision: string): { readonly revision: string } | { readonly why: string } {
  const gap = revisionsOf(OF_CONTRACTS).unread.find((one) => one.revision === revision);
  if (gap) return { why: gap.why };
  const design = designOf(revision);
  const same =
    revokesAlike(design) && !differsAt(revision, 'close') && !differsAt(revision, 'deviceReset');
  if (same && !attachesAnybody(design)) {
    return { revision: differsAt(revision, 'memoryEnabled') ? 'low-power-respected' : '7.3' };
  }
  return { why: 'its contracts are not drawn' };
}

/** Of revoke and cleanup nothing is written anew but how access comes back. */
function revokesAlike({ anew }: Design): boolean {
  const written = anew.flatMap(({ states = {} }) => Object.keys(states));
  return written.every(
    (state) => !/^(move|cleanup)\./.test(state) || state.startsWith('move.restore.'),
  );
}

/** One device, one buffer, and these importers of it. */
function life(
  name: string,
  importers: readonly ImporterSpec['kind'][],
  parts: readonly string[],
  whole = false,
): Drawn {
  return (revision) => {
    const contracts = contractsOf(revision);
    if ('why' in contracts) return { name, why: contracts.why };
    return lifeOf(contracts.revision, name, importers, parts, whole);
  };
}

function lifeOf(
  revision: string,
  name: string,
  importers: readonly ImporterSpec['kind'][],
  parts: readonly string[],
  whole: boolean,
): SuiteSource<TargetScope> {
  const scope: ContractScope = {
    devices: 1,
    buffers: [0],
    importers: importers.map((kind) => ({ buffer: 0, kind })),
    initially: 'fresh',
  };
  const suite = {
    name,
    parts,
    whole,
    targetScope: {
      devices: 1,
      buffers: [0],
      attachments: importers.map((importer) => ({ buffer: 0, importer })),
      initially: 'fresh' as const,
      grain: 'contract' as const,
    },
    performed: byUserOrImporter,
  };
  const counts = { devices: 1, buffers: 1, importers: importers.length };
  return suiteOf<TargetScope>(suite, () => lifeSystem(scope, revision, counts));
}

/** Two buffers of a device, of which a revoke takes both. */
function twoBuffers(name: string, of: ContractScope): Drawn {
  return (revision) => {
    const contracts = contractsOf(revision);
    return 'why' in contracts ? { name, why: contracts.why } : twoOf(contracts.revision, name, of);
  };
}

function twoOf(revision: string, name: string, of: ContractScope): SuiteSource<TargetScope> {
  const { buffers, importers } = of;
  const targetScope: TargetScope = {
    devices: 1,
    buffers,
    attachments: importers.map(({ buffer, kind }) => ({ buffer, importer: kind })),
    initially: 'running',
    grain: 'contract',
  };
  return suiteOf(
    { name, parts: ['buf[1]', 'att[1]'], whole: false, targetScope, performed: byUserOrImporter },
    () => twoBuffersSystem(of, revision),
  );
}

/** A container of type1 with the BAR of a device, which hears nothing of what its owner does. */
const type1: Drawn = (revision) => {
  const name = 'type1';
  const contracts = contractsOf(revision);
  if ('why' in contracts) return { name, why: contracts.why };
  if (contracts.revision !== NEWEST) return { name, why: 'its contracts are drawn for 7.3 alone' };
  const targetScope: TargetScope = {
    ...{ devices: 1, buffers: [], attachments: [] },
    initially: 'fresh',
    grain: 'contract',
  };
  return suiteOf(
    { name, parts: ['dma[0]', 'vma[0]'], whole: false, targetScope, performed: byUserOrImporter },
    () => type1LifetimeFamily.build({ scope: { devices: 1 }, revision: NEWEST }),
  );
};

/** Attach and map of a buffer of so many ranges by one route. */
function mapping(way: Way): Drawn {
  const name = `ranges-${way.route}-${way.ranges}`;
  const targetScope: TargetScope = {
    devices: 1,
    buffers: [0],
    ranges: [way.ranges],
    route: way.route,
    attachments: [{ buffer: 0, importer: 'unmaps_later' }],
    initially: 'fresh',
    grain: 'contract',
  };
  const suite = suiteOf(
    { name, parts: [], whole: true, targetScope, performed: byUserOrImporter },
    () => rangesSystem(way),
  );
  return (revision) => {
    const gap = revisionsOf(['addresses']).unread.find((one) => one.revision === revision);
    if (gap) return { name, why: gap.why };
    return !differsAt(revision, 'addresses')
      ? suite
      : { name, why: 'its way from ranges to addresses is another' };
  };
}

/** A test makes the calls of users and importers; what happens inside them it observes. */
function byUserOrImporter(product: Product, vector: number): boolean {
  const { label, initiator } = product.vectors[vector]!;
  if (initiator < 0) return true;
  const role = product.calls.rolesOf(label)!.initiator;
  return ['user', 'importer'].includes(role) && parseLabel(label).variant !== 'callback';
}

/** At the grain of the kernel's functions, only the calls from outside are the test's. */
function fromOutside(product: Product, vector: number): boolean {
  return product.vectors[vector]!.initiator < 0;
}

function procedures(
  name: string,
  family: SystemFamily,
  scope: Scope,
  parts: readonly string[],
  targetScope: Omit<TargetScope, 'grain' | 'initially'>,
  initially: TargetScope['initially'] = 'running',
): Drawn {
  return (revision) => {
    const unread = family.unread?.find((one) => one.revision === revision);
    if (unread) return { name, why: unread.why };
    // a change of something else leaves it as it is in the newest release
    const drawnAs = family.revisions.includes(revision) ? revision : NEWEST;
    const suite = {
      name,
      parts,
      whole: false,
      targetScope: { ...targetScope, initially, grain: 'procedure' as const },
      performed: fromOutside,
    };
    return suiteOf<TargetScope>(suite, () => family.build({ scope, revision: drawnAs }));
  };
}

/** The usages of fences: include/linux/dma-resv.h, enum dma_resv_usage. */
export const USAGES = ['KERNEL', 'WRITE', 'READ', 'BOOKKEEP'] as const;

function importersOf(name: string): SystemFamily {
  return importerFamilies.find((one) => one.name === name)!;
}

/**
 * Work of an importer whose fence is of a usage. A wait for BOOKKEEP is one for every fence, so that
 * the same system, in which fences have another usage, is drawn for the others.
 */
function fences(usage: (typeof USAGES)[number]): Drawn {
  const all = usage === 'BOOKKEEP';
  const name = `fences-${usage.toLowerCase()}`;
  const family = importersOf('fences');
  const parts = ['submit(att[0])', 'hardware(att[0])'];
  const draw = procedures(
    name,
    { ...family, build: (drawnAs) => withUsage(family.build(drawnAs), usage) },
    scopeOf({ fenced: 1 }),
    all ? [...parts, 'callback(att[0])', 'work(att[0])'] : parts,
    { devices: 1, buffers: [0], attachments: [{ buffer: 0, importer: 'fenced', usage }] },
  );
  return (revision) =>
    kernelFencesAlone(designOf(revision))
      ? { name, why: 'it does not wait for every fence' }
      : draw(revision);
}

/** Whether vfio_pci_dma_buf_move() waits for the kernel's fences and no others. */
function kernelFencesAlone(design: Design): boolean {
  return alphabetOf(asOf(design, move(1))).labels.includes('buf[0].resv.wait(KERNEL)');
}

/** A system whose fences are of another usage. */
function withUsage(system: System, usage: string): System {
  const other = (label: string) =>
    label.replace(/fence\.(add|signal)\(BOOKKEEP\)/, `fence.$1(${usage})`);
  return {
    ...system,
    calls: system.calls.map((call) => ({ ...call, name: other(call.name) })),
    parts: system.parts.map((part) => ({
      ...part,
      rename: (label) => part.rename(label).map(other),
    })),
  };
}

/** These suites, which are about a subject: that in this folder. */
function about(folder: string, draws: readonly Drawn[]): Drawn[] {
  return draws.map((draw) => (revision) => {
    const one = draw(revision);
    return 'why' in one ? one : withSubject(one, titleOf(folder));
  });
}

/** Its system is built when it is asked for, as before. */
function withSubject(source: SuiteSource<TargetScope>, subject: string): SuiteSource<TargetScope> {
  const { name, parts, whole, targetScope, performed } = source;
  return suiteOf({ name, subject, parts, whole, targetScope, performed }, () => source.system);
}

/**
 * Every machine in the smallest closed system that has it, and the smallest systems whole, by the
 * subject of the system.
 */
const drawn: readonly Drawn[] = [
  ...about('buffer', [
    life('device', [], ['dev[0]', 'dev[0].memory', 'owner[0]'], true),
    life('buffer', ['unmaps_later', 'iommufd', 'no_callback', 'not_p2p'], ['buf[0]']),
    life('attachment-unmaps-in-callback', ['unmaps_in_callback'], ['att[0]']),
    life('attachment-unmaps-later', ['unmaps_later'], ['att[0]'], true),
    life('attachment-no-callback', ['no_callback'], ['att[0]']),
    life('attachment-not-p2p', ['not_p2p'], ['att[0]']),
    life('iommufd', ['iommufd'], ['att[0]']),
    twoBuffers('two-buffers', TWO_BUFFERS),
    twoBuffers('two-regions', TWO_REGIONS),
  ]),
  ...about('type1', [type1]),
  ...about('importers', [...WAYS.map(mapping)]),
  ...about('device', [
    procedures('sriov', sriovFamily, { importers: 0, cpus: 0 }, ['root', 'power_write@owner[0]'], {
      devices: 1,
      buffers: [0],
      attachments: [],
      functions: true,
    }),
  ]),
  ...about('hot-reset', [
    procedures(
      'hot-reset',
      hotResetFamily,
      { devices: 2, unopened: 0, buffers: 0, importers: 0 },
      ['hot_reset'],
      { devices: 2, buffers: [], attachments: [] },
    ),
    procedures(
      'hot-reset-unopened',
      hotResetFamily,
      { devices: 2, unopened: 1, buffers: 0, importers: 0, writers: 0 },
      ['hot_reset'],
      { devices: 2, unopened: 1, buffers: [], attachments: [] },
    ),
    procedures(
      'hot-reset-buffers',
      hotResetFamily,
      { devices: 2, unopened: 0, buffers: 1, importers: 1, writers: 0 },
      ['hot_reset', 'move(dev[0])@hot_reset', 'callback(att[0])@hot_reset'],
      { devices: 2, buffers: [0, 1], attachments: [{ buffer: 0, importer: 'unmaps_later' }] },
    ),
  ]),
  ...about('device', [
    procedures('function-reset', functionResetOrderFamily, { devices: 1 }, ['flr'], {
      ...{ devices: 1, buffers: [], attachments: [] },
    }),
    procedures('sysfs-reset', sysfsResetFamily, { importers: 0, cpus: 0 }, ['root'], {
      ...{ devices: 1, buffers: [0], attachments: [] },
    }),
  ]),
  ...about('buffer', [
    procedures(
      'export',
      exportFamily,
      { writers: 0, closers: 0, unbinders: 0, fds: 1, o_path: 0 },
      ['export', 'release@fput'],
      { devices: 1, buffers: [0], attachments: [] },
      'opened',
    ),
  ]),
  ...about('importers', [
    ...USAGES.map(fences),
    procedures(
      'remap',
      importersOf('remap'),
      scopeOf({ remapping: 1, remapping_inline: 1 }),
      ['callback(att[0])', 'callback(att[1])', 'work(att[0])'],
      {
        devices: 1,
        buffers: [0],
        attachments: [
          { buffer: 0, importer: 'remaps_from_work' },
          { buffer: 0, importer: 'remaps_in_callback' },
        ],
      },
    ),
  ]),
  ...about('device', [
    procedures(
      'wake-up',
      wakeUpFamily,
      { owners: 1, importers: 0, cpus: 0 },
      [
        ...['pm_core', 'runtime_resume@owner[0]'],
        ...['low_power_entry_with_wakeup@owner[0]', 'low_power_exit@owner[0]'],
      ],
      { devices: 1, buffers: [0], attachments: [], runtimePm: true },
    ),
  ]),
  ...about('buffer', [
    procedures(
      'revoke',
      revokeFamily,
      { importers: 2, closers: 0 },
      [
        'command_write',
        'move(dev[0])@command_write',
        'importer[0]',
        'callback(att[0])@command_write',
        'callback(att[1])@command_write',
        'work(att[1])',
      ],
      {
        devices: 1,
        buffers: [0],
        attachments: range(2).map((a) => ({
          buffer: 0,
          importer: a % 2 === 0 ? 'unmaps_in_callback' : 'unmaps_later',
        })),
      },
    ),
    procedures(
      'close',
      revokeFamily,
      { importers: 0, closers: 1 },
      ['close', 'cleanup(dev[0])@close', 'core_disable(dev[0])@close', 'try_reset@close'],
      { devices: 1, buffers: [0], attachments: [] },
    ),
  ]),
];

/** The suites of a version of the kernel, and of which there is none, and why. */
export interface SuitesOfRevision {
  readonly suites: readonly SuiteSource<TargetScope>[];
  readonly missing: readonly { readonly name: string; readonly why: string }[];
}

/** @throws InputError for a version that nobody knows */
export function suitesOf(revision: string): SuitesOfRevision {
  const names = [...revisions.map(({ name }) => name), ...Object.keys(whatIfs)];
  if (!names.includes(revision)) {
    throw new InputError(`there is no revision '${revision}'; ${suggested(revision, names)}`);
  }
  const made = drawn.map((draw) => draw(revision));
  return {
    suites: made.flatMap((one) => ('why' in one ? [] : [one])),
    missing: made.flatMap((one) => ('why' in one ? [one] : [])),
  };
}

/** What is generated: the tests of the newest release, and of proposals. */
export const suites: readonly SuiteSource<TargetScope>[] = [
  ...suitesOf(NEWEST).suites,
  ...chunkSuites.map((suite) => withSubject(suite, titleOf('importers'))),
  ...[...registrationSuites, ...codeSuites].map((suite) =>
    withSubject(suite, titleOf('p2p-registration')),
  ),
  ...pageBackedSuites.map((suite) => withSubject(suite, titleOf('page-backed'))),
  ...mappingSuites.map((suite) => withSubject(suite, titleOf('mapping-types'))),
];

/** Suites of calls that the simulated kernel does not make: they are for a real one. */
export const forRealKernels: readonly string[] = [
  ...['export', 'function-reset', 'sysfs-reset'],
  ...USAGES.map((usage) => `fences-${usage.toLowerCase()}`),
  ...['remap', 'wake-up', 'sriov'],
];
