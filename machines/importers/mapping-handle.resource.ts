import { setup } from 'xstate';

export const labels = [
  'attach',
  'attached',
  'refused',
  'map',
  'mapped',
  'not_mapped',
  'unmap',
  'unmapped',
  'detach',
  'detached',
] as const;

/**
 * The order in which an importer calls dma-buf: attach, map, unmap, detach, one call at a time. It
 * gives up every mapping that it was given before it detaches, also one that its callback has
 * taken away by then.
 */
export function mappingHandle() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'mapping_handle',
    description: "an importer's struct dma_buf_attachment * and struct sg_table *",
    meta: { labels, source: 'dma_buf_map_attachment, dma_buf_detach, v7.3: rules for importers' },
    initial: 'none',
    states: {
      none: { tags: ['quiescent'], on: { attach: 'attaching' } },
      attaching: { on: { attached: 'attached', refused: 'none' } },
      attached: { tags: ['quiescent'], on: { map: 'mapping', detach: 'detaching' } },
      mapping: { on: { mapped: 'mapped', not_mapped: 'attached' } },
      mapped: { tags: ['quiescent'], on: { unmap: 'unmapping' } },
      unmapping: { on: { unmapped: 'attached' } },
      detaching: { on: { detached: 'none' } },
    },
  });
}
