// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = [
  'bus.hot_reset:begin',
  'bus.hot_reset:ok',
  'dev.open:ok',
  'dev.close:begin',
] as const;

const LOCK = 'vfio_pci_dev_set_hot_reset, vfio_df_open, vfio_df_close, v7.3: dev_set->lock';

/** The devices that a hot reset resets together: none of them is opened or closed meanwhile. */
export const devSet = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'dev_set',
  description: 'struct vfio_device_set',
  meta: { labels, source: LOCK },
  initial: 'free',
  states: {
    free: {
      tags: ['quiescent'],
      meta: { source: LOCK },
      on: {
        'dev.open:ok': { target: 'free', meta: { source: LOCK } },
        'dev.close:begin': { target: 'free', meta: { source: LOCK } },
        'bus.hot_reset:begin': { target: 'resetting', meta: { source: LOCK } },
      },
    },
    resetting: {
      meta: { source: LOCK },
      on: { 'bus.hot_reset:ok': { target: 'free', meta: { source: LOCK } } },
    },
  },
});
