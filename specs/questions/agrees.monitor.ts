import { setup } from 'xstate';

export const labels = ['told', 'begin', 'denied', 'answered', 'changed'] as const;

/**
 * What somebody was told is what the next call answers: one that begins when it is told, and that
 * nothing overtakes. A call that was under way when it was told may answer what was so before.
 */
export const agrees = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'agrees',
  meta: { labels, source: 'derived: what a caller takes from an errno or an eventfd' },
  initial: 'untold',
  states: {
    untold: {
      on: {
        told: 'told',
        begin: 'under_way',
        denied: 'untold',
        answered: 'untold',
        changed: 'untold',
      },
    },
    under_way: {
      description: 'a call that began before anything was told',
      on: {
        told: 'told_under_way',
        begin: 'under_way',
        denied: 'untold',
        answered: 'untold',
        changed: 'under_way',
      },
    },
    told_under_way: {
      on: {
        told: 'told_under_way',
        begin: 'told_under_way',
        denied: 'told',
        answered: 'told',
        changed: 'under_way',
      },
    },
    told: {
      on: { told: 'told', begin: 'asked', denied: 'told', answered: 'told', changed: 'untold' },
    },
    asked: {
      on: {
        told: 'asked',
        begin: 'asked',
        denied: 'denied',
        answered: 'told',
        changed: 'under_way',
      },
    },
    denied: {
      tags: ['violation'],
      meta: { finding: 'the next call answers something else than its caller was told' },
      on: {
        told: 'denied',
        begin: 'denied',
        denied: 'denied',
        answered: 'denied',
        changed: 'denied',
      },
    },
  },
});
