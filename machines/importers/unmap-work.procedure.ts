import { setup } from 'xstate';

export const labels = [
  'att.queue_work',
  'buf.resv.lock',
  'att.sgt:true',
  'att.sgt:false',
  'att.free_sgt',
  'buf.kref.put:more',
  'buf.kref.put:last',
  'buf.resv.unlock',
] as const;

/**
 * The work item by which an importer unmaps after it was called back: dma_resv, the mapping if
 * it is still there, dma_resv. Queueing it while it is queued changes nothing.
 */
export function unmapWork() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'unmap_work',
    description: 'dma_buf_unmap_attachment() from a work item of the importer',
    meta: {
      labels,
      source:
        'derived: an importer that unmaps in bounded time, as dma_buf_invalidate_mappings asks',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.queue_work': 'queued' } },
      queued: { on: { 'buf.resv.lock': 'mapped', 'att.queue_work': 'queued' } },
      mapped: { on: { 'att.sgt:true': 'free', 'att.sgt:false': 'unlock' } },
      free: { on: { 'att.free_sgt': 'put' } },
      put: {
        on: {
          'buf.kref.put:more': { target: 'unlock', meta: { commits: 'att.unmap' } },
          'buf.kref.put:last': { target: 'unlock', meta: { commits: 'att.unmap' } },
        },
      },
      unlock: { on: { 'buf.resv.unlock': 'idle' } },
    },
  });
}
