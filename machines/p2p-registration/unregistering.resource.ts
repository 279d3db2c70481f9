// Truth: what the rules ask for; nobody has code of it.
import { assign, setup } from 'xstate';

/**
 * Whether any BAR of a device is being unregistered: the marks, taken together.
 *
 * @param bars - the BARs of the device
 */
export function unregistering(bars: number) {
  const machine = setup({
    types: { context: {} as { bits: number }, events: {} as { type: string } },
    guards: { isLast: ({ context }, bar: number) => (context.bits & ~(1 << bar)) === 0 },
    actions: {
      set: assign({ bits: ({ context }, bar: number) => context.bits | (1 << bar) }),
      clear: assign({ bits: ({ context }, bar: number) => context.bits & ~(1 << bar) }),
    },
  });
  const all = Array.from({ length: bars }, (_, bar) => bar);
  const marks = Object.fromEntries(
    all.map((bar) => [
      `bar[${bar}].mark.unregistering`,
      { target: 'some', actions: { type: 'set', params: bar } as const },
    ]),
  );
  return machine.createMachine({
    id: 'unregistering',
    description: 'whether a BAR of the device is marked as being unregistered',
    meta: {
      labels: [
        'dev.unregistering:true',
        'dev.unregistering:false',
        ...all.flatMap((b) => [`bar[${b}].mark.unregistering`, `bar[${b}].mark.free`]),
      ],
      source: 'derived: the pool is that of the device, and the marks are those of its BARs',
    },
    context: { bits: 0 },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'dev.unregistering:false': 'none',
          ...marks,
          ...Object.fromEntries(all.map((bar) => [`bar[${bar}].mark.free`, 'none'])),
        },
      },
      some: {
        on: {
          'dev.unregistering:true': 'some',
          ...marks,
          ...Object.fromEntries(
            all.map((bar) => [
              `bar[${bar}].mark.free`,
              [
                {
                  guard: { type: 'isLast', params: bar } as const,
                  target: 'none',
                  actions: { type: 'clear', params: bar } as const,
                },
                {
                  target: 'some',
                  actions: { type: 'clear', params: bar } as const,
                  meta: { unused: bars < 2 },
                },
              ],
            ]),
          ),
        },
      },
    },
  });
}
