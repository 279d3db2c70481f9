import type { Difference } from '../design.ts';
import { V1_REVIEW } from '../sources.ts';

/** v1: a function level reset revokes twice and gives nothing back (P1). */
export const functionResetRevokesAgain: Difference = {
  at: ['functionReset'],
  states: {
    'function_reset.test': {
      on: { 'dev.memory_enabled:true': 'revoke_again', 'dev.memory_enabled:false': 'unlock' },
    },
    'function_reset.unrevoke': 'gone',
    'function_reset.unrevoking': 'gone',
    'function_reset.revoke_again': {
      meta: { source: V1_REVIEW },
      on: { 'dev.move(true):begin': 'revoking_again' },
    },
    'function_reset.revoking_again': { on: { 'dev.move(true):end': 'unlock' } },
  },
  defects: ['P1'],
  source: `${V1_REVIEW}: "@revoked true -> true seems wrong"`,
};
