import { setup } from 'xstate';

export const labels = ['begin', 'granted', 'refused', 'step', 'return'] as const;

/** What a call may do only where it was allowed to: it has asked, and the answer was yes. */
export const permission = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'permission',
  meta: { labels },
  initial: 'outside',
  states: {
    outside: {
      on: {
        begin: 'not_granted',
        granted: 'outside',
        refused: 'outside',
        step: 'taken',
        return: 'outside',
      },
    },
    not_granted: {
      description: 'nobody has asked yet, or it was refused',
      on: {
        begin: 'not_granted',
        granted: 'granted',
        refused: 'not_granted',
        step: 'taken',
        return: 'outside',
      },
    },
    granted: {
      on: {
        begin: 'not_granted',
        granted: 'granted',
        refused: 'not_granted',
        step: 'granted',
        return: 'outside',
      },
    },
    taken: {
      tags: ['violation'],
      meta: { finding: 'the step is taken and was not granted' },
      on: { begin: 'taken', granted: 'taken', refused: 'taken', step: 'taken', return: 'taken' },
    },
  },
});
