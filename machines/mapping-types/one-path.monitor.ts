import { setup } from 'xstate';

export const labels = ['begun', 'tried', 'failed', 'returned'] as const;

/** Whether an import that could not attach, or could not map, tries it by another way. */
export const onePath = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'one_path',
  description: 'an import tries one way to its mapping and answers what that says',
  meta: {
    labels,
    source: 'Jason Gunthorpe on RFC v2, 2025-10-31: no three paths in importers',
  },
  initial: 'out',
  states: {
    out: {
      tags: ['quiescent'],
      on: { begun: 'begun', tried: 'out', failed: 'out', returned: 'out' },
    },
    begun: { on: { begun: 'begun', tried: 'begun', failed: 'failed', returned: 'out' } },
    failed: { on: { begun: 'begun', tried: 'again', failed: 'failed', returned: 'out' } },
    again: {
      tags: ['violation'],
      meta: { finding: 'falls back to another way when the first has failed' },
      on: { begun: 'begun', tried: 'again', failed: 'again', returned: 'out' },
    },
  },
});
