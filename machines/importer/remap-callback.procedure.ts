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
  'buf.kref.get',
  'att.queue_work',
  'att.invalidate:end',
] as const;

/** From where an importer maps again that was told of a change. */
export type RemapPlace = 'in_callback' | 'from_work';

/**
 * The `invalidate_mappings` callback of an importer that wants its mapping back at once: it gives
 * up what it has, then maps again, in the callback itself (dma_resv is held) or from a work item.
 */
export function remapCallback(maps: RemapPlace) {
  const afterwards = maps === 'in_callback' ? 'test' : 'queue';
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: `remap_callback_${maps}`,
    description: 'struct dma_buf_attach_ops.invalidate_mappings of an importer that maps again',
    meta: {
      labels,
      source: 'derived: dma_buf_invalidate_mappings, v7.3, lets importers map again in parallel',
      unused:
        maps === 'in_callback'
          ? ['att.queue_work']
          : ['buf.revoked:true', 'buf.revoked:false', 'att.phys_vec_to_sgt:ok', 'buf.kref.get'],
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.invalidate:begin': 'mapped' } },
      mapped: { on: { 'att.sgt:true': 'free', 'att.sgt:false': afterwards } },
      free: { on: { 'att.free_sgt': 'put' } },
      put: {
        on: {
          'buf.kref.put:more': { target: afterwards, meta: { commits: 'att.unmap' } },
          'buf.kref.put:last': { target: afterwards, meta: { commits: 'att.unmap' } },
        },
      },
      ...(maps === 'from_work' && { queue: { on: { 'att.queue_work': 'return' } } }),
      ...(maps === 'in_callback' && {
        test: {
          on: {
            'buf.revoked:false': 'make',
            'buf.revoked:true': { target: 'return_refused', meta: { commits: 'att.map:-ENODEV' } },
          },
        },
        make: { on: { 'att.phys_vec_to_sgt:ok': 'get' } },
        get: {
          tags: ['maps'],
          on: { 'buf.kref.get': { target: 'return', meta: { commits: 'att.map:ok' } } },
        },
        return_refused: { on: { 'att.invalidate:end': 'refused' } },
        refused: {
          description: 'was answered -ENODEV; only a callback brings it back',
          tags: ['quiescent', 'refused'],
          on: { 'att.invalidate:begin': 'mapped' },
        },
      }),
      return: { on: { 'att.invalidate:end': 'idle' } },
    },
  });
}
