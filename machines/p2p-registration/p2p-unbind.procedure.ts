// Truth: the C of v7.3.
import { assign, setup } from 'xstate';

export const labels = [
  'dev.unbind:begin',
  'bar[b].devm.unmap_mappings:armed',
  'bar[b].devm.unmap_mappings:none',
  'bar[b].unmap_mappings:begin',
  'bar[b].unmap_mappings:end',
  'bar[b].devm.memunmap:armed',
  'bar[b].devm.memunmap:none',
  'bar[b].memunmap_pages:begin',
  'bar[b].memunmap_pages:end',
  'bar[b].devm.p2p_pgmap:allocated',
  'bar[b].devm.p2p_pgmap:none',
  'dev.p2pdma_release:begin',
  'dev.p2pdma_release:end',
  'dev.unbind:ok',
] as const;

/**
 * The driver of a device is unbound: devres runs what was added with it, the last first. That is how the
 * registrations of a kernel driver end, and the only way that merged code has.
 *
 * @param bars - the BARs of the device, registered in their order
 */
export function p2pUnbind(bars: number) {
  const machine = setup({
    types: { context: {} as { b: number }, events: {} as { type: string } },
    guards: { more: ({ context }) => context.b > 0 },
    actions: {
      next: assign({ b: ({ context }) => context.b - 1 }),
      fromLast: assign({ b: bars - 1 }),
    },
  });
  return machine.createMachine({
    id: 'p2p_unbind',
    description: 'devres_release_all() of a device with registered BARs',
    meta: {
      labels,
      index: { b: bars },
      source:
        'devres_release_all, drivers/base/devres.c; pci_p2pdma_add_resource, pcim_p2pdma_init, v7.3: devm actions',
    },
    context: { b: bars - 1 },
    initial: 'bound',
    states: {
      bound: { tags: ['quiescent'], on: { 'dev.unbind:begin': 'mappings' } },
      mappings: {
        on: {
          'bar[b].devm.unmap_mappings:armed': 'unmap',
          'bar[b].devm.unmap_mappings:none': 'pages',
        },
      },
      unmap: { on: { 'bar[b].unmap_mappings:begin': 'unmapping' } },
      unmapping: { on: { 'bar[b].unmap_mappings:end': 'pages' } },
      pages: {
        on: { 'bar[b].devm.memunmap:armed': 'remove', 'bar[b].devm.memunmap:none': 'free' },
      },
      remove: { on: { 'bar[b].memunmap_pages:begin': 'removing' } },
      removing: { on: { 'bar[b].memunmap_pages:end': 'free' } },
      free: {
        description: 'what pci_p2pdma_add_resource() has given back itself is not on the list',
        on: { 'bar[b].devm.p2p_pgmap:allocated': 'next', 'bar[b].devm.p2p_pgmap:none': 'next' },
      },
      next: {
        always: [
          { guard: 'more', target: 'mappings', actions: 'next', meta: { unused: bars < 2 } },
          { target: 'release', actions: 'fromLast' },
        ],
      },
      release: {
        description:
          'not on the list where pcim_p2pdma_init() has failed; it would find NULL and return',
        on: { 'dev.p2pdma_release:begin': 'releasing' },
      },
      releasing: { on: { 'dev.p2pdma_release:end': 'return' } },
      return: { on: { 'dev.unbind:ok': 'unbound' } },
      unbound: { tags: ['quiescent'] },
    },
  });
}
