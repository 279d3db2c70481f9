import { setup } from 'xstate';

export const labels = ['trylock', 'revoked', 'zapped'] as const;

/**
 * A hot reset cuts a device off in one go: its buffers are revoked and its CPU mappings are gone
 * before the next device is tried. The order of the two is free.
 */
export const cutTogether = setup({
  types: { events: {} as { type: (typeof labels)[number] } },
}).createMachine({
  id: 'cut_together',
  meta: {
    labels,
    source:
      'Alex Williamson on v1 10/10, 2025-08-06, ' +
      '<20250806162455.350f73a4.alex.williamson@redhat.com>: "The revoke should have happened at ' +
      'the time the BARs were zapped"',
  },
  initial: 'whole',
  states: {
    whole: {
      description: 'nothing of a device is cut, or all of it',
      on: { trylock: 'whole', revoked: 'dma_cut', zapped: 'cpu_cut' },
    },
    dma_cut: { on: { trylock: 'apart', revoked: 'dma_cut', zapped: 'whole' } },
    cpu_cut: { on: { trylock: 'apart', revoked: 'whole', zapped: 'apart' } },
    apart: {
      tags: ['violation'],
      meta: {
        finding: 'the next device is tried while only one of DMA and CPU is cut off the last one',
      },
      on: { trylock: 'apart', revoked: 'apart', zapped: 'apart' },
    },
  },
});
