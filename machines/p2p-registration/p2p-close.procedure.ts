import { freeMarks, NOTHING, teardownLabels, teardownSetup, teardownStates } from './teardown.ts';

export const labels = [
  'dev.close:begin',
  ...teardownLabels,
  'dev_set.lock.mutex_lock',
  'dev.disable',
  'dev_set.lock.mutex_unlock',
  'dev.close:ok',
] as const;

const RFC =
  '[RFC PATCH 0/5] vfio/pci: Support ZONE_DEVICE-backed P2P Registration, 2026-06-10, section 3: "or session termination"';

/**
 * The last close of a device with registered BARs. The kernel calls vfio_pci_core_close_device() with
 * dev_set->lock held; the teardown is ahead of it, because its wait would keep every device of the set
 * from being opened and closed.
 */
export function p2pClose(bars: number) {
  return teardownSetup(bars).createMachine({
    id: 'p2p_close',
    description: 'the last close of a device with registered BARs, as the RFC states it',
    meta: { labels, index: { b: bars }, source: RFC },
    context: NOTHING,
    initial: 'open',
    states: {
      open: { tags: ['quiescent'], on: { 'dev.close:begin': 'teardown' } },
      teardown: {
        meta: { source: 'derived: where in the close is not stated' },
        initial: 'lock',
        states: teardownStates(bars, 'p2p_close.teardown', '#p2p_close.marks', 'dev.close:begin'),
      },
      marks: freeMarks(bars, '#p2p_close.unlock'),
      unlock: { on: { 'dev.memory_lock.up_write': 'set' } },
      set: {
        meta: { source: 'vfio_df_close, vfio_df_group_close, v7.3' },
        on: { 'dev_set.lock.mutex_lock': { target: 'disable', meta: { commits: 'dev.begin' } } },
      },
      disable: {
        description: 'vfio_pci_core_disable(): the device is reset and disabled',
        tags: ['resets'],
        on: { 'dev.disable': { target: 'unset', meta: { commits: 'dev.close:ok' } } },
      },
      unset: { on: { 'dev_set.lock.mutex_unlock': 'return' } },
      return: { on: { 'dev.close:ok': 'closed' } },
      closed: { tags: ['quiescent', 'closed'] },
    },
  });
}
