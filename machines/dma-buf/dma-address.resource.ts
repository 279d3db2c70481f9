import { setup } from 'xstate';

export const labels = ['map_phys:ok', 'map_phys:-ENOMEM', 'unmap_phys'] as const;

/** One entry of an sg_table without an IOVA range: a DMA address that dma_map_phys() gave, or none. */
export function dmaAddress() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'dma_address',
    description: 'dma_map_phys(), dma_unmap_phys() of one entry',
    meta: { labels, source: 'dma_buf_phys_vec_to_sgt, dma_buf_free_sgt, v7.3' },
    initial: 'empty',
    states: {
      empty: {
        tags: ['quiescent'],
        on: { 'map_phys:ok': 'mapped', 'map_phys:-ENOMEM': 'empty', unmap_phys: 'unmapped_empty' },
      },
      mapped: {
        tags: ['quiescent'],
        on: { unmap_phys: 'empty', 'map_phys:ok': 'mapped', 'map_phys:-ENOMEM': 'mapped' },
      },
      unmapped_empty: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is unmapped although it was never filled: address 0, length 0' },
        on: {
          'map_phys:ok': 'mapped',
          'map_phys:-ENOMEM': 'unmapped_empty',
          unmap_phys: 'unmapped_empty',
        },
      },
    },
  });
}
