import { setup } from 'xstate';

export const labels = ['granted', 'refused', 'step', 'return'] as const;

/** What a call may do only where it was allowed to: it has asked, and the answer was yes. */
export const permission = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'permission',
  meta: { labels },
  initial: 'not_granted',
  states: {
    not_granted: {
      description: 'nobody has asked yet, or it was refused',
      on: { granted: 'granted', refused: 'not_granted', step: 'taken', return: 'not_granted' },
    },
    granted: {
      on: { granted: 'granted', refused: 'not_granted', step: 'granted', return: 'not_granted' },
    },
    taken: {
      tags: ['violation'],
      meta: { finding: 'the step is taken and was not granted' },
      on: { granted: 'taken', refused: 'taken', step: 'taken', return: 'taken' },
    },
  },
});
