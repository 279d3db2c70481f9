import { assign, setup } from 'xstate';

/** The labels of a slot: which range of the buffer is linked into it is a part of the step. */
export function slotLabels(ranges: number): string[] {
  const links = Array.from({ length: ranges }, (_, i) =>
    ['ok', '-EADDRINUSE', '-ENOMEM'].map((outcome) => `range[${i}].link:${outcome}`),
  );
  return [...links.flat(), 'unlink', 'iova.destroy'];
}

/**
 * One unit (a page, or as many as the IOMMU's smallest is) of a range of IO virtual addresses, as the
 * page table of the IOMMU has it: nothing, or a part of one range of the buffer. A link into a slot
 * that is taken is refused; nothing is written over.
 *
 * @param ranges - how many ranges the buffer has
 */
export function iovaSlot(ranges: number) {
  const machine = setup({
    types: { context: {} as { of: number } },
    actions: {
      holds: assign((_, of: number) => ({ of })),
      nothing: assign({ of: -1 }),
    },
  });
  const of = Array.from({ length: ranges }, (_, i) => i);
  const links = (outcome: string, target: string) =>
    Object.fromEntries(of.map((i) => [`range[${i}].link:${outcome}`, target]));

  /** Where the page table has nothing. */
  const empty = {
    ...Object.fromEntries(
      of.map((i) => [
        `range[${i}].link:ok`,
        { target: 'linked', actions: { type: 'holds', params: i } },
      ]),
    ),
    unlink: 'unlinked_empty',
  };
  /** Where it has something, whoever it belongs to. */
  const taken = (state: string) => ({
    ...links('-EADDRINUSE', state),
    unlink: { target: 'empty', actions: 'nothing' as const },
    'iova.destroy': 'left_linked',
  });

  return machine.createMachine({
    id: 'iova_slot',
    description: 'one entry of the IOMMU page table, below a range of IO virtual addresses',
    meta: {
      labels: slotLabels(ranges),
      source:
        'iommu_map_nosync, __map_range_leaf, drivers/iommu/generic_pt/iommu_pt.h, v7.3: -EADDRINUSE; ' +
        'on arm64 __arm_lpae_map answers -EEXIST and warns (drivers/iommu/io-pgtable-arm.c, v7.3)',
    },
    context: { of: -1 },
    initial: 'empty',
    states: {
      empty: {
        tags: ['quiescent'],
        on: { ...empty, ...links('-ENOMEM', 'empty'), 'iova.destroy': 'empty' },
      },
      linked: { tags: ['quiescent'], on: taken('linked') },
      unlinked_empty: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is unlinked and was not linked: WARN_ON(unmapped != size)' },
        on: {
          ...empty,
          ...links('-ENOMEM', 'unlinked_empty'),
          'iova.destroy': 'unlinked_empty',
        },
      },
      left_linked: {
        tags: ['violation', 'quiescent'],
        meta: {
          finding: 'is still linked when the range is freed: the next owner cannot link there',
        },
        on: taken('left_linked'),
      },
    },
  });
}
