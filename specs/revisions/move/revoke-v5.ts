import type { Difference } from '../design.ts';
import { notArmedAfterDrain } from './v7.1-rc.ts';

/** A revoke waits for unmap for a second, warns and goes on (P20). */
const waitsASecond = (target: string) => {
  const unmapped = { target, meta: { commits: 'buf[b].drained' } };
  return {
    'move.revoke.drain.wait_unmap': {
      on: {
        'buf[b].comp.wait_timeout:done': unmapped,
        'buf[b].comp.wait_timeout:timeout': { ...unmapped, description: 'WARN, and on' },
      },
    },
  } satisfies Difference['states'];
};

export const oneSecond = waitsASecond('rearm');
export const timeouts = {
  move: ['buf[b].comp.wait', 'buf[b].comp.wait_timeout:done', 'buf[b].comp.wait_timeout:timeout'],
};

/** The kref is armed when access comes back, after the flag was cleared and dma_resv dropped (P21). */
export const armedAfterFlag = {
  ...notArmedAfterDrain,
  'move.restore.give_back.unlock': { on: { 'buf[b].resv.unlock': 'rearm' } },
  'move.restore.give_back.rearm': { on: { 'buf[b].kref.init': 'rearm_completion' } },
  'move.restore.give_back.rearm_completion': {
    on: { 'buf[b].comp.reinit': '#move.restore.put_file' },
  },
} satisfies Difference['states'];

/** Both. */
export const oneSecondArmedAfterFlag: Difference = {
  at: ['move'],
  labels: timeouts,
  states: { ...armedAfterFlag, ...waitsASecond('#move.revoke.put_file') },
  defects: ['P20', 'P21'],
  source: 'Leon Romanovsky, "vfio: Wait for dma-buf invalidation to complete" v5 4/8, 2026-01-24',
};
