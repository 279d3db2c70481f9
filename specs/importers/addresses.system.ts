import { attachedIova } from '../../machines/dma-buf/attached-iova.procedure.ts';
import { dmaAddress } from '../../machines/dma-buf/dma-address.resource.ts';
import { dmaState } from '../../machines/dma-buf/dma-state.resource.ts';
import { freeSgt } from '../../machines/dma-buf/free-sgt.procedure.ts';
import { iova } from '../../machines/dma-buf/iova.resource.ts';
import { mapAttachment } from '../../machines/dma-buf/map-attachment.procedure.ts';
import { physVecToSgt } from '../../machines/dma-buf/phys-vec-to-sgt.procedure.ts';
import { is, not, said } from '../../src/check/predicate.ts';
import type { Property } from '../../src/check/property.ts';
import { type Part, procedure, resource } from '../../src/system/part.ts';
import type { SystemFamily } from '../../src/system/system.ts';
import { range } from '../dma-buf/contract.ts';
import { designOf, revisionsOf } from '../revisions/index.ts';
import { addressCalls } from './address-calls.ts';

const THREAD = 'importer[0]';
const bind = { att: 'att[0]' };

/** One importer that attaches, maps, unmaps and detaches, down to the DMA API. */
export const addressFamily: SystemFamily = {
  name: 'dma-addresses',
  title: 'the DMA addresses of one attachment: map, unmap, and every way in which a map fails',
  defaultScope: { ranges: 2 },
  confidence: { ranges: 4 },
  ...revisionsOf(['addresses']),
  build({ scope, revision }) {
    const ranges = Math.max(1, scope.ranges ?? 0);
    const inAttach = designOf(revision).addresses.iova === 'in_attach';
    const threads = inAttach ? [importerPart(attachedIova())] : threadsOf(ranges);
    const entries = inAttach ? [] : range(ranges).map((i) => entryPart(i, threads));
    return {
      name: 'dma-addresses',
      revision,
      scope,
      parts: [
        ...threads,
        resource('att[0].iova', iova(), threads, 'iova', 'att[0]'),
        resource('att[0].state', dmaState(), threads, 'dma_state', 'att[0]'),
        ...entries,
      ],
      calls: addressCalls,
      environment: ['user'],
      properties: propertiesOf(entries),
    };
  },
};

function importerPart(machine: ReturnType<typeof mapAttachment> | ReturnType<typeof attachedIova>) {
  return procedure(THREAD, machine, { thread: THREAD, roles: ['importer'], bind });
}

function threadsOf(ranges: number): Part[] {
  const called = (name: string, machine: Part['machine'], outcomes: readonly string[]) =>
    procedure(name, machine, {
      thread: THREAD,
      roles: [name],
      bind,
      variant: name,
      also: Object.fromEntries(
        outcomes.map((outcome) => [
          `att.${name}:${outcome}`,
          [`att[0].${name}:${outcome}@${THREAD}`],
        ]),
      ),
    });
  return [
    importerPart(mapAttachment()),
    called('phys_vec_to_sgt', physVecToSgt(ranges), ['begin', 'ok', '-EINVAL', '-ENOMEM']),
    called('free_sgt', freeSgt(ranges), ['begin', 'end']),
  ];
}

function entryPart(i: number, users: readonly Part[]): Part {
  return resource(`att[0].entry[${i}]`, dmaAddress(), users, 'entry');
}

function propertiesOf(entries: readonly Part[]): Property[] {
  const never = (
    id: string,
    state: string,
    rest: Pick<Property, 'title' | 'source' | 'consequence'>,
  ) => {
    const words = 'the IOVA range of att[0]';
    const way = state.replaceAll('_', ' ');
    return {
      id,
      kind: 'invariant',
      when: said(
        is('att[0].iova', 'allocated', state),
        `${words} was allocated`,
        `${words} was not allocated`,
      ),
      then: not(said(is('att[0].iova', state), `${words} is ${way}`, `${words} is not ${way}`)),
      ...rest,
    } satisfies Property;
  };
  return [
    never('iova-not-leaked', 'leaked', {
      title: 'an IOVA range that is allocated is destroyed before its state is freed',
      source: 'derived: dma_iova_try_alloc, dma_iova_destroy',
      consequence: 'the importer runs out of IO virtual addresses',
    }),
    never('iova-used-while-allocated', 'used_after_destroy', {
      title: 'a mapping is linked into an IOVA range that is there',
      source: 'Jason Gunthorpe on v5 9/9, 2025-10-17, <20251017155850.GN3901471@nvidia.com>',
      consequence: 'DMA goes to addresses that somebody else may have by now',
    }),
    never('iova-destroyed-once', 'destroyed_twice', {
      title: 'an IOVA range is destroyed once',
      source: 'Jason Gunthorpe on v5 9/9, 2025-10-17, <20251017155850.GN3901471@nvidia.com>',
      consequence: 'a mapping of somebody else is taken down',
    }),
    ...(entries.length === 0
      ? []
      : [
          {
            id: 'entries-filled',
            kind: 'monitor',
            title: 'only entries that were filled are unmapped',
            parts: entries.map(({ name }) => name),
            source: 'derived: dma_map_phys, dma_unmap_phys',
            consequence: 'dma_unmap_phys() of address 0 and length 0',
          } satisfies Property,
        ]),
    {
      id: 'call-returns',
      kind: 'leads-to',
      title: 'a call of the importer returns',
      when: not(is(THREAD, 'detached', 'attached', 'mapped')),
      then: is(THREAD, 'detached', 'attached', 'mapped'),
      source:
        'derived: L2; the way between two devices stays what it is, however often it is asked',
      consequence: 'the task of the importer spins in the kernel',
    },
    {
      id: 'rest',
      kind: 'rest',
      title: 'every call can return',
      source: 'derived: L2',
    },
    { id: 'deadlock', kind: 'deadlock', title: 'something can always move', source: 'derived: L2' },
    {
      id: 'totality',
      kind: 'totality',
      title: 'every call has exactly one answer',
      source: 'derived',
    },
  ];
}
