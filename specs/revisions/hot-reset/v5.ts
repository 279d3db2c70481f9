import type { Difference } from '../design.ts';
import { V1_REVIEW, V9_COVER } from '../sources.ts';

const end = { commits: 'dev[i].end' };

/**
 * Access comes back in a forward loop of its own, after pci_reset_bus() whatever it answers.
 *
 * @param then - where the loop leads
 */
export const unrevokeInALoop = (then: { readonly target: string; readonly actions: string }) =>
  ({
    'hot_reset.resetting': {
      description: 'the errno of a failed reset is returned; the way back is the same',
      on: {
        'bus.pci_reset_bus:ok': {
          target: 'unrevoke_all',
          actions: 'fromFirst',
          meta: { commits: 'bus.reset:ok' },
        },
        'bus.pci_reset_bus:-ENOTTY': {
          target: 'unrevoke_all',
          actions: ['fromFirst', { type: 'fail', params: '-ENOTTY' }],
          meta: { commits: 'bus.reset:-ENOTTY' },
        },
      },
    },
    'hot_reset.unrevoke_all': {
      description: 'list_for_each_entry(vdev, &dev_set->device_list): un-revoke',
      initial: 'memory_enabled',
      states: {
        memory_enabled: {
          on: {
            'dev[i].memory_enabled:true': 'unrevoke',
            'dev[i].memory_enabled:false': 'next',
          },
        },
        unrevoke: { on: { 'dev[i].move(false):begin': 'unrevoking' } },
        unrevoking: { on: { 'dev[i].move(false):end': 'next' } },
        next: {
          always: [{ guard: 'more', target: 'memory_enabled', actions: 'next' }, then],
        },
      },
    },
  }) satisfies Difference['states'];

/**
 * v2 to v5: access comes back in a forward loop right after pci_reset_bus(), so a hot reset that
 * fails before the bus is reset gives nothing back (P3).
 */
export const unrevokeAfterReset: Difference = {
  at: ['hotReset'],
  states: {
    ...unrevokeInALoop({ target: '#hot_reset.unwind', actions: 'fromLast' }),
    'hot_reset.unwind': {
      description: 'err_undo: from the last device taken back to the first, unlock',
      initial: 'unlock',
      states: {
        unlock: {
          on: {
            'dev[i].memory_lock.up_write': [
              { guard: 'first', target: '#hot_reset.put_all', actions: 'fromFirst', meta: end },
              { target: '#hot_reset.unwind', actions: 'previous', meta: end },
            ],
          },
        },
      },
    },
  },
  defects: ['P3'],
  source: `${V9_COVER}: v6 "Moved vfio_pci_dma_buf_move() in err_undo block"`,
};

/** The same in v1, which had revoked nothing by then, so that nothing is lost by it. */
export const unrevokeAfterLateRevoke: Difference = {
  ...unrevokeAfterReset,
  defects: [],
  source: `derived: ${V1_REVIEW}`,
};
