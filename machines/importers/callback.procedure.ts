import { setup } from 'xstate';
import { notStatic } from './not-static.ts';

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

/** When an importer that was called back gives its mapping up. */
export type UnmapTime = 'in_callback' | 'later';

const virtioGpu = {
  function: 'virtgpu_dma_buf_move_notify',
  file: 'drivers/gpu/drm/virtio/virtgpu_prime.c',
  also: ['drivers/dma-buf/dma-buf.c', 'drivers/vfio/pci/vfio_pci_dmabuf.c'],
  entries: [{ begins: 'att.invalidate:begin', parameters: { attach: '@att' } }],
  // What the debugging of the DMA API looks at.
  lists: [{ head: '$sg_table', of: 'att.entry', size: 1, link: 'dma' }],
  leads: {
    'att.importer_priv': '@bo',
    'bo.base': 'bo',
    'bo.import_attach': '@att',
    'bo.sgt': '@att.sg_table',
  },
  rows: [
    ...notStatic,
    { c: '$bo->sgt', label: '{att}.sgt', returns: { true: '1', false: '0' }, tested: true },
    {
      c: '$bo->created',
      is: '1',
      because: 'virtgpu_dma_buf_init_obj() maps and creates under one dma_resv',
    },
    {
      c: 'gem_to_virtio_gpu_obj($bo)',
      is: '$bo',
      because: 'the GEM object is within that of virtio-gpu',
    },
  ],
} as const;

/**
 * An importer's `invalidate_mappings` callback, which the exporter calls with dma_resv held.
 *
 * @param unmaps - `in_callback`: before it returns (virtio-gpu); `later`: from a work item of the
 * importer's own (GPU drivers)
 */
export function callback(unmaps: UnmapTime) {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: `callback_${unmaps}`,
    description: 'struct dma_buf_attach_ops.invalidate_mappings of one importer',
    meta: {
      labels,
      ...(unmaps === 'in_callback' && { c: virtioGpu }),
      source:
        unmaps === 'in_callback'
          ? 'virtgpu_dma_buf_move_notify, v7.3'
          : 'derived: an importer that unmaps in bounded time, as dma_buf_invalidate_mappings asks',
      unused:
        unmaps === 'in_callback'
          ? ['att.queue_work']
          : ['att.free_sgt', 'buf.kref.put:more', 'buf.kref.put:last'],
    },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.invalidate:begin': 'mapped' } },
      mapped: {
        tags: ['called_back'],
        on: {
          'att.sgt:false': 'return',
          'att.sgt:true': unmaps === 'in_callback' ? 'free' : 'queue',
        },
      },
      ...(unmaps === 'later' && { queue: { on: { 'att.queue_work': 'return' } } }),
      ...(unmaps === 'in_callback' && {
        free: { on: { 'att.free_sgt': 'put' } },
        put: {
          on: {
            'buf.kref.put:more': { target: 'return', meta: { commits: 'att.unmap' } },
            'buf.kref.put:last': { target: 'return', meta: { commits: 'att.unmap' } },
          },
        },
      }),
      return: { on: { 'att.invalidate:end': 'idle' } },
    },
  });
}
