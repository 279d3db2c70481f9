// Truth: the C of v7.3.
import { setup } from 'xstate';

export const labels = [
  'dev.open_other:begin',
  'dev_set.lock.mutex_lock',
  'dev_set.lock.mutex_unlock',
  'dev.open_other:ok',
] as const;

/** The open, or close, of another device of the set: it needs dev_set->lock, and nothing of this device. */
export function openOther() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'open_other',
    description: 'vfio_df_open(), vfio_df_close() of another device of the set',
    meta: { labels, source: 'vfio_df_open, vfio_df_group_open, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.open_other:begin': 'lock' } },
      lock: { on: { 'dev_set.lock.mutex_lock': 'unlock' } },
      unlock: { on: { 'dev_set.lock.mutex_unlock': 'return' } },
      return: { on: { 'dev.open_other:ok': 'idle' } },
    },
  });
}
