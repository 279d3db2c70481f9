import { setup } from 'xstate';

export const labels = ['mapping.get', 'mapping.put', 'wait_unmapped'] as const;

/** Whether an importer has the buffer mapped: `priv->kref` and `priv->comp`, for which a revoke waits. */
export function pageMappings() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'page_mappings',
    description: 'priv->kref beyond its first reference, and wait_for_completion(&priv->comp)',
    meta: {
      labels,
      source:
        'vfio_pci_dma_buf_map, vfio_pci_dma_buf_unmap, vfio_pci_dma_buf_move, v7.3; how kref and completion do it is drawn in the systems of revocation',
    },
    initial: 'unmapped',
    states: {
      unmapped: {
        on: { 'mapping.get': 'mapped', 'mapping.put': 'underflow', wait_unmapped: 'unmapped' },
      },
      mapped: { on: { 'mapping.get': 'mapped_for_ever', 'mapping.put': 'unmapped' } },
      mapped_for_ever: {
        description: 'one importer has got two, and puts one',
        on: { 'mapping.get': 'mapped_for_ever', 'mapping.put': 'mapped_for_ever' },
      },
      underflow: {
        tags: ['violation'],
        meta: { finding: 'a mapping is put that nobody has' },
        on: { 'mapping.get': 'mapped', 'mapping.put': 'underflow', wait_unmapped: 'underflow' },
      },
    },
  });
}
