import type { Difference } from '../design.ts';

const drained = { commits: 'buf[b].drained' };

/** A revoke leaves the kref and the completion used up. */
export const notArmedAfterDrain = {
  'move.revoke.drain.wait_unmap': {
    on: { 'buf[b].comp.wait': { target: '#move.revoke.put_file', meta: drained } },
  },
  'move.revoke.drain.rearm': 'gone',
  'move.revoke.drain.rearm_completion': 'gone',
} satisfies Difference['states'];

/** They are armed again when access comes back, before the flag is cleared (revoke series v6, v7). */
export const armedBeforeFlag = {
  ...notArmedAfterDrain,
  'move.restore.give_back.unlock_notified': { on: { 'buf[b].resv.unlock': 'rearm' } },
  'move.restore.give_back.rearm': { on: { 'buf[b].kref.init': 'rearm_completion' } },
  'move.restore.give_back.rearm_completion': { on: { 'buf[b].comp.reinit': 'lock_again' } },
} satisfies Difference['states'];
