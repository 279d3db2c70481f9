import { setup } from 'xstate';

export const labels = ['made', 'reset', 'opened'] as const;

/**
 * Whose BAR an entry of the IOMMU reaches, if it is there: that of the owner who let it be made, or of
 * somebody later.
 */
export const entryOwner = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'entry_owner',
  description: 'what became of the device since an entry of the IOMMU was made for its BAR',
  meta: { labels, source: 'derived: D.2, the follow_pfn problem of type1; 35c3503908d3' },
  initial: 'none',
  states: {
    none: { on: { made: 'ours', reset: 'none', opened: 'none' } },
    ours: { on: { made: 'ours', reset: 'through_reset', opened: 'of_the_next' } },
    through_reset: {
      description: 'the device was reset beneath it',
      on: { made: 'ours', reset: 'through_reset', opened: 'of_the_next' },
    },
    of_the_next: {
      description: 'the device was closed, and somebody has opened it since',
      on: { made: 'ours', reset: 'of_the_next', opened: 'of_the_next' },
    },
  },
});
