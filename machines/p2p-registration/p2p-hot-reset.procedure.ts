// Truth: what the RFC states; where it is silent, derived.
import { RFC0 } from './rfc.ts';
import { freeMarks, NOTHING, teardownLabels, teardownSetup, teardownStates } from './teardown.ts';

export const labels = [
  'dev.hot_reset:begin',
  'dev_set.lock.mutex_lock',
  ...teardownLabels,
  'dev.reset:begin',
  'dev.reset:end',
  'dev_set.lock.mutex_unlock',
  'dev.hot_reset:ok',
] as const;

/**
 * A hot reset that the owner of another device of the set asks for, as far as this device, which has
 * registered BARs. The RFC says "device reset" and not which. vfio_pci_ioctl_pci_hot_reset() asks who
 * owns the devices of the set, and resets them, in one section of dev_set->lock, so that what the reset
 * path waits for it waits for under that lock. Of the locks of other devices, and that this one's
 * memory_lock is tried and not waited for (-EBUSY), nothing is here.
 */
export function p2pHotReset(bars: number) {
  return teardownSetup(bars).createMachine({
    id: 'p2p_hot_reset',
    description:
      'a hot reset by another owner of a device with registered BARs, as the RFC states it',
    meta: { labels, index: { b: bars }, source: `${RFC0}, section 3: "during device reset"` },
    context: NOTHING,
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.hot_reset:begin': 'set' } },
      set: {
        meta: { source: 'vfio_pci_dev_set_hot_reset, v7.3: mutex_lock(&dev_set->lock)' },
        on: { 'dev_set.lock.mutex_lock': 'teardown' },
      },
      teardown: {
        meta: { source: 'derived: ahead of the reset, in vfio_pci_dev_set_hot_reset()' },
        initial: 'lock',
        states: teardownStates(
          bars,
          'p2p_hot_reset.teardown',
          '#p2p_hot_reset.reset',
          'bus.hot_reset:begin',
        ),
      },
      reset: { on: { 'dev.reset:begin': { target: 'resetting', meta: { commits: 'dev.begin' } } } },
      resetting: { tags: ['resets'], on: { 'dev.reset:end': 'marks' } },
      marks: freeMarks(bars, '#p2p_hot_reset.unlock'),
      unlock: {
        on: {
          'dev.memory_lock.up_write': { target: 'unset', meta: { commits: 'bus.hot_reset:ok' } },
        },
      },
      unset: { on: { 'dev_set.lock.mutex_unlock': 'return' } },
      return: { on: { 'dev.hot_reset:ok': 'idle' } },
    },
  });
}
