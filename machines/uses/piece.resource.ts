import { setup } from 'xstate';

export const labels = ['map:ok', 'unmap', 'mapped:true', 'mapped:false'] as const;

/** What the GPU driver knows of one piece: whether its GEM object has an sg_table. */
export function piece() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'piece',
    description: 'whether the GEM object of an imported dma-buf has an sg_table',
    meta: {
      labels,
      source: 'struct ttm_tt, v7.3: sg is set by dma_buf_map_attachment() and cleared by its unmap',
    },
    initial: 'unmapped',
    states: {
      unmapped: {
        tags: ['quiescent'],
        on: { 'map:ok': 'mapped', unmap: 'unmapped_twice', 'mapped:false': 'unmapped' },
      },
      mapped: {
        tags: ['quiescent'],
        on: { 'map:ok': 'mapped_twice', unmap: 'unmapped', 'mapped:true': 'mapped' },
      },
      mapped_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is mapped twice: the first sg_table is lost' },
        on: { 'map:ok': 'mapped_twice', unmap: 'unmapped', 'mapped:true': 'mapped_twice' },
      },
      unmapped_twice: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is unmapped and was not mapped' },
        on: { 'map:ok': 'mapped', unmap: 'unmapped_twice', 'mapped:false': 'unmapped_twice' },
      },
    },
  });
}
