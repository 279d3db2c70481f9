// Truth: what the RFC states; where it is silent, derived.

import { madeOnce } from '../made-once.ts';
import { RFC0 } from './rfc.ts';
import { freeMarks, NOTHING, teardownLabels, teardownSetup, teardownStates } from './teardown.ts';

export const labels = [
  'dev.close:begin',
  'dev_set.lock.mutex_lock',
  ...teardownLabels,
  'dev.disable',
  'dev_set.lock.mutex_unlock',
  'dev.close:ok',
] as const;

const STATED = `${RFC0}, section 3: "or session termination"`;

/**
 * The last close of a device with registered BARs. The mail says no more than "session termination".
 * Which close is the last is known under dev_set->lock alone (open_count), and vfio-pci hears of it with
 * the lock held, in close_device(); the diffstat has no file of drivers/vfio ahead of that. So the wait for
 * pages is under dev_set->lock, and without memory_lock, where vfio-pci can do without. A teardown ahead of
 * dev_set->lock needs a callback that VFIO does not have: it is in the version that is ours (`completed`).
 */
export const p2pClose = madeOnce(function p2pClose(bars: number) {
  return teardownSetup(bars).createMachine({
    id: 'p2p_close',
    description: 'the last close of a device with registered BARs, as the RFC states it',
    meta: { labels, index: { b: bars }, source: STATED },
    context: NOTHING,
    initial: 'open',
    states: {
      open: { tags: ['quiescent'], on: { 'dev.close:begin': 'set' } },
      set: {
        meta: { source: 'vfio_df_group_close, vfio_df_unbind_iommufd, v7.3' },
        on: { 'dev_set.lock.mutex_lock': 'teardown' },
      },
      teardown: {
        meta: {
          source:
            'derived: in vfio_pci_core_close_device(), v7.3, ahead of vfio_pci_core_disable(); where in it is not stated',
        },
        initial: 'lock',
        states: teardownStates(bars, 'p2p_close.teardown', '#p2p_close.marks', 'dev.close:begin'),
      },
      marks: freeMarks(bars, '#p2p_close.unlock'),
      unlock: {
        on: {
          'dev.memory_lock.up_write': { target: 'disable', meta: { commits: 'dev.begin' } },
        },
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
});
