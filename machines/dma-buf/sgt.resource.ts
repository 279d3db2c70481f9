import { setup } from 'xstate';

export const labels = ['sgt:true', 'sgt:false', 'phys_vec_to_sgt:ok', 'free_sgt'] as const;

/**
 * The DMA mapping of one attachment: the sg_table that dma_buf_phys_vec_to_sgt() makes and
 * dma_buf_free_sgt() takes apart. `sgt` is the importer's own test whether it has one.
 */
export function sgt() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'sgt',
    description: 'drivers/dma-buf/dma-buf-mapping.c: the sg_table of one attachment',
    meta: {
      labels,
      source: 'dma_buf_phys_vec_to_sgt, dma_buf_free_sgt, v7.3; virtgpu_dma_buf_unmap, v7.1',
    },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: { 'sgt:false': 'none', 'phys_vec_to_sgt:ok': 'mapped', free_sgt: 'freed_twice' },
      },
      mapped: {
        tags: ['quiescent'],
        on: { 'sgt:true': 'mapped', 'phys_vec_to_sgt:ok': 'mapped_twice', free_sgt: 'none' },
      },
      mapped_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is made while there is one, which nobody can free any more' },
        on: { 'sgt:true': 'mapped_twice', 'phys_vec_to_sgt:ok': 'mapped_twice', free_sgt: 'none' },
      },
      freed_twice: {
        tags: ['violation'],
        meta: { finding: 'is freed while there is none' },
        on: { 'sgt:false': 'none', 'phys_vec_to_sgt:ok': 'mapped', free_sgt: 'freed_twice' },
      },
    },
  });
}
