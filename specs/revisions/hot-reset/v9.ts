import type { Difference } from '../design.ts';

const end = { commits: 'dev[i].end' };

/** Up to v9: the vconfig of a device is read whether it is open or not (P6). */
export const openCountNotTested: Difference = {
  at: ['hotReset'],
  states: {
    'hot_reset.unwind': {
      description: 'err_undo: from the last device taken back to the first, un-revoke and unlock',
      initial: 'memory_enabled',
      states: {
        memory_enabled: {
          on: {
            'dev[i].memory_enabled:true': 'unrevoke',
            'dev[i].memory_enabled:false': 'unlock',
          },
        },
        unrevoke: { on: { 'dev[i].move(false):begin': 'unrevoking' } },
        unrevoking: { on: { 'dev[i].move(false):end': 'unlock' } },
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
  defects: ['P6'],
  source: 'Alex Williamson on v9, 2025-11-20, <20251120170413.050ccbb5.alex@shazbot.org>',
};
