import {
  any,
  contract,
  is,
  monitor,
  not,
  type Part,
  type Property,
  type System,
  type SystemFamily,
  said,
} from 'xstate-check';
import { barFaults } from '../../machines/type1/bar-faults.contract.ts';
import { entryOwner } from '../../machines/type1/entry-owner.monitor.ts';
import { ownerVma } from '../../machines/type1/owner-vma.contract.ts';
import { type1Dma } from '../../machines/type1/type1-dma.contract.ts';
import { lifeSystem } from '../buffer/life.system.ts';
import { lifetimeCalls } from './calls.ts';
import { FOLLOW_PFN } from './sources.ts';

/** Both are of this one, and of no other version or what-if. */
const NEWEST = '7.3';
const DEV = 'dev[0]';
const ENTRY = 'entry(dev[0])';

/** An entry of the IOMMU for the BAR of a device: who has it, and what makes it. */
interface Entry {
  /** The part that has it, which is in state `mapped` then. */
  readonly of: string;
  readonly made: readonly string[];
}

/** How a MAP_DMA ends that finds a VMA of the BAR. */
const FAULTED = ['map_dma:ok', 'map_dma:-EFAULT#sigbus', 'map_dma:-EFAULT#low_power'];

/** Before: a container of type1, which has the PFN of a mapped BAR. */
export const type1LifetimeFamily: SystemFamily = {
  name: 'type1-lifetime',
  title: 'before: an entry of VFIO type1 for the BAR of a device, and all that its owner calls',
  defaultScope: { devices: 1 },
  revisions: [NEWEST],
  build: ({ scope, revision }) => type1System(revision, scope),
};

/** After: iommufd, which has the BAR by a dma-buf. */
export const iommufdLifetimeFamily: SystemFamily = {
  name: 'iommufd-lifetime',
  title: 'after: an entry of iommufd for the same BAR, by a dma-buf, and all that its owner calls',
  defaultScope: { devices: 1 },
  revisions: [NEWEST],
  build({ scope }): System {
    const life = lifeSystem(
      {
        devices: 1,
        buffers: [0],
        importers: [{ buffer: 0, kind: 'iommufd' }],
        initially: 'fresh',
      },
      NEWEST,
      scope,
    );
    // iommufd has no call of its own to unmap or to detach.
    const { 'att.unmap': _, 'att.detach': __, ...withoutUnmap } = life.unused ?? {};
    const entry = {
      of: 'att[0]',
      made: ['att[0].map_file:ok'],
    };
    return {
      ...life,
      name: 'iommufd-lifetime',
      parts: [...life.parts, entryPart(entry)],
      unused: withoutUnmap,
      properties: [...entryRules(entry), ...commonOf(life)],
    };
  },
};

function type1System(revision: string, scope: System['scope']): System {
  const life = lifeSystem(
    { devices: 1, buffers: [], importers: [], initially: 'fresh' },
    NEWEST,
    scope,
  );
  const dma = contract('dma[0]', type1Dma, { roles: ['container', 'user'], thread: 'container' });
  const vma = contract('vma[0]', ownerVma, {
    roles: ['vma'],
    thread: 'process',
    also: {
      'open:ok': [`${DEV}.open:ok`],
      'close:begin': [`${DEV}.close:begin`],
      ...Object.fromEntries(
        [...FAULTED, 'map_dma:-EFAULT#no_vma'].map((label) => [label, [`dma[0].${label}`]]),
      ),
    },
  });
  const faults = contract(`${DEV}.faults`, barFaults, {
    roles: ['mm'],
    also: Object.fromEntries([
      ...FAULTED.map((label) => [label, [`dma[0].${label}`]]),
      ...['low_power(enter)', 'low_power(exit)'].map((label) => [label, [`${DEV}.${label}`]]),
    ]),
  });
  const entry = { of: 'dma[0]', made: ['dma[0].map_dma:ok'] };
  return {
    ...life,
    name: 'type1-lifetime',
    revision,
    parts: [...life.parts.map(withFaults), dma, vma, faults, entryPart(entry)],
    calls: [...life.calls, ...lifetimeCalls],
    unused: {
      'bus.reset': life.unused!['bus.reset']!,
      'owner.export': 'type1 has the BAR by an address: nobody exports a buffer',
      'dev.release': 'nobody exports a buffer',
    },
    properties: [...entryRules(entry), ...commonOf(life)],
  };
}

/**
 * A MAP_DMA faults the BAR in: it waits for memory_lock, as an export does, and is answered by what memory
 * and low power are, as the fault handler is.
 */
function withFaults(part: Part): Part {
  const faults: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
    [DEV]: { 'export:ok': FAULTED.map((label) => `dma[0].${label}`) },
    [`${DEV}.memory`]: {
      'export:ok#live': ['dma[0].map_dma:ok', 'dma[0].map_dma:-EFAULT#low_power'],
      'export:ok#revoked': ['dma[0].map_dma:-EFAULT#sigbus'],
    },
  };
  const of = faults[part.name];
  if (of === undefined) return part;
  return { ...part, rename: (label) => of[label] ?? part.rename(label) };
}

function entryPart({ made }: Entry): Part {
  return monitor(ENTRY, entryOwner, {
    made,
    reset: [`${DEV}.reset:ok`],
    opened: [`${DEV}.open:ok`],
  });
}

/** The rules that both are asked. */
function entryRules({ of }: Entry): Property[] {
  const has = said(is(of, 'mapped'), `${of} has an entry`, `${of} has no entry`);
  const off = is(`${DEV}.memory`, 'command.memory_off', 'power.d3hot');
  const reaches = (state: string, words: string) =>
    said(is(ENTRY, state), `the entry ${words}`, `no entry ${words}`);
  return [
    {
      id: 'off-means-unreachable',
      kind: 'invariant',
      title: 'no entry of the IOMMU is there while memory of the device is off',
      when: said(any(off), `memory of ${DEV} is off`, `memory of ${DEV} is on`),
      then: not(has),
      rule: 'S1',
      source: FOLLOW_PFN,
      consequence: 'DMA reaches a device that does not answer: all ones, or an AER error',
    },
    {
      id: 'nothing-through-reset',
      kind: 'invariant',
      title: 'no entry of the IOMMU is there through a reset of the device',
      when: has,
      then: not(reaches('through_reset', 'was there before the reset')),
      rule: 'S1',
      source: FOLLOW_PFN,
      consequence: 'DMA goes on into a device that was reset, and that its owner sets up again',
    },
    {
      id: 'next-owner-alone',
      kind: 'invariant',
      title: 'who opens a device is the only one whose entries reach it',
      when: has,
      then: not(reaches('of_the_next', 'was made for an owner before this one')),
      rule: 'S1',
      source: FOLLOW_PFN,
      consequence: 'the DMA of a process that has closed the device reads what the next one writes',
    },
  ];
}

const commonOf = ({ properties }: System) =>
  properties.filter(({ id }) => ['rest', 'deadlock', 'totality'].includes(id));
