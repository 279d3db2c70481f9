import { setup } from 'xstate';

export const labels = ['right', 'wrong'] as const;

/** Whether what was asked for is what was got. */
export const rightByte = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'right_byte',
  description: 'whether what was asked for is what was got',
  meta: { labels, source: 'derived: D-04' },
  initial: 'watching',
  states: {
    watching: { on: { right: 'watching', wrong: 'missed' } },
    missed: {
      tags: ['violation'],
      meta: { finding: 'it is not what was asked for' },
      on: { right: 'missed', wrong: 'missed' },
    },
  },
});
