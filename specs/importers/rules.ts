import {
  all,
  any,
  is,
  not,
  type Part,
  type Predicate,
  type Property,
  parseLabel,
  type System,
  said,
  where,
} from 'xstate-check';
import { balanceMonitors, heldMonitors, type Lock, orderMonitors } from 'xstate-check/kernel';
import type { Design } from '../revisions/index.ts';
import { range } from '../shared/contract.ts';
import { MUTEX, RESV, RWSEM } from '../shared/parts.ts';
import { procedureRules } from '../shared/rules.ts';
import { decodes, isIdle, isRevoked } from '../shared/words.ts';
import { attachesAnybody, iommufdPins, pinSucceeds } from './answers.ts';
import { type Importer, type KindName, kinds } from './kinds.ts';
import { REVOKER } from './parts.ts';

/** memory_lock, mmap_lock, dma_resv, then pages->mutex: the order in which they nest. */
function locksOf(importers: readonly Importer[]): Lock[] {
  const pages = importers.filter(({ kind }) => kind === 'iommufd');
  return [
    { name: 'dev[0].memory_lock', kind: RWSEM },
    { name: 'mm.mmap_lock', kind: RWSEM },
    { name: 'buf[0].resv', kind: RESV },
    ...pages.map(({ attachment }) => ({ name: `att[${attachment}].pages`, kind: MUTEX })),
  ];
}

/** What dma-buf and its importers do with dma_resv held. */
const UNDER_RESV = [
  'pin:ok',
  'unpin',
  'phys_vec_to_sgt:ok',
  'free_sgt',
  'list_add',
  'list_del',
  'invalidate:begin',
];

/**
 * The rules of every system of procedures, with the locks that importers add.
 *
 * @param neverLock - threads that take no lock in this version, because they are refused before
 * @param refused - threads whose calls never answer ok in this version
 */
export function commonRules(
  parts: readonly Part[],
  importers: readonly Importer[],
  contract: System,
  neverLock: readonly string[],
  refused: readonly string[],
): { monitors: Part[]; properties: Property[] } {
  const common = procedureRules(parts, { devices: 1, buffers: 1 }, contract);
  const locks = locksOf(importers);
  const locking = parts.filter(({ thread = '' }) => !neverLock.includes(thread));
  const own: Readonly<Record<string, Part[]>> = {
    'lock-balance': balanceMonitors(locking, locks, isReturn),
    'lock-order': orderMonitors(locking, locks),
  };
  const resv = locks.find(({ name }) => name === 'buf[0].resv')!;
  const held = heldMonitors(locking, resv, (label) => {
    const { object, operation, outcome } = parseLabel(label);
    const step = outcome === undefined ? operation : `${operation}:${outcome}`;
    return object.startsWith('att[') && UNDER_RESV.includes(step);
  });
  const isKept = (name: string) =>
    !/^(?:balance|order)\(/.test(name) && !refused.some((thread) => name.endsWith(`@${thread}`));
  const kept = common.monitors.filter(({ name }) => isKept(name));
  return {
    monitors: [...kept, ...Object.values(own).flat(), ...held],
    properties: [
      ...common.properties.flatMap((property): Property[] => {
        if (property.kind !== 'monitor') return [property];
        if (property.id === 'no-misuse') {
          return [{ ...property, parts: property.parts.filter((name) => !name.endsWith('.pin')) }];
        }
        const parts = own[property.id]?.map(({ name }) => name) ?? property.parts.filter(isKept);
        return parts.length === 0 ? [] : [{ ...property, parts }];
      }),
      {
        id: 'resv-held',
        kind: 'monitor',
        title: 'pin, unpin, map, unmap, the list of attachments and callbacks: under dma_resv',
        parts: held.map(({ name }) => name),
        rule: 'S6',
        source: 'dma_buf_pin, dma_buf_unpin, dma_buf_map_attachment, v7.3: dma_resv_assert_held',
        consequence: 'lockdep warns, and a revoke may run at the same time',
      },
    ],
  };
}

/** `att[0].map:ok`; `att[0].iommu.map:-ENOMEM` is a step of a call. */
function isReturn(label: string): boolean {
  const { object, operation, outcome } = parseLabel(label);
  const isCall = /^\w+\[\d+\]$/.test(object) && USER_CALLS.includes(operation);
  return outcome !== undefined && outcome !== 'begin' && isCall;
}

/** Calls from user space, and attach and detach, during which no lock is held by the caller. */
const USER_CALLS = [
  'write_command(MEM=0)',
  'write_command(MEM=1)',
  'attach',
  'detach',
  'map',
  'unmap',
  'submit',
  'map_file',
  'ioas_unmap',
  'access_pin',
  'reg_mr',
  'dereg_mr',
];

const att = ({ attachment }: Importer) => `att[${attachment}]`;

/** Whether DMA of an importer can reach the BAR. */
function reaches(i: Importer): Predicate {
  if (i.kind === 'iommufd') return is(`${att(i)}.iommu`, 'mapped');
  const mapped = is(`${att(i)}.sgt`, 'mapped');
  if (!i.kind.startsWith('rdma')) return mapped;
  return any(mapped, is(`${att(i)}.mr`, 'valid'));
}

const reaching = (importers: readonly Importer[]) =>
  importers.filter(({ kind }) => kind !== 'several_ranges' && kind !== 'not_p2p');

/** What is to hold of these importers in particular. */
export function importerRules(importers: readonly Importer[], design: Design): Property[] {
  const of = (...names: string[]) => importers.filter(({ kind }) => names.includes(kind));
  return [
    ...revokeRules(importers),
    ...liveRules(counting(importers, design)),
    ...(importers.some(({ kind }) => kinds[kind].maps) ? [countRule(importers)] : []),
    ...(of('fenced').length > 0 ? [fenceRule()] : []),
    ...remapRules(of('remapping', 'remapping_inline')),
    ...of('iommufd').map(iommufdRule),
    ...pinRules(of(...pinning(design))),
    ...of('rdma').map(stopsFirstRule),
    ...(of('rdma_pinned').length > 0 ? [revocableRule(of('rdma_pinned'))] : []),
    ...of('not_p2p').map(onlyP2pRule),
    ...importers.filter(({ kind }) => kind in LEFT).map(nothingLeftRule),
    ...importers.flatMap(callReturns),
  ];
}

/**
 * What an importer has while it is attached, its pin apart, of which pinRules() ask: each part with the
 * states in which it is given back.
 */
const LEFT: Readonly<Partial<Record<KindName, Readonly<Record<string, readonly string[]>>>>> = {
  attaching: { sgt: ['none'] },
  not_p2p: {},
  iommufd: { iopt: ['none', 'freed'], iommu: ['unmapped'] },
  several_ranges: { iopt: ['none', 'freed'], iommu: ['unmapped'] },
  // The memory of a umem whose attachment is refused is freed by a step that is not drawn.
  rdma: { sgt: ['none'], mr: ['invalid'] },
  rdma_pinned: { sgt: ['none'], mr: ['invalid'] },
};

/** An import that failed, or that is over, holds nothing. */
function nothingLeftRule(i: Importer): Property {
  const has = { attachment: ['off'], ...LEFT[i.kind] };
  return {
    id: `nothing-left-${i.attachment}`,
    kind: 'invariant',
    title: `${att(i)} leaves nothing behind when it is given up, or when it cannot be had`,
    when: said(
      is(`${att(i)}.handle`, 'none'),
      `user space has no import ${att(i)}`,
      `user space has the import ${att(i)}, or is about to`,
    ),
    then: all(...Object.entries(has).map(([part, states]) => is(`${att(i)}.${part}`, ...states))),
    source:
      'dma_buf_dynamic_attach, dma_buf_detach, iopt_map_dmabuf, iopt_release_pages, ib_umem_dmabuf_release, v7.3: what is taken is given back in reverse',
    consequence: 'the kernel loses memory, or a mapping, with each import, or each that fails',
  };
}

/** The kinds that get as far as a pin in a version. */
function pinning(design: Design): KindName[] {
  if (!pinSucceeds(design)) return [];
  return [
    'rdma',
    ...(iommufdPins(design) ? (['iommufd'] as const) : []),
    ...(attachesAnybody(design) ? (['rdma_pinned'] as const) : []),
  ];
}

/** S1 and L2, seen from the importers. */
function revokeRules(importers: readonly Importer[]): Property[] {
  const ends: Property[] = [
    {
      id: 'revoke-returns',
      kind: 'leads-to',
      title: 'a config write that has begun returns',
      when: not(isIdle(REVOKER)),
      then: isIdle(REVOKER),
      rule: 'L2',
      source: 'derived: L2, importers unmap in bounded time',
      consequence: 'the config write hangs in D state with memory_lock held',
    },
    {
      id: 'drained-once',
      kind: 'invariant',
      title: 'every completion of a drain is consumed by the revoke that waits for it',
      when: isIdle(REVOKER),
      then: is('buf[0].comp', 'pending'),
      rule: 'S4',
      source: 'Alex Williamson, "vfio/pci: fix dma-buf kref underflow after revoke", 2026-05-07',
      consequence: 'the next revoke does not wait, or waits for ever',
    },
  ];
  if (reaching(importers).length === 0) return ends;
  return [
    {
      id: 'disabled-means-unreachable',
      kind: 'invariant',
      title: 'no importer reaches the buffer while the device does not decode',
      when: not(decodes('dev[0]')),
      then: not(any(...reaching(importers).map(reaches))),
      rule: 'S1',
      source: 'derived: S1; vfio_pci_dma_buf_move, v7.3, and dma_buf_invalidate_mappings, v7.3',
      consequence: 'DMA reaches a BAR that is off, or that belongs to the next driver',
    },
    ...ends,
  ];
}

/** The part of an importer that counts its mappings, or copies the range of one: tagged `maps`. */
const COUNTS: Readonly<Partial<Record<Importer['kind'], string>>> = {
  in_callback: 'importer',
  later: 'importer',
  fenced: 'importer',
  attaching: 'importer',
  remapping: 'work',
  remapping_inline: 'importer',
  iommufd: 'map_file',
  rdma: 'register',
  rdma_pinned: 'register',
};

/** Those that count a mapping in a version; one that may not attach never does. */
function counting(importers: readonly Importer[], design: Design): Predicate[] {
  return importers.flatMap((i) => {
    const part = COUNTS[i.kind];
    if (part === undefined) return [];
    if (i.kind.startsWith('rdma') && !pinSucceeds(design)) return [];
    if (i.kind === 'rdma_pinned' && !attachesAnybody(design)) return [];
    return [is(`${part}(${att(i)})`, '#maps')];
  });
}

function liveRules(places: readonly Predicate[]): Property[] {
  if (places.length === 0) return [];
  return [
    {
      id: 'map-only-live',
      kind: 'invariant',
      title: 'a mapping is counted only while the buffer is live',
      when: any(...places),
      then: is('buf[0].revoked', 'clear'),
      rule: 'S2',
      source: 'vfio_pci_dma_buf_map, v7.3: revoked is tested under the dma_resv that counts',
      consequence: 'a mapping outlives the revoke that should have waited for it',
    },
  ];
}

/** S4: with nobody in a section, the count is 1 and one for each mapping. */
function countRule(importers: readonly Importer[]): Property {
  const mapped = importers
    .filter(({ kind }) => kinds[kind].maps)
    .map((i) => is(`${att(i)}.sgt`, 'mapped'));
  const exactly = (n: number) =>
    any(
      ...range(2 ** mapped.length)
        .filter((set) => bits(set) === n)
        .map((set) => all(...mapped.map((one, m) => ((set >> m) & 1 ? one : not(one))))),
    );
  return {
    id: 'kref-counts-mappings',
    kind: 'invariant',
    title: 'the kref of a live buffer is 1 and one for each mapping',
    when: all(is('buf[0].revoked', 'clear'), is('buf[0].resv', 'holder.unlocked')),
    then: any(
      ...range(mapped.length + 1).map((n) =>
        all(
          exactly(n),
          where('buf[0].kref', `count is ${n + 1}`, ({ count }) => count === n + 1),
        ),
      ),
    ),
    rule: 'S4',
    source: 'vfio_pci_dma_buf_move, v7.3; Alex Williamson, 2026-05-07',
    consequence: 'the next revoke waits for the wrong number of mappings',
  };
}

function bits(set: number): number {
  return [...set.toString(2)].filter((bit) => bit === '1').length;
}

function fenceRule(): Property {
  return {
    id: 'disabled-means-signalled',
    kind: 'invariant',
    title: 'no work of an importer is under way while the device does not decode',
    when: not(decodes('dev[0]')),
    then: said(
      is('buf[0].resv', 'fences.signalled'),
      'every fence of dmabuf0->resv is signalled',
      'a fence of dmabuf0->resv is not signalled',
    ),
    rule: 'S1',
    source:
      'Thomas Hellstrom and Christian Koenig on revoke v3, 2026-01-21: BOOKKEEP is every fence',
    consequence: 'the importer writes to a BAR that is off, or that belongs to the next driver',
  };
}

/** L3: it takes a trigger to map again, and the callback is the only one there is. */
function remapRules(importers: readonly Importer[]): Property[] {
  if (importers.length === 0) return [];
  const refused = importers.map((i) =>
    said(
      is(`${i.kind === 'remapping' ? 'work' : 'callback'}(${att(i)})`, '#refused'),
      `${att(i)} was refused when it mapped again`,
      `${att(i)} was not refused when it mapped again`,
    ),
  );
  return [
    {
      id: 'told-importers-can-map',
      kind: 'invariant',
      title: 'an importer that maps when it is told has not been refused once access is back',
      when: all(isIdle(REVOKER), not(isRevoked('buf[0]'))),
      then: not(any(...refused)),
      rule: 'L3',
      source: 'derived: L3; dma_buf_invalidate_mappings, v7.3: importers may map again in parallel',
      consequence:
        'the importer got -ENODEV for a buffer that is live, and nothing tells it to try again',
    },
  ];
}

/** O8: iommufd holds no kref, so that its callback alone ends its access. */
function iommufdRule(i: Importer): Property {
  return {
    id: `torn-down-in-callback-${i.attachment}`,
    kind: 'invariant',
    title: 'no IOMMU entry of the buffer is left when the callback of iommufd returns',
    when: is(`callback(${att(i)})`, '#torn_down'),
    then: is(`${att(i)}.iommu`, 'unmapped'),
    rule: 'S1',
    source: 'vfio_pci_dma_buf_iommufd_map, v7.3: takes no kref; derived: an obligation of its own',
    consequence: 'nobody waits for the entry, and the IOMMU lets DMA through after the revoke',
  };
}

/** Pins are given back, once, before the attachment goes. */
function pinRules(importers: readonly Importer[]): Property[] {
  return importers.flatMap((i): Property[] => {
    const pin = `${att(i)}.pin`;
    const taken = (wrong: string) =>
      said(is(pin, 'pinned', wrong), `${att(i)} was pinned`, `${att(i)} was never pinned`);
    const twice = said(
      is(pin, 'unpinned_twice'),
      `${att(i)} is unpinned once too often`,
      `${att(i)} is unpinned once`,
    );
    const left = said(
      is(pin, 'left_pinned'),
      `the pin of ${att(i)} is left behind`,
      `the pin of ${att(i)} is given back`,
    );
    return [
      {
        id: `unpinned-once-${i.attachment}`,
        kind: 'invariant',
        title: 'what is unpinned was pinned',
        when: taken('unpinned_twice'),
        then: not(twice),
        source: 'RDMA/umem: "Fix double dma_buf_unpin in failure path", 104016eb671e',
        consequence: 'the exporter moves or frees memory that somebody else has pinned',
      },
      {
        id: `unpinned-before-detach-${i.attachment}`,
        kind: 'invariant',
        title: 'what was pinned is unpinned before the attachment goes',
        when: taken('left_pinned'),
        then: not(left),
        source: 'Jason Gunthorpe on the revoke series v2, 2026-01-19: the unpin is missing',
        consequence: 'an exporter that counts pins never gets this one back',
      },
    ];
  });
}

function stopsFirstRule(i: Importer): Property {
  return {
    id: `hardware-stops-first-${i.attachment}`,
    kind: 'invariant',
    title: 'the RDMA hardware accesses a region only while it is mapped',
    when: is(`${att(i)}.mr`, 'valid'),
    then: is(`${att(i)}.sgt`, 'mapped'),
    source: 'Jacob Moroni, "RDMA/umem: Add pinned revocable dmabuf import interface", March 2026',
    consequence: 'the hardware uses DMA addresses that belong to somebody else by now',
  };
}

/** L2, seen from an importer: it gets an answer, and does not try for ever. */
function callReturns(i: Importer): Property[] {
  const atRest = restOf(i);
  if (atRest === undefined) return [];
  return [
    {
      id: `call-returns(importer[${i.attachment}])`,
      kind: 'leads-to',
      title: `a call that importer[${i.attachment}] has made returns`,
      when: not(atRest),
      then: atRest,
      rule: 'L2',
      source: 'derived: L2; dma_buf_dynamic_attach, dma_buf_map_attachment, dma_buf_detach, v7.3',
      consequence: 'the task of the importer hangs, or spins in the kernel',
    },
  ];
}

/** Where an importer makes no call; one that only works from work items makes none. */
function restOf(i: Importer): Predicate | undefined {
  switch (i.kind) {
    case 'remapping':
      return undefined;
    case 'in_callback':
    case 'later':
    case 'fenced':
    case 'remapping_inline':
    case 'translated':
      return isIdle(`importer(${att(i)})`);
    case 'attaching':
      return is(`${att(i)}.handle`, 'none', 'attached', 'mapped');
    default:
      return is(`${att(i)}.handle`, 'none', 'attached');
  }
}

/** Memory of a device has no struct page, so that only P2P importers can use it. */
function onlyP2pRule(i: Importer): Property {
  return {
    id: `only-p2p-attach-${i.attachment}`,
    kind: 'invariant',
    title: 'no importer that is not P2P is attached',
    when: is('buf[0].resv', 'holder.unlocked'),
    then: not(is(`${att(i)}.attachment`, 'on')),
    rule: 'S10',
    source: 'vfio_pci_dma_buf_attach, v7.3: !attachment->peer2peer',
    consequence: 'an importer maps memory that it takes for system memory',
  };
}

function revocableRule(importers: readonly Importer[]): Property {
  return {
    id: 'only-revocable-map',
    kind: 'invariant',
    title: 'no importer has a mapping that cannot be revoked',
    when: is('buf[0].resv', 'holder.unlocked'),
    then: not(any(...importers.map((i) => is(`${att(i)}.sgt`, 'mapped')))),
    rule: 'S10',
    source: 'dma_buf_attach_revocable, vfio_pci_dma_buf_attach, v7.3; 61ceaf236115',
    consequence: 'its device goes on with DMA to the BAR after revoke, reset and close',
  };
}
