import {
  type Part,
  procedure,
  resource,
  type Scope,
  type System,
  type SystemFamily,
} from 'xstate-check';
import { commandWrite } from '../../machines/device/command-write.procedure.ts';
import { attachment } from '../../machines/importers/attachment.contract.ts';
import { dmaResv } from '../../machines/locks/dma-resv.resource.ts';
import {
  type Design,
  designOf,
  type Point,
  revisionsOf,
  type Subject,
  since,
} from '../revisions/index.ts';
import { procedureCalls } from '../shared/calls.ts';
import { contractSystem } from '../shared/contract.ts';
import { bufferResources, deviceResources, movePart } from '../shared/parts.ts';
import { untouched } from '../shared/words.ts';
import { accessLocks, attachesAnybody, pinSucceeds } from './answers.ts';
import { importerCalls } from './calls.ts';
import { type Importer, importersOf, type KindName, kinds } from './kinds.ts';
import { labelsOf, mmapLock, notifyParts, objectParts, REVOKER, threadParts } from './parts.ts';
import { commonRules, importerRules } from './rules.ts';

const NONE = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0])) as Record<
  KindName,
  number
>;

/** Importers of the named kinds, and none of the others. */
export function scopeOf(importers: Partial<Record<KindName, number>>): Scope {
  return { ...NONE, ...importers };
}

/** One buffer, one thread that revokes it and gives it back, and importers of several kinds. */
export function importersSystem(name: string, scope: Scope, revision: string): System {
  const importers = importersOf(scope);
  const design = designOf(revision);
  const threads = threadsOf(importers, design);
  const parts = [...threads, ...resourcesOf(importers, design, threads)];
  const contract = contractOf(name, importers, design);
  const { monitors, properties } = commonRules(
    parts,
    importers,
    contract,
    threadsWithoutLocks(importers, design),
    threadsRefused(importers, design),
  );
  return {
    name,
    revision,
    scope,
    parts: [...parts, ...monitors],
    calls: callsOf(),
    environment: ['user', 'attacher'],
    unused: {
      ...untouched('power', 'reset'),
      ...(name === 'attach-not-p2p' && {
        'att.invalidate': 'who is not P2P is refused, and is never on the list of attachments',
      }),
    },
    properties: [...importerRules(importers, design), ...properties],
  };
}

/** Threads that are refused before they take a lock. */
function threadsWithoutLocks(importers: readonly Importer[], design: Design): string[] {
  return importers.flatMap(({ attachment: a, kind }) => {
    if (kind === 'not_p2p') return [`importer[${a}]`];
    if (kind === 'rdma_pinned' && !attachesAnybody(design)) return [`importer[${a}]`];
    return kind === 'iommufd' && !accessLocks(design) ? [`access[${a}]`] : [];
  });
}

/** An importer that is never attached, or never pinned. */
function threadsRefused(importers: readonly Importer[], design: Design): string[] {
  return importers.flatMap(({ attachment: a, kind }) => {
    const isPinned = kind === 'rdma' || kind === 'rdma_pinned';
    const isRefused = isPinned && !pinSucceeds(design);
    const isStatic = kind === 'rdma_pinned' && !attachesAnybody(design);
    return isRefused || isStatic ? [`importer[${a}]`] : [];
  });
}

function callsOf(): System['calls'] {
  const exporter = new Set(procedureCalls.map(({ name }) => name));
  return [...procedureCalls, ...importerCalls.filter(({ name }) => !exporter.has(name))];
}

function threadsOf(importers: readonly Importer[], design: Design): Part[] {
  return [
    revoker(),
    movePart(0, [0], REVOKER, design),
    ...notifyParts(importers),
    ...importers.flatMap((i) => threadParts(i, design)),
  ];
}

/** Config writes that revoke and give back; none of them fails here. */
function revoker(): Part {
  const part = procedure(REVOKER, commandWrite(), {
    thread: REVOKER,
    roles: ['command_write'],
    bind: { dev: 'dev[0]' },
  });
  return { ...part, rename: (label) => (label.endsWith(':failed') ? [] : part.rename(label)) };
}

function resourcesOf(
  importers: readonly Importer[],
  design: Design,
  threads: readonly Part[],
): Part[] {
  const mappings = importers.filter(({ kind }) => kinds[kind].maps).length;
  const fences = importers.filter(({ kind }) => kind === 'fenced').length;
  const pins = labelsOf(threads).some((label) => label.startsWith('mm.mmap_lock.'));
  return [
    ...deviceResources(0, 'open', threads),
    ...bufferResources(0, Math.max(1, mappings), threads).map((part) =>
      part.name === 'buf[0].resv'
        ? resource(part.name, dmaResv(fences), threads, 'dma_resv')
        : part,
    ),
    ...importers.flatMap((i) => objectParts(i, design, threads)),
    ...(pins ? [mmapLock(threads)] : []),
  ];
}

/** The contract at the same scope; importers that attach by themselves start without. */
function contractOf(name: string, importers: readonly Importer[], design: Design): System {
  const contract = contractSystem(`${name}-contract`, {
    devices: 1,
    buffers: [0],
    importers: importers.map(({ kind }) => ({ buffer: 0, kind: kinds[kind].contract })),
    initially: 'running',
  });
  const admits = attachesAnybody(design) ? 'any_p2p' : 'revocable';
  const detached = new Map<string, Part['machine']>(
    importers.flatMap(({ attachment: a, kind }) => {
      const { contract: of, starts } = kinds[kind];
      if (starts === 'attached' || of === 'iommufd' || of === 'iommufd_several_ranges') return [];
      return [[`att[${a}]`, attachment(of, { admits }, 'detached')] as const];
    }),
  );
  return {
    ...contract,
    parts: contract.parts.map((part) => {
      const machine = detached.get(part.name);
      return machine === undefined ? part : { ...part, machine };
    }),
  };
}

/** iommufd imports dma-bufs of vfio-pci since v6.19. */
export const IOMMUFD = since('6.19');

/** A family of these systems, by what it is about. */
export function importersFamily(
  name: string,
  title: string,
  smallest: Partial<Record<KindName, number>>,
  confidence: Partial<Record<KindName, number>>,
  points: readonly Point[],
  also: readonly Subject[],
  has?: (version: string) => boolean,
): SystemFamily {
  return {
    name,
    title,
    defaultScope: scopeOf(smallest),
    confidence: scopeOf(confidence),
    ...revisionsOf(['move', ...points], {
      also: ['commandWrite', 'notify', ...also],
      ...(has !== undefined && { has }),
    }),
    build: ({ scope, revision }) => importersSystem(name, scope, revision),
  };
}

export const importerFamilies: readonly SystemFamily[] = [
  importersFamily(
    'importers',
    'revoke and un-revoke of one buffer against two importers of different kinds',
    { in_callback: 1, iommufd: 1 },
    { in_callback: 1, later: 1, iommufd: 1 },
    ['attach', 'mapFile', 'releasePages', 'accessPin', 'unmapWork'],
    ['iommufd', 'mapping'],
    IOMMUFD,
  ),
  importersFamily(
    'fences',
    'revoke of a buffer on which an importer has user work under way',
    { fenced: 1 },
    { fenced: 1, in_callback: 1 },
    [],
    ['mapping'],
  ),
  importersFamily(
    'remap',
    'importers that map again as soon as they are told that something changed',
    { remapping: 1, remapping_inline: 1 },
    { remapping: 2, in_callback: 1 },
    [],
    ['mapping'],
  ),
  importersFamily(
    'attach',
    'importers that attach, map, unmap and detach while the buffer is revoked and given back',
    { attaching: 1, in_callback: 1 },
    { attaching: 2, in_callback: 1 },
    ['attach'],
    ['mapping'],
  ),
  importersFamily(
    'attach-not-p2p',
    'an importer that is not P2P tries to attach while the buffer is revoked and given back',
    { not_p2p: 1 },
    { not_p2p: 1, in_callback: 1 },
    ['attach'],
    [],
  ),
];
