import { assign, setup } from 'xstate';

export const labels = ['up', 'down', 'cut'] as const;

/**
 * Nothing of a device is up when the device is cut off: no buffer of it is live, or no region of one
 * reaches it. `cut` is a reset, memory that goes off, the last close.
 *
 * @param most - how many there can be up
 * @param initially - how many are
 */
export function upWhenCut(most: number, initially: number) {
  return setup({
    types: {
      context: {} as { up: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      some: ({ context }) => context.up > 0,
      room: ({ context }) => context.up < most,
    },
    actions: {
      more: assign({ up: ({ context }) => context.up + 1 }),
      less: assign({ up: ({ context }) => context.up - 1 }),
    },
  }).createMachine({
    id: 'up_when_cut',
    description: 'whether anything of a device is up when it is cut off',
    meta: { labels, source: 'derived: S1; vfio_pci_dma_buf_move, v7.3: every buffer of the list' },
    context: { up: initially },
    initial: 'watching',
    states: {
      watching: {
        on: {
          up: [{ guard: 'room', target: 'watching', actions: 'more' }, { target: 'watching' }],
          down: [{ guard: 'some', target: 'watching', actions: 'less' }, { target: 'watching' }],
          cut: [{ guard: 'some', target: 'reached' }, { target: 'watching' }],
        },
      },
      reached: {
        tags: ['violation'],
        meta: { finding: 'the device is cut off while something of it is up' },
        on: { up: 'reached', down: 'reached', cut: 'reached' },
      },
    },
  });
}
