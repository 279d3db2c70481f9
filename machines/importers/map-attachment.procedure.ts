import { setup } from 'xstate';

export const labels = [
  'att.attach:begin',
  'att.attach:ok',
  'att.map:begin',
  'att.phys_vec_to_sgt:begin',
  'att.phys_vec_to_sgt:ok',
  'att.phys_vec_to_sgt:-EINVAL',
  'att.phys_vec_to_sgt:-EADDRINUSE',
  'att.phys_vec_to_sgt:-ENOMEM',
  'att.map:ok',
  'att.map:-EINVAL',
  'att.map:-EADDRINUSE',
  'att.map:-ENOMEM',
  'att.unmap:begin',
  'att.free_sgt:begin',
  'att.free_sgt:end',
  'att.unmap:ok',
  'att.detach:begin',
  'att.detach:ok',
] as const;

/**
 * What an attachment has of DMA addresses: nothing at attach and detach, everything between map
 * and unmap. Locks and the test of `revoked` are in attach.procedure.ts and importer.procedure.ts.
 */
export function mapAttachment() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'map_attachment',
    description: 'vfio_pci_dma_buf_map(), vfio_pci_dma_buf_unmap(): the DMA addresses',
    meta: {
      labels,
      c: inC,
      source: 'vfio_pci_dma_buf_map, vfio_pci_dma_buf_unmap, v7.3',
    },
    initial: 'detached',
    states: {
      detached: { tags: ['quiescent'], on: { 'att.attach:begin': 'attach' } },
      attach: { on: { 'att.attach:ok': 'attached' } },
      attached: {
        tags: ['quiescent'],
        on: { 'att.map:begin': 'map', 'att.detach:begin': 'detach' },
      },
      map: { on: { 'att.phys_vec_to_sgt:begin': 'mapping' } },
      mapping: {
        on: {
          'att.phys_vec_to_sgt:ok': 'return_mapped',
          'att.phys_vec_to_sgt:-EINVAL': 'return_no_route',
          'att.phys_vec_to_sgt:-EADDRINUSE': 'return_in_use',
          'att.phys_vec_to_sgt:-ENOMEM': 'return_no_memory',
        },
      },
      return_mapped: { on: { 'att.map:ok': 'mapped' } },
      return_no_route: { on: { 'att.map:-EINVAL': 'attached' } },
      return_in_use: { on: { 'att.map:-EADDRINUSE': 'attached' } },
      return_no_memory: { on: { 'att.map:-ENOMEM': 'attached' } },
      mapped: { tags: ['quiescent'], on: { 'att.unmap:begin': 'unmap' } },
      unmap: { on: { 'att.free_sgt:begin': 'freeing' } },
      freeing: { on: { 'att.free_sgt:end': 'return_unmapped' } },
      return_unmapped: { on: { 'att.unmap:ok': 'attached' } },
      detach: { on: { 'att.detach:ok': 'detached' } },
    },
  });
}

/** What its C is, for the comparison. */
const inC = {
  function: 'vfio_pci_dma_buf_map',
  file: 'drivers/vfio/pci/vfio_pci_dmabuf.c',
  entries: [
    {
      begins: 'att.map:begin',
      parameters: { attachment: '@att' },
      returns: {
        'att.map:ok': '@att.dma',
        'att.map:-EINVAL': 'ERR_PTR(-EINVAL)',
        'att.map:-EADDRINUSE': 'ERR_PTR(-EADDRINUSE)',
        'att.map:-ENOMEM': 'ERR_PTR(-ENOMEM)',
      },
    },
    {
      function: 'vfio_pci_dma_buf_unmap',
      begins: 'att.unmap:begin',
      parameters: { attachment: '@att', sgt: '@att.dma' },
      returns: { 'att.unmap:ok': 'void' },
    },
  ],
  inside: {
    labels: ['att.attach', 'att.detach'],
    because: 'attach and detach have nothing of DMA addresses, and are compared by themselves',
  },
  rows: [
    {
      c: 'dma_buf_phys_vec_to_sgt($att, $rest)',
      label: '{att}.phys_vec_to_sgt',
      returns: {
        ok: '@att.dma',
        '-EINVAL': 'ERR_PTR(-EINVAL)',
        '-EADDRINUSE': 'ERR_PTR(-EADDRINUSE)',
        '-ENOMEM': 'ERR_PTR(-ENOMEM)',
      },
      spans: true,
    },
    {
      c: 'dma_buf_free_sgt($att, $rest)',
      label: '{att}.free_sgt',
      returns: { end: 'void' },
      spans: true,
    },
    { c: '$buf->revoked', is: '0', because: 'the test is compared with the importer' },
    { c: 'kref_get(&$buf->kref)', because: 'the count is compared with the importer' },
    { c: 'kref_put(&$buf->kref, $_)', because: 'the count is compared with the importer' },
  ],
};
