import { setup } from 'xstate';

export const labels = ['called'] as const;

/** Whether a driver that imports gets physical addresses. */
export const rawAddresses = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'raw_addresses',
  description: 'no importer calls map_phys',
  meta: {
    labels,
    source:
      'Christian König on 21 of the series, April 2026: physical addresses in importers are refused; Jason Gunthorpe, 2026-04-22: a converter alone sees them',
  },
  initial: 'hidden',
  states: {
    hidden: { tags: ['quiescent'], on: { called: 'seen' } },
    seen: {
      tags: ['violation', 'quiescent'],
      meta: { finding: 'is given physical addresses' },
      on: { called: 'seen' },
    },
  },
});
