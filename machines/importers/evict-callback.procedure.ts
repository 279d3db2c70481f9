import { setup } from 'xstate';

export const labels = [
  'att.invalidate:begin',
  'att.sgt:true',
  'att.sgt:false',
  'att.evicted.set',
  'att.queue_work',
  'att.invalidate:end',
] as const;

/**
 * The `invalidate_mappings` callback of an importer with hardware that works on the buffer: it
 * marks the mapping, so that no new work is queued, and leaves the unmap to a work item. What is
 * under way has fences, for which the exporter waits.
 */
export function evictCallback() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'evict_callback',
    description: 'struct dma_buf_attach_ops.invalidate_mappings of an importer with user work',
    meta: {
      labels,
      source: 'derived: dma_buf_invalidate_mappings, v7.3: fences for what cannot stop at once',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.invalidate:begin': 'mapped' } },
      mapped: { on: { 'att.sgt:true': 'mark', 'att.sgt:false': 'return' } },
      mark: { on: { 'att.evicted.set': 'queue' } },
      queue: { on: { 'att.queue_work': 'return' } },
      return: { on: { 'att.invalidate:end': 'idle' } },
    },
  });
}
