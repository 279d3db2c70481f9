import { all, any, is, not, type Predicate, type Property, said, where } from 'xstate-check';
import { range } from '../shared/contract.ts';
import { oneAnswer, somethingMoves } from '../shared/every-system.ts';
import { isIdle } from '../shared/words.ts';

/** The parts of `dma-addresses` that the rules speak of, in one place. */
export const ADDRESS_PARTS = {
  iova: 'att[0].iova',
  table: 'att[0].table',
  entry: (i: number) => `att[0].entry[${i}]`,
  length: (i: number) => `att[0].phys_vec[${i}]`,
  slot: (n: number) => `att[0].slot[${n}]`,
  handle: 'att[0].handle',
  fails: 'fails(att[0].map)',
};

/** An invariant that a resource is never in one of its states. */
function never(
  id: string,
  part: string,
  seen: string,
  state: string,
  rest: Pick<Property, 'title' | 'source' | 'consequence'>,
) {
  const words = part === ADDRESS_PARTS.iova ? 'the IOVA range of att[0]' : 'the table of att[0]';
  const way = state.replaceAll('_', ' ');
  const before = seen.replaceAll('_', ' ');
  return {
    id,
    kind: 'invariant',
    when: said(is(part, seen, state), `${words} was ${before}`, `${words} was not ${before}`),
    then: not(said(is(part, state), `${words} is ${way}`, `${words} is not ${way}`)),
    ...rest,
  } satisfies Property;
}

function iovaRules(): Property[] {
  const { iova } = ADDRESS_PARTS;
  const mail = 'Jason Gunthorpe on v5 9/9, 2025-10-17, <20251017155850.GN3901471@nvidia.com>';
  return [
    never('iova-not-leaked', iova, 'allocated', 'leaked', {
      title: 'an IOVA range that is allocated is destroyed before its state is freed',
      source: 'derived: dma_iova_try_alloc, dma_iova_destroy',
      consequence: 'the importer runs out of IO virtual addresses',
    }),
    never('iova-used-while-allocated', iova, 'allocated', 'used_after_destroy', {
      title: 'a mapping is linked into an IOVA range that is there',
      source: mail,
      consequence: 'DMA goes to addresses that somebody else may have by now',
    }),
    never('iova-destroyed-once', iova, 'allocated', 'destroyed_twice', {
      title: 'an IOVA range is destroyed once',
      source: mail,
      consequence: 'a mapping of somebody else is taken down',
    }),
  ];
}

/** The ways to choose `count` of the slots. */
function choices(slots: readonly number[], count: number): number[][] {
  if (count === 0) return [[]];
  return slots.flatMap((slot, at) =>
    choices(slots.slice(at + 1), count - 1).map((rest) => [slot, ...rest]),
  );
}

/** Whether every unit of a range has a slot of the IOVA range to itself, one behind the other. */
function hasSlots(i: number, ranges: number): Predicate {
  const holds = (n: number) =>
    where(ADDRESS_PARTS.slot(n), `holds a unit of range ${i}`, ({ of }) => of === i);
  const slots = range(2 * ranges);
  const exactly = (count: number) =>
    any(
      ...choices(slots, count)
        .filter((chosen) => chosen.every((n, k) => n === chosen[0]! + k))
        .map((chosen) => all(...slots.map((n) => (chosen.includes(n) ? holds(n) : not(holds(n)))))),
    );
  const length = ADDRESS_PARTS.length(i);
  return any(all(is(length, 'one'), exactly(1)), all(is(length, 'two'), exactly(2)));
}

/** What is to hold of the addresses that an importer is given. */
function addressRules(ranges: number): Property[] {
  const slots = range(2 * ranges);
  const entries = range(ranges).map((i) => ADDRESS_PARTS.entry(i));
  return [
    {
      id: 'every-range-has-its-addresses',
      kind: 'invariant',
      title: 'an importer that may use a mapping has addresses of its own for every range',
      when: is(ADDRESS_PARTS.handle, 'mapped'),
      then: said(
        all(
          ...range(ranges).map((i) =>
            any(is(ADDRESS_PARTS.entry(i), 'bus', 'mapped'), hasSlots(i, ranges)),
          ),
        ),
        'every range has addresses of its own',
        'a range has no addresses of its own',
      ),
      rule: 'S11',
      source: 'derived: dma_buf_phys_vec_to_sgt, v7.3, returns the scatterlist of all ranges',
      consequence: 'DMA of the importer ends in another range, or faults',
    },
    {
      id: 'routes-agree',
      kind: 'monitor',
      title: 'whether a map succeeds does not depend on how many ranges the buffer has',
      parts: [ADDRESS_PARTS.fails],
      source: 'derived: the same buffer maps through a switch and without an IOMMU',
      consequence: 'a buffer that was exported and attached cannot be mapped by anybody',
    },
    {
      id: 'slots-freed',
      kind: 'monitor',
      title: 'what was linked is unlinked before its IOVA range is freed, and nothing else is',
      parts: slots.map(ADDRESS_PARTS.slot),
      source: 'dma_iova_destroy, v7.3: the range up to mapped_len is all that is linked',
      consequence: 'the next owner of the range finds it taken, or the importer reaches its memory',
    },
    {
      id: 'entries-filled',
      kind: 'monitor',
      title: 'only entries that were filled are unmapped, and all of them',
      parts: entries,
      source: 'derived: dma_map_phys, dma_unmap_phys',
      consequence: 'dma_unmap_phys() of address 0 and length 0',
    },
    never('table-freed', ADDRESS_PARTS.table, 'handed_over', 'lost', {
      title: 'the scatterlist of a mapping is freed',
      source: '__sg_free_table, lib/scatterlist.c, v7.3',
      consequence: 'the kernel loses the memory of a scatterlist each time that this happens',
    }),
  ];
}

/** @param ranges - 0 where only the IOVA range is drawn */
export function addressProperties(ranges: number): Property[] {
  return [
    ...iovaRules(),
    ...(ranges === 0 ? [] : addressRules(ranges)),
    {
      id: 'call-returns',
      kind: 'leads-to',
      title: 'a call of the importer returns',
      when: not(isIdle('importer[0]')),
      then: isIdle('importer[0]'),
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
    somethingMoves('derived: L2'),
    oneAnswer,
  ];
}
