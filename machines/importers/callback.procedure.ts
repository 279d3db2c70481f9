import { setup } from 'xstate';
import { notStatic } from './not-static.ts';

export const labels = [
  'att.invalidate:begin',
  'att.sgt:true',
  'att.sgt:false',
  'att.free_sgt',
  'buf.kref.put:more',
  'buf.kref.put:last',
  'att.invalidate:end',
] as const;

/**
 * The `invalidate_mappings` callback of virtio-gpu, which the exporter calls with dma_resv held: it
 * gives its mapping up before it returns.
 */
export function callback() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'callback_in_callback',
    description: 'struct dma_buf_attach_ops.invalidate_mappings of one importer',
    meta: { labels, c: virtioGpu, source: 'virtgpu_dma_buf_move_notify, v7.3' },
    initial: 'idle',
    states: {
      idle: { tags: ['quiescent'], on: { 'att.invalidate:begin': 'mapped' } },
      mapped: {
        tags: ['called_back'],
        on: { 'att.sgt:true': 'free', 'att.sgt:false': 'return' },
      },
      free: { on: { 'att.free_sgt': 'put' } },
      put: {
        on: {
          'buf.kref.put:more': { target: 'return', meta: { commits: 'att.unmap' } },
          'buf.kref.put:last': { target: 'return', meta: { commits: 'att.unmap' } },
        },
      },
      return: { on: { 'att.invalidate:end': 'idle' } },
    },
  });
}

/** What its C is, for the comparison. */
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
