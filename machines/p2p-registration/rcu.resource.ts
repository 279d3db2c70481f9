// Truth: the C of v7.3.
import { assign, setup } from 'xstate';

/** The labels of the readers, each of its own. */
export function readerLabels(readers: number) {
  return Array.from({ length: readers }, (_, r) => ({
    lock: `reader[${r}].rcu_read_lock`,
    unlock: `reader[${r}].rcu_read_unlock`,
  }));
}

/**
 * RCU: synchronize_rcu() returns when every reader has left that was inside when it began. Readers
 * that come later are not waited for.
 *
 * @param readers - how many threads read
 */
export function rcu(readers: number) {
  const own = readerLabels(readers);
  const machine = setup({
    types: {
      context: {} as { inside: number; awaited: number },
      events: {} as { type: string },
    },
    guards: { allHaveLeft: ({ context }) => context.awaited === 0 },
    actions: {
      enter: assign({ inside: ({ context }, bit: number) => context.inside | bit }),
      leave: assign({
        inside: ({ context }, bit: number) => context.inside & ~bit,
        awaited: ({ context }, bit: number) => context.awaited & ~bit,
      }),
      await: assign({ awaited: ({ context }) => context.inside }),
    },
  });
  const steps = (state: string) =>
    Object.fromEntries(
      own.flatMap(({ lock, unlock }, r) => [
        [lock, { target: state, actions: { type: 'enter', params: 1 << r } as const }],
        [unlock, { target: state, actions: { type: 'leave', params: 1 << r } as const }],
      ]),
    );
  return machine.createMachine({
    id: 'rcu',
    description: 'rcu_read_lock(), rcu_read_unlock(), synchronize_rcu()',
    meta: {
      labels: [...own.flatMap(({ lock, unlock }) => [lock, unlock]), 'sync:begin', 'sync:end'],
      source: 'Documentation/RCU/whatisRCU.rst; pci_p2pdma_release, v7.3',
    },
    context: { inside: 0, awaited: 0 },
    initial: 'no_grace_period',
    states: {
      no_grace_period: {
        tags: ['quiescent'],
        on: { ...steps('no_grace_period'), 'sync:begin': { target: 'waiting', actions: 'await' } },
      },
      waiting: {
        description: 'synchronize_rcu() sleeps',
        on: {
          ...steps('waiting'),
          'sync:begin': { target: 'waiting', actions: 'await' },
          'sync:end': { guard: 'allHaveLeft', target: 'no_grace_period' },
        },
      },
    },
  });
}
