import type { Difference } from '../design.ts';

const drained = { commits: 'buf[b].drained' };

/** Revoke series v3 and v4: a revoke waits for fences, and not for unmap (P19). */
export const onlyFencesDrained = {
  'move.revoke.drain.unlock': {
    on: { 'buf[b].resv.unlock': { target: '#move.revoke.put_file', meta: drained } },
  },
  'move.revoke.drain.put': 'gone',
  'move.revoke.drain.wait_unmap': 'gone',
  'move.revoke.drain.rearm': 'gone',
  'move.revoke.drain.rearm_completion': 'gone',
} satisfies Difference['states'];

/** Revoke series v3: the fences are those of the kernel alone (P18). */
export const onlyKernelFencesDrained = {
  ...onlyFencesDrained,
  'move.revoke.drain.wait_fences': { on: { 'buf[b].resv.wait(KERNEL)': 'unlock' } },
  'move.restore.give_back.wait_fences': {
    on: { 'buf[b].resv.wait(KERNEL)': 'unlock_notified' },
  },
} satisfies Difference['states'];

export const kernelFences = { move: ['buf[b].resv.wait(BOOKKEEP)', 'buf[b].resv.wait(KERNEL)'] };
