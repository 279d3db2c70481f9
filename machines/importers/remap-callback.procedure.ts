import { setup } from 'xstate';

export const labels = [
  'att.invalidate:begin',
  'att.sgt:true',
  'att.sgt:false',
  'att.free_sgt',
  'buf.kref.put:more',
  'buf.kref.put:last',
  'buf.revoked:true',
  'buf.revoked:false',
  'att.phys_vec_to_sgt:ok',
  'att.phys_vec_to_sgt:-EINVAL',
  'att.phys_vec_to_sgt:-ENOMEM',
  'buf.kref.get',
  'att.wrap_sg_table:ok',
  'att.wrap_sg_table:-ENOMEM',
  'att.invalidate:end',
] as const;

/**
 * The `invalidate_mappings` callback of an importer that wants its mapping back at once: it gives up
 * what it has, then maps again in the callback itself, with dma_resv held. Where memory runs out or
 * there is no way between the devices it goes without.
 */
export function remapCallback() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'remap_callback_in_callback',
    description: 'struct dma_buf_attach_ops.invalidate_mappings of an importer that maps again',
    meta: {
      labels,
      source: 'derived: dma_buf_invalidate_mappings, v7.3, lets importers map again in parallel',
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.invalidate:begin': 'mapped' } },
      mapped: { on: { 'att.sgt:true': 'free', 'att.sgt:false': 'test' } },
      free: { on: { 'att.free_sgt': 'put' } },
      put: {
        on: {
          'buf.kref.put:more': { target: 'test', meta: { commits: 'att.unmap' } },
          'buf.kref.put:last': { target: 'test', meta: { commits: 'att.unmap' } },
        },
      },
      test: {
        on: {
          'buf.revoked:false': 'make',
          'buf.revoked:true': { target: 'return_refused', meta: { commits: 'att.map:-ENODEV' } },
        },
      },
      make: {
        on: {
          'att.phys_vec_to_sgt:ok': 'get',
          'att.phys_vec_to_sgt:-EINVAL': { target: 'return', meta: { commits: 'att.map:-EINVAL' } },
          'att.phys_vec_to_sgt:-ENOMEM': { target: 'return', meta: { commits: 'att.map:-ENOMEM' } },
        },
      },
      get: { tags: ['maps'], on: { 'buf.kref.get': 'wrap' } },
      wrap: {
        on: {
          'att.wrap_sg_table:ok': { target: 'return', meta: { commits: 'att.map:ok' } },
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
                target: '#remap_callback_in_callback.return',
                meta: { commits: 'att.map:-ENOMEM' },
              },
              'buf.kref.put:last': {
                target: '#remap_callback_in_callback.return',
                meta: { commits: 'att.map:-ENOMEM' },
              },
            },
          },
        },
      },
      return: { on: { 'att.invalidate:end': 'idle' } },
      return_refused: { on: { 'att.invalidate:end': 'refused' } },
      refused: {
        description: 'was answered -ENODEV; only a callback brings it back',
        tags: ['quiescent', 'refused'],
        on: { 'att.invalidate:begin': 'mapped' },
      },
    },
  });
}
