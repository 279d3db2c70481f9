import type { Difference } from '../design.ts';
import { V1_REVIEW } from '../sources.ts';

const meta = { commits: 'dev[i].power(D0)' };

/** v1: buffers are revoked in the loop that powers up, and not where the BARs are zapped (P2). */
export const revokeWithPowerUp: Difference = {
  at: ['hotReset'],
  states: {
    'hot_reset.take.lock': {
      on: {
        'dev[i].memory_lock.down_write_trylock:1': {
          target: 'zap',
          meta: { commits: 'dev[i].begin' },
        },
        'dev[i].memory_lock.down_write_trylock:0': [
          {
            guard: 'first',
            target: '#hot_reset.put_all',
            actions: { type: 'fail', params: '-EBUSY' },
          },
          {
            target: '#hot_reset.unwind',
            actions: ['previous', { type: 'fail', params: '-EBUSY' }],
          },
        ],
      },
    },
    'hot_reset.take.revoke': 'gone',
    'hot_reset.take.revoking': 'gone',
    'hot_reset.power_up': {
      description: 'only now, with every device locked and zapped',
      meta: { source: V1_REVIEW },
      initial: 'revoke',
      states: {
        revoke: { on: { 'dev[i].move(true):begin': 'revoking' } },
        revoking: { on: { 'dev[i].move(true):end': 'power_up' } },
        power_up: {
          on: {
            'dev[i].set_power_state(D0)': [
              { guard: 'more', target: 'revoke', actions: 'next', meta },
              { target: '#hot_reset.reset', meta },
            ],
          },
        },
      },
    },
  },
  defects: ['P2'],
  source: V1_REVIEW,
};
