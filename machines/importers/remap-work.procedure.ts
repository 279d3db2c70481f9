import { setup } from 'xstate';

export const labels = [
  'att.queue_work',
  'buf.resv.lock',
  'att.sgt:true',
  'att.sgt:false',
  'buf.revoked:true',
  'buf.revoked:false',
  'att.phys_vec_to_sgt:ok',
  'att.phys_vec_to_sgt:-EINVAL',
  'att.phys_vec_to_sgt:-ENOMEM',
  'buf.kref.get',
  'att.wrap_sg_table:ok',
  'att.wrap_sg_table:-ENOMEM',
  'att.free_sgt',
  'buf.kref.put:more',
  'buf.kref.put:last',
  'buf.resv.unlock',
] as const;

/**
 * An importer that maps again as soon as it is told, from a work item that its callback queues
 * ("Importers are free to request a new mapping in parallel as this function returns"). It is not
 * told a second time, so that a work item that is refused is the last for now. Where memory runs
 * out or there is no way between the devices it goes without.
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
      make: {
        on: {
          'att.phys_vec_to_sgt:ok': 'get',
          'att.phys_vec_to_sgt:-EINVAL': { target: 'unlock', meta: { commits: 'att.map:-EINVAL' } },
          'att.phys_vec_to_sgt:-ENOMEM': { target: 'unlock', meta: { commits: 'att.map:-ENOMEM' } },
        },
      },
      get: { tags: ['maps'], on: { 'buf.kref.get': 'wrap' } },
      wrap: {
        on: {
          'att.wrap_sg_table:ok': { target: 'unlock', meta: { commits: 'att.map:ok' } },
          'att.wrap_sg_table:-ENOMEM': 'undo',
        },
      },
      undo: {
        meta: { source: 'dma_buf_map_attachment, v7.3: error_unmap' },
        initial: 'free',
        states: {
          free: { on: { 'att.free_sgt': 'put' } },
          put: {
            on: {
              'buf.kref.put:more': {
                target: '#remap_work.unlock',
                meta: { commits: 'att.map:-ENOMEM' },
              },
              'buf.kref.put:last': {
                target: '#remap_work.unlock',
                meta: { commits: 'att.map:-ENOMEM' },
              },
            },
          },
        },
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
