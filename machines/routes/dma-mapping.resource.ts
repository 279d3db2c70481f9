import { setup } from 'xstate';

export const labels = [
  'mapped:true',
  'mapped:false',
  'bus_addr_map',
  'dma_map:ok',
  'dma_map:-ENOMEM',
  'unmapped',
] as const;

/** What an importer has been given: an address on the bus, or one of the DMA API. */
export function dmaMapping() {
  const mapping = {
    bus_addr_map: 'by_bus',
    'dma_map:ok': 'by_host_bridge',
  } as const;
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'dma_mapping',
    description: 'the mapping of an attachment: sgt, and dma->state',
    meta: { labels, source: 'dma_buf_phys_vec_to_sgt, dma_buf_free_sgt, v7.3' },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'mapped:false': 'none',
          ...mapping,
          'dma_map:-ENOMEM': 'none',
          unmapped: 'unmapped_twice',
        },
      },
      by_bus: {
        tags: ['quiescent', 'mapped'],
        on: {
          'mapped:true': 'by_bus',
          bus_addr_map: 'mapped_twice',
          'dma_map:ok': 'mapped_twice',
          'dma_map:-ENOMEM': 'by_bus',
          unmapped: 'none',
        },
      },
      by_host_bridge: {
        tags: ['quiescent', 'mapped'],
        on: {
          'mapped:true': 'by_host_bridge',
          bus_addr_map: 'mapped_twice',
          'dma_map:ok': 'mapped_twice',
          'dma_map:-ENOMEM': 'by_host_bridge',
          unmapped: 'none',
        },
      },
      mapped_twice: {
        tags: ['violation', 'mapped'],
        meta: { finding: 'is mapped while it is mapped' },
        on: {
          'mapped:true': 'mapped_twice',
          bus_addr_map: 'mapped_twice',
          'dma_map:ok': 'mapped_twice',
          'dma_map:-ENOMEM': 'mapped_twice',
          unmapped: 'none',
        },
      },
      unmapped_twice: {
        tags: ['violation'],
        meta: { finding: 'is unmapped while it is not mapped' },
        on: {
          'mapped:false': 'unmapped_twice',
          ...mapping,
          'dma_map:-ENOMEM': 'unmapped_twice',
          unmapped: 'unmapped_twice',
        },
      },
    },
  });
}
