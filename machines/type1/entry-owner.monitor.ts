import { setup } from 'xstate';

export const labels = ['made', 'gone', 'reset', 'opened'] as const;

/** Whose BAR an entry of the IOMMU reaches: that of the owner who let it be made, or of somebody later. */
export const entryOwner = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'entry_owner',
  description: 'what became of the device since an entry of the IOMMU was made for its BAR',
  meta: { labels, source: 'derived: D.2, the follow_pfn problem of type1; 35c3503908d3' },
  initial: 'none',
  states: {
    none: { on: { made: 'ours', gone: 'none', reset: 'none', opened: 'none' } },
    ours: { on: { made: 'ours', gone: 'none', reset: 'through_reset', opened: 'of_the_next' } },
    through_reset: {
      description: 'the device was reset beneath it',
      on: { made: 'through_reset', gone: 'none', reset: 'through_reset', opened: 'of_the_next' },
    },
    of_the_next: {
      description: 'the device was closed, and somebody has opened it since',
      on: { made: 'of_the_next', gone: 'none', reset: 'of_the_next', opened: 'of_the_next' },
    },
  },
});
