import type { Difference } from '../design.ts';
import { unrevokeInALoop } from './v5.ts';

/**
 * v6: access comes back in a forward loop of its own. It leaves `vdev` at the list head, so that the
 * loop that unlocks, which starts from `vdev`, has nothing to do and the locks stay held (P4, P5).
 */
export const unrevokeBeforeUnlock: Difference = {
  at: ['hotReset'],
  states: {
    'hot_reset.take.own': {
      description: 'bound to the same iommufd, or in a group whose file was passed',
      on: {
        'dev[i].owned:true': 'lock',
        'dev[i].owned:false': [
          {
            guard: 'first',
            target: '#hot_reset.put_all',
            actions: { type: 'fail', params: '-EINVAL' },
          },
          {
            target: '#hot_reset.unrevoke_all',
            actions: ['fromFirst', { type: 'fail', params: '-EINVAL' }],
          },
        ],
      },
    },
    'hot_reset.take.lock': {
      on: {
        'dev[i].memory_lock.down_write_trylock:1': {
          target: 'revoke',
          meta: { commits: 'dev[i].begin' },
        },
        'dev[i].memory_lock.down_write_trylock:0': [
          {
            guard: 'first',
            target: '#hot_reset.put_all',
            actions: { type: 'fail', params: '-EBUSY' },
          },
          {
            target: '#hot_reset.unrevoke_all',
            actions: ['fromFirst', { type: 'fail', params: '-EBUSY' }],
          },
        ],
      },
    },
    ...unrevokeInALoop({ target: '#hot_reset.put_all', actions: 'fromFirst' }),
    'hot_reset.unwind': 'gone',
  },
  defects: ['P4', 'P5'],
  source: 'Alex Williamson on v6 10/11, 2025-11-02, <20251102080137.209aa567@shazbot.org>',
};
