import {
  is,
  not,
  type Part,
  type Property,
  procedure,
  resource,
  type System,
  type SystemFamily,
  said,
} from 'xstate-check';
import { balanceMonitors, type Lock, orderMonitors } from 'xstate-check/kernel';
import { commandWrite } from '../../machines/device/command-write.procedure.ts';
import { lowPower } from '../../machines/device/low-power.resource.ts';
import { pageFault } from '../../machines/device/page-fault.procedure.ts';
import { mutex } from '../../machines/locks/mutex.resource.ts';
import { barPtes } from '../../machines/type1/bar-ptes.resource.ts';
import { type1DoMap } from '../../machines/type1/do-map.procedure.ts';
import { type1DoUnmap } from '../../machines/type1/do-unmap.procedure.ts';
import { vaddrGetPfns } from '../../machines/type1/vaddr-get-pfns.procedure.ts';
import { vfioDma } from '../../machines/type1/vfio-dma.resource.ts';
import { type Design, designOf, revisionsOf } from '../revisions/index.ts';
import { contractSystem } from '../shared/contract.ts';
import { deviceResources, MUTEX, movePart, RWSEM, rwsemPart } from '../shared/parts.ts';
import { procedureRules, returnsOf } from '../shared/rules.ts';
import { decodes, isIdle, untouched } from '../shared/words.ts';
import { mapCalls } from './calls.ts';
import { FOLLOW_PFN } from './sources.ts';

const DEV = 'dev[0]';
const DMA = 'dma[0]';
const OWNER = 'command_write';
const MAPS = 'map_dma';
const UNMAPS = 'unmap_dma';
const bind = { dev: DEV, dma: DMA };

/** In the order in which they nest. */
const LOCKS: readonly Lock[] = [
  { name: 'iommu.lock', kind: MUTEX },
  { name: 'mm.mmap_lock', kind: RWSEM },
  { name: `${DEV}.memory_lock`, kind: RWSEM },
];

/** A container of type1 that maps the BAR of a device whose owner switches its memory off and on. */
export const mapFamily: SystemFamily = {
  name: 'type1-map',
  title: 'VFIO_IOMMU_MAP_DMA of a mapped BAR against a write of PCI_COMMAND of its owner',
  defaultScope: { devices: 1 },
  ...revisionsOf([], { also: ['move', 'commandWrite', 'pageFault', 'type1'] }),
  build({ scope, revision }): System {
    const threads = threadsOf(designOf(revision));
    const parts = [
      ...threads,
      ...deviceResources(0, 'open', threads),
      resource(`${DEV}.low_power`, lowPower(), threads, 'low_power', DEV),
      resource(`${DEV}.ptes`, barPtes(), threads, 'mm', DEV),
      resource('iommu.lock', mutex(), threads, 'mutex'),
      rwsemPart('mm.mmap_lock', threads),
      resource(DMA, vfioDma(), threads, 'vfio_dma'),
    ];
    const { monitors, properties } = rulesOf(parts);
    return {
      name: 'type1-map',
      revision,
      scope,
      parts: [...parts, ...monitors],
      calls: mapCalls,
      environment: ['user'],
      unused: {
        ...untouched('power', 'reset'),
      },
      properties: [unreachable(), ...returns(), ...properties],
    };
  },
};

function threadsOf(design: Design): Part[] {
  const write = procedure(OWNER, commandWrite(), { thread: OWNER, roles: [OWNER], bind });
  return [
    { ...write, rename: (label) => (label.endsWith(':failed') ? [] : write.rename(label)) },
    movePart(0, [], OWNER, design),
    procedure(MAPS, type1DoMap(), { thread: MAPS, roles: ['type1_do_map'], bind }),
    procedure('vaddr_get_pfns', vaddrGetPfns(), { thread: MAPS, roles: ['vaddr_get_pfns'], bind }),
    procedure('page_fault', pageFault(), { thread: MAPS, roles: ['page_fault'], bind }),
    procedure(UNMAPS, type1DoUnmap(), { thread: UNMAPS, roles: ['type1_do_unmap'], bind }),
  ];
}

/** The rules of every system of procedures, with the locks that type1 adds. */
function rulesOf(parts: readonly Part[]): { monitors: Part[]; properties: Property[] } {
  const contract = contractSystem('type1-map-contract', {
    devices: 1,
    buffers: [],
    importers: [],
    initially: 'running',
  });
  const common = procedureRules(parts, { devices: 1, buffers: 0 }, contract, mapCalls);
  const own: Readonly<Record<string, Part[]>> = {
    'lock-balance': balanceMonitors(parts, LOCKS, returnsOf(mapCalls)),
    'lock-order': orderMonitors(parts, LOCKS),
  };
  const kept = common.monitors.filter(({ name }) => !/^(?:balance|order)\(/.test(name));
  return {
    monitors: [...kept, ...Object.values(own).flat()],
    properties: common.properties.map((property) => {
      const of = own[property.id];
      if (property.kind !== 'monitor' || of === undefined) return property;
      return { ...property, parts: of.map(({ name }) => name) };
    }),
  };
}

/** What breaks, under the name by which the same rule is asked of iommufd and all other importers. */
function unreachable(): Property {
  return {
    id: 'disabled-means-unreachable',
    kind: 'invariant',
    title: 'no DMA of the container reaches the BAR while the device does not decode',
    when: not(decodes(DEV)),
    then: not(
      said(
        is(DMA, 'mapped'),
        'the IOMMU has an entry for the BAR',
        'the IOMMU has no entry for the BAR',
      ),
    ),
    rule: 'S1',
    source: FOLLOW_PFN,
    consequence: 'DMA reaches a BAR that is off, or that belongs to the next driver',
  };
}

function returns(): Property[] {
  return [OWNER, MAPS, UNMAPS].map((thread) => ({
    id: `returns(${thread})`,
    kind: 'leads-to',
    title: `a call of ${thread} that has begun returns`,
    when: not(isIdle(thread)),
    then: isIdle(thread),
    rule: 'L2',
    source: 'derived: L2',
    consequence: 'a task hangs in D state',
  }));
}
