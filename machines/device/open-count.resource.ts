import { assign, setup } from 'xstate';

export const labels = ['open_count:one', 'open_count:more', 'open_count.dec'] as const;

/**
 * How many devices of a set are open, where each is opened once: `vfio_device_set_open_count()`.
 *
 * @param open - how many are at the beginning
 */
export function openCount(open: number) {
  const several = open < 2 && { meta: { unused: true } };
  return setup({
    types: {
      context: {} as { open: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      one: ({ context }) => context.open === 1,
      several: ({ context }) => context.open > 1,
    },
    actions: { drop: assign({ open: ({ context }) => context.open - 1 }) },
  }).createMachine({
    id: 'open_count',
    description: 'struct vfio_device: open_count, summed up over the set',
    meta: {
      labels,
      source: 'vfio_df_close, vfio_device_set_open_count, drivers/vfio/vfio_main.c, v7.3',
    },
    context: { open },
    initial: 'open',
    states: {
      open: {
        on: {
          'open_count:one': { guard: 'one', target: 'open' },
          'open_count:more': { guard: 'several', target: 'open', ...several },
          'open_count.dec': [
            { guard: 'several', target: 'open', actions: 'drop', ...several },
            { target: 'none', actions: 'drop' },
          ],
        },
      },
      none: {
        description: 'vfio_pci_dev_set_needs_reset() asks whether there is more than one',
        on: { 'open_count:one': 'none', 'open_count.dec': 'underflow' },
      },
      underflow: {
        tags: ['violation'],
        meta: { finding: 'is counted down while nobody has a device of the set open: it wraps' },
        on: { 'open_count:more': 'underflow', 'open_count.dec': 'underflow' },
      },
    },
  });
}
