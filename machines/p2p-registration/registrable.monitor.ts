// Truth: what the rules ask for; nobody has code of it.
import { setup } from 'xstate';

export const labels = ['registered', 'ended'] as const;

/** Whether a BAR is registered: at rest where it is, so that it must be possible again and again. */
export const registrable = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'registrable',
  meta: { labels },
  initial: 'not_registered',
  states: {
    not_registered: { on: { registered: 'registered', ended: 'not_registered' } },
    registered: {
      tags: ['quiescent'],
      on: { registered: 'registered', ended: 'not_registered' },
    },
  },
});
