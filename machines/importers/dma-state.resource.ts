import { setup } from 'xstate';

export const labels = [
  'state:true',
  'state:false',
  'state.kzalloc:ok',
  'state.kzalloc:-ENOMEM',
  'state.kfree',
] as const;

/** `dma->state`, which there is when the way leads through the host bridge. */
export function dmaState() {
  return setup({ types: { events: {} as { type: (typeof labels)[number] } } }).createMachine({
    id: 'dma_state',
    description: 'struct dma_buf_dma, state',
    meta: { labels, source: 'dma_buf_phys_vec_to_sgt, dma_buf_free_sgt, v7.3' },
    initial: 'none',
    states: {
      none: {
        tags: ['quiescent'],
        on: {
          'state:false': 'none',
          'state.kzalloc:ok': 'allocated',
          'state.kzalloc:-ENOMEM': 'none',
          'state.kfree': 'none',
        },
      },
      allocated: {
        tags: ['quiescent'],
        on: {
          'state:true': 'allocated',
          'state.kzalloc:ok': 'lost',
          'state.kzalloc:-ENOMEM': 'allocated',
          'state.kfree': 'none',
        },
      },
      lost: {
        tags: ['violation', 'quiescent'],
        meta: { finding: 'is allocated while there is one: memory leaks' },
        on: {
          'state:true': 'lost',
          'state.kzalloc:ok': 'lost',
          'state.kzalloc:-ENOMEM': 'lost',
          'state.kfree': 'none',
        },
      },
    },
  });
}
