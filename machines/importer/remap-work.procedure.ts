import { setup } from 'xstate';

export const labels = [
  'att.queue_work',
  'buf.resv.lock',
  'att.sgt:true',
  'att.sgt:false',
  'buf.revoked:true',
  'buf.revoked:false',
  'att.phys_vec_to_sgt:ok',
  'buf.kref.get',
  'buf.resv.unlock',
] as const;

/**
 * An importer that maps again as soon as it is told, from a work item that its callback queues
 * ("Importers are free to request a new mapping in parallel as this function returns"). It is not
 * told a second time, so that a work item that is refused is the last for now.
 */
export function remapWork() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'remap_work',
    description: 'dma_buf_map_attachment() from a work item that the callback queued',
    meta: {
      labels,
      source: 'dma_buf_invalidate_mappings, v7.3: importers may map again in parallel',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.queue_work': 'queued' } },
      queued: { on: { 'buf.resv.lock': 'mapped', 'att.queue_work': 'queued' } },
      mapped: { on: { 'att.sgt:true': 'unlock', 'att.sgt:false': 'test' } },
      test: {
        on: {
          'buf.revoked:false': 'make',
          'buf.revoked:true': { target: 'unlock_refused', meta: { commits: 'att.map:-ENODEV' } },
        },
      },
      make: { on: { 'att.phys_vec_to_sgt:ok': 'get' } },
      get: {
        tags: ['maps'],
        on: { 'buf.kref.get': { target: 'unlock', meta: { commits: 'att.map:ok' } } },
      },
      unlock: { on: { 'buf.resv.unlock': 'idle' } },
      unlock_refused: { on: { 'buf.resv.unlock': 'refused' } },
      refused: {
        description: 'was answered -ENODEV; only a callback brings it back',
        tags: ['quiescent', 'refused'],
        on: { 'att.queue_work': 'queued' },
      },
    },
  });
}
