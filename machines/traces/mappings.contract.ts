import { assign, setup } from 'xstate';

export const labels = ['map:ok', 'unmap', 'drained', 'release'] as const;

/** Mappings that are counted one by one; of more nothing is said. */
const COUNTED = 3;

/**
 * The mappings of a buffer that hold its reference count: a revoke is not done before the last one
 * is given up. iommufd's private mapping takes no reference.
 */
export function mappings() {
  return setup({
    types: {
      context: {} as { count: number },
      events: {} as { type: (typeof labels)[number] },
    },
    guards: {
      isLast: ({ context }) => context.count === 1,
      isCounted: ({ context }) => context.count < COUNTED,
    },
    actions: {
      more: assign({ count: ({ context }) => context.count + 1 }),
      fewer: assign({ count: ({ context }) => context.count - 1 }),
      none: assign({ count: 0 }),
    },
  }).createMachine({
    id: 'mappings',
    description: 'the sg_tables of a buffer that importers hold',
    meta: {
      labels,
      source:
        'kref_get in vfio_pci_dma_buf_map, kref_put in vfio_pci_dma_buf_unmap, v7.1 and later',
    },
    context: { count: 0 },
    initial: 'unmapped',
    states: {
      unmapped: {
        tags: ['quiescent'],
        on: {
          'map:ok': { target: 'mapped', actions: 'more' },
          drained: 'unmapped',
          release: 'unmapped',
        },
      },
      mapped: {
        tags: ['quiescent'],
        on: {
          'map:ok': [
            { guard: 'isCounted', target: 'mapped', actions: 'more' },
            { target: 'uncounted', actions: 'none' },
          ],
          unmap: [
            { guard: 'isLast', target: 'unmapped', actions: 'none' },
            { target: 'mapped', actions: 'fewer' },
          ],
        },
      },
      uncounted: {
        description: 'more mappings than are counted',
        tags: ['quiescent'],
        on: {
          'map:ok': 'uncounted',
          unmap: 'uncounted',
          drained: 'uncounted',
          release: 'unmapped',
        },
      },
    },
  });
}
