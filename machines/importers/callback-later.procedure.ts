import { setup } from 'xstate';

export const labels = [
  'att.invalidate:begin',
  'att.sgt:true',
  'att.sgt:false',
  'att.queue_work',
  'att.invalidate:end',
] as const;

/**
 * The `invalidate_mappings` callback of an importer that gives its mapping up from a work item of its
 * own (GPU drivers).
 */
export function callbackLater() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'callback_later',
    description: 'struct dma_buf_attach_ops.invalidate_mappings of one importer',
    meta: {
      labels,
      source:
        'derived: an importer that unmaps in bounded time, as dma_buf_invalidate_mappings asks',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.invalidate:begin': 'mapped' } },
      mapped: {
        tags: ['called_back'],
        on: { 'att.sgt:true': 'queue', 'att.sgt:false': 'return' },
      },
      queue: { on: { 'att.queue_work': 'return' } },
      return: { on: { 'att.invalidate:end': 'idle' } },
    },
  });
}
