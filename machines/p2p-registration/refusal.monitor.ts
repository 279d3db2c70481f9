// Truth: what the rules ask for; nobody has code of it.
import { assign, setup } from 'xstate';
import { madeOnce } from '../made-once.ts';

export const labels = ['admitted', 'refused', 'freed', 'exported', 'released', 'closed'] as const;

/**
 * Whether a BAR is refused for a reason of its own: it is registered, on its way there or back, or
 * a DMABUF of it is on `vdev->dmabufs`. A DMABUF of another BAR is no reason.
 *
 * @param buffers - most DMABUFs of this BAR
 */
export const refusal = madeOnce(function refusal(buffers: number) {
  const machine = setup({
    types: {
      context: {} as { buffers: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: { exported: ({ context }) => context.buffers > 0 },
    actions: {
      listed: assign({ buffers: ({ context }) => Math.min(context.buffers + 1, buffers) }),
      unlisted: assign({ buffers: ({ context }) => Math.max(context.buffers - 1, 0) }),
      emptied: assign({ buffers: 0 }),
    },
  });
  return machine.createMachine({
    id: 'refusal',
    meta: { labels },
    context: { buffers: 0 },
    initial: 'free',
    on: {
      exported: { actions: 'listed' },
      released: { actions: 'unlisted' },
      closed: { actions: 'emptied' },
    },
    states: {
      free: {
        on: {
          admitted: 'taken',
          freed: 'free',
          refused: [
            ...(buffers > 0 ? [{ guard: 'exported', target: 'free' } as const] : []),
            { target: 'without_reason' },
          ],
        },
      },
      taken: { on: { admitted: 'taken', freed: 'free', refused: 'taken' } },
      without_reason: {
        tags: ['violation'],
        meta: { finding: 'registration is refused, and no DMABUF of this BAR is exported' },
        on: {
          admitted: 'without_reason',
          freed: 'without_reason',
          refused: 'without_reason',
        },
      },
    },
  });
});
