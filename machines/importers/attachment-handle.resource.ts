import { setup } from 'xstate';

export const labels = [
  'attach',
  'attached',
  'refused',
  'call',
  'return',
  'detach',
  'detached',
] as const;

/**
 * The order in which user space calls an importer that attaches by itself (IOAS_MAP_FILE and
 * IOAS_UNMAP, registration and deregistration of a memory region): other calls on what it imported
 * lie between, one at a time.
 */
export function attachmentHandle() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'attachment_handle',
    description: 'what user space has of an import: an IOVA range, a memory region',
    meta: { labels, source: 'iommufd: object references; uverbs: object locks' },
    initial: 'none',
    states: {
      none: { tags: ['quiescent'], on: { attach: 'attaching' } },
      attaching: { on: { attached: 'attached', refused: 'none' } },
      attached: { tags: ['quiescent'], on: { call: 'in_call', detach: 'detaching' } },
      in_call: { on: { return: 'attached' } },
      detaching: { on: { detached: 'none' } },
    },
  });
}
