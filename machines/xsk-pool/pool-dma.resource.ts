import { setup } from 'xstate';

export const labels = [
  'dma_map:ok',
  'dma_map:-ENOMEM',
  'dma_unmap',
  'dev:true',
  'dev:false',
  'clear_at_qid',
] as const;

/** Whether the pages of a pool are mapped for DMA. Of one that is not, xp_dma_unmap() returns at once. */
export function poolDma() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'pool_dma',
    description: 'pool->dma_pages, pool->dev: xp_dma_map(), xp_dma_unmap()',
    meta: { labels, source: 'xp_dma_map, xp_dma_unmap, xsk_buff_pool.c, v7.3' },
    initial: 'unmapped',
    states: {
      unmapped: {
        tags: ['quiescent'],
        on: {
          'dma_map:ok': 'mapped',
          'dma_map:-ENOMEM': 'unmapped',
          dma_unmap: 'unmapped',
          'dev:false': 'unmapped',
          clear_at_qid: 'unmapped',
        },
      },
      mapped: {
        tags: ['quiescent'],
        on: {
          'dma_map:ok': 'mapped',
          'dma_map:-ENOMEM': 'mapped',
          dma_unmap: 'unmapped',
          'dev:true': 'mapped',
          clear_at_qid: 'freed_mapped',
        },
      },
      freed_mapped: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is freed while its pages are mapped for DMA, which nobody can undo' },
        on: {
          'dma_map:ok': 'mapped',
          'dma_map:-ENOMEM': 'freed_mapped',
          dma_unmap: 'freed_mapped',
          'dev:false': 'freed_mapped',
          clear_at_qid: 'freed_mapped',
        },
      },
    },
  });
}
