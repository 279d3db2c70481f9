// Truth: what the RFC states; where it is silent, derived.
import { RFC0 } from './rfc.ts';
import { freeMarks, NOTHING, teardownLabels, teardownSetup, teardownStates } from './teardown.ts';

export const labels = [
  'dev.device_reset:begin',
  ...teardownLabels,
  'dev.reset:begin',
  'dev.reset:end',
  'dev.device_reset:ok',
] as const;

const STATED = `${RFC0}, section 3: "VFIO invokes this helper during device reset"`;

/**
 * VFIO_DEVICE_RESET as far as registered BARs have to do with it: it tears them down, then resets under
 * memory_lock. vfio_pci_ioctl_reset() is vfio-pci's own and takes no lock ahead of memory_lock, so that a
 * teardown without a lock is within the diffstat. What a reset does besides (device_reset) is about DMABUFs and VMAs of BARs, of which a
 * registered one has none.
 */
export function p2pReset(bars: number) {
  return teardownSetup(bars).createMachine({
    id: 'p2p_reset',
    description: 'VFIO_DEVICE_RESET of a device with registered BARs, as the RFC states it',
    meta: { labels, index: { b: bars }, source: STATED },
    context: NOTHING,
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'dev.device_reset:begin': 'teardown' } },
      teardown: {
        meta: {
          source:
            'derived: where in the reset is not stated; before it, and without memory_lock, because the wait for pages has no end that VFIO knows',
        },
        initial: 'lock',
        states: teardownStates(
          bars,
          'p2p_reset.teardown',
          '#p2p_reset.reset',
          'dev.device_reset:begin',
        ),
      },
      reset: { on: { 'dev.reset:begin': { target: 'resetting', meta: { commits: 'dev.begin' } } } },
      resetting: { tags: ['resets'], on: { 'dev.reset:end': 'marks' } },
      marks: freeMarks(bars, '#p2p_reset.unlock'),
      unlock: {
        on: {
          'dev.memory_lock.up_write': {
            target: 'return',
            meta: { commits: 'dev.device_reset:ok' },
          },
        },
      },
      return: { on: { 'dev.device_reset:ok': 'idle' } },
    },
  });
}
