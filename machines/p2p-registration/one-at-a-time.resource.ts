// Truth: what the rules ask for; nobody has code of it.
import { assign, setup } from 'xstate';

export const labels = [
  'mapper.begin',
  'mapper.step',
  'mapper.return',
  'mapper.once',
  'io.begin',
  'io.step',
  'io.submit',
  'io.complete',
  'io.return',
  'unbind.begin',
  'unbind.step',
  'unbind.waits',
  'unbind.goes_on',
  'unbind.return',
  'touch',
] as const;

/**
 * The order in which one process can have calls done on a kernel that nobody stops: each is over before
 * the next one begins, but for an O_DIRECT, which is in flight for a while, and an unbind, which sleeps
 * where it waits for pages.
 */
export function oneAtATime() {
  const machine = setup({
    types: {
      context: {} as { flies: boolean; waits: boolean },
      events: {} as { type: string },
    },
    guards: {
      nothingFlies: ({ context }) => !context.flies,
      flies: ({ context }) => context.flies,
      nobodyWaits: ({ context }) => !context.waits,
      waits: ({ context }) => context.waits,
    },
    actions: {
      take_off: assign({ flies: true }),
      land: assign({ flies: false }),
      sleep: assign({ waits: true }),
      wake: assign({ waits: false }),
    },
  });
  return machine.createMachine({
    id: 'one_at_a_time',
    description: 'one call at a time, but for an I/O in flight and an unbind that waits',
    meta: { labels, source: 'derived: what one process can arrange on a kernel as it is' },
    context: { flies: false, waits: false },
    initial: 'nobody',
    states: {
      nobody: {
        on: {
          touch: 'nobody',
          'mapper.once': 'nobody',
          'mapper.begin': 'mapper',
          'io.begin': { guard: 'nothingFlies', target: 'io' },
          'io.complete': { guard: 'flies', target: 'io', actions: 'land' },
          'unbind.begin': { guard: 'nobodyWaits', target: 'unbind' },
          'unbind.goes_on': { guard: 'waits', target: 'unbind', actions: 'wake' },
        },
      },
      mapper: { on: { 'mapper.step': 'mapper', 'mapper.return': 'nobody' } },
      io: {
        on: {
          'io.step': 'io',
          'io.submit': { target: 'nobody', actions: 'take_off' },
          'io.return': 'nobody',
        },
      },
      unbind: {
        on: {
          'unbind.step': 'unbind',
          'unbind.waits': { target: 'nobody', actions: 'sleep' },
          'unbind.return': 'nobody',
        },
      },
    },
  });
}
