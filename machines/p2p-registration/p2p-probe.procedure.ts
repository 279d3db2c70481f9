// Truth: the C of v7.3.
import { assign, setup } from 'xstate';

export const labels = [
  'dev.probe:begin',
  'bar[b].add_resource:begin',
  'bar[b].add_resource:ok',
  'bar[b].add_resource:failed',
  'dev.probe:ok',
  'dev.unbind:begin',
] as const;

/**
 * A kernel driver probes, and makes BARs of its device P2P memory, as nvme does of its CMB: one after the
 * other, and it goes on without what fails.
 */
export function p2pProbe(bars: number) {
  const machine = setup({
    types: { context: {} as { b: number }, events: {} as { type: string } },
    guards: { more: ({ context }) => context.b < bars - 1 },
    actions: {
      next: assign({ b: ({ context }) => context.b + 1 }),
      fromFirst: assign({ b: 0 }),
    },
  });
  return machine.createMachine({
    id: 'p2p_probe',
    description: 'probe of a driver that calls pci_p2pdma_add_resource()',
    meta: {
      labels,
      index: { b: bars },
      source: 'nvme_map_cmb, drivers/nvme/host/pci.c, v7.3; of several BARs: derived',
    },
    context: { b: 0 },
    initial: 'unbound',
    states: {
      unbound: { tags: ['quiescent'], on: { 'dev.probe:begin': 'add' } },
      add: { on: { 'bar[b].add_resource:begin': 'adding' } },
      adding: {
        tags: ['adds'],
        on: { 'bar[b].add_resource:ok': 'next', 'bar[b].add_resource:failed': 'failed' },
      },
      failed: { tags: ['has_failed'], always: 'next' },
      next: {
        always: [
          { guard: 'more', target: 'add', actions: 'next', meta: { unused: bars < 2 } },
          { target: 'return', actions: 'fromFirst' },
        ],
      },
      return: { on: { 'dev.probe:ok': 'bound' } },
      bound: { tags: ['quiescent'], on: { 'dev.unbind:begin': 'gone' } },
      gone: { tags: ['quiescent'] },
    },
  });
}
