import { setup } from 'xstate';

export const labels = [
  'bus_addr_map',
  'map_phys:ok',
  'map_phys:-ENOMEM',
  'unmap_phys',
  'sg_free_table',
] as const;

/**
 * One entry of an sg_table without an IOVA range: the address on the bus, a DMA address that
 * dma_map_phys() gave, or none.
 */
export function dmaAddress() {
  const fills = { bus_addr_map: 'bus', 'map_phys:ok': 'mapped' } as const;
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'dma_address',
    description: 'pci_p2pdma_bus_addr_map(), or dma_map_phys() and dma_unmap_phys(), of one entry',
    meta: { labels, source: 'dma_buf_phys_vec_to_sgt, dma_buf_free_sgt, v7.3' },
    initial: 'empty',
    states: {
      empty: {
        tags: ['quiescent'],
        on: {
          ...fills,
          'map_phys:-ENOMEM': 'empty',
          unmap_phys: 'unmapped_empty',
          sg_free_table: 'empty',
        },
      },
      bus: {
        description: 'an address on the bus, which nobody has to give back',
        tags: ['quiescent'],
        on: {
          ...fills,
          'map_phys:-ENOMEM': 'bus',
          unmap_phys: 'unmapped_empty',
          sg_free_table: 'empty',
        },
      },
      mapped: {
        tags: ['quiescent'],
        on: {
          ...fills,
          'map_phys:-ENOMEM': 'mapped',
          unmap_phys: 'empty',
          sg_free_table: 'left_mapped',
        },
      },
      unmapped_empty: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is unmapped although it was never filled: address 0, length 0' },
        on: {
          ...fills,
          'map_phys:-ENOMEM': 'unmapped_empty',
          unmap_phys: 'unmapped_empty',
          sg_free_table: 'unmapped_empty',
        },
      },
      left_mapped: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is still mapped when its table goes: nobody can unmap it any more' },
        on: {
          ...fills,
          'map_phys:-ENOMEM': 'left_mapped',
          unmap_phys: 'unmapped_empty',
          sg_free_table: 'left_mapped',
        },
      },
    },
  });
}
