import { setup } from 'xstate';

export const labels = [
  'att.invalidate:begin',
  'att.sgt:true',
  'att.sgt:false',
  'att.free_sgt',
  'buf.kref.put:more',
  'buf.kref.put:last',
  'att.queue_work',
  'att.invalidate:end',
] as const;

/**
 * The `invalidate_mappings` callback of an importer that wants its mapping back at once: it gives up
 * what it has, and has a work item map again (remap-work.procedure.ts).
 */
export function remapCallbackFromWork() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'remap_callback_from_work',
    description: 'struct dma_buf_attach_ops.invalidate_mappings of an importer that maps again',
    meta: {
      labels,
      source: 'derived: dma_buf_invalidate_mappings, v7.3, lets importers map again in parallel',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.invalidate:begin': 'mapped' } },
      mapped: { on: { 'att.sgt:true': 'free', 'att.sgt:false': 'queue' } },
      free: { on: { 'att.free_sgt': 'put' } },
      put: {
        on: {
          'buf.kref.put:more': { target: 'queue', meta: { commits: 'att.unmap' } },
          'buf.kref.put:last': { target: 'queue', meta: { commits: 'att.unmap' } },
        },
      },
      queue: { on: { 'att.queue_work': 'return' } },
      return: { on: { 'att.invalidate:end': 'idle' } },
    },
  });
}
